#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>

#include "actions/families.hpp"
#include "actions/health.hpp"
#include "actions/mail_rows.hpp"
#include "campaigns/waiting.hpp"
#include "messages/status_pages.hpp"
#include "webhooks/event_history.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

using State = HealthCheck::State;
using messages::WaitingReason;

constexpr storage::Sql kNewest{"actions.newest_request",
                               "SELECT requested_ms FROM message ORDER BY id DESC LIMIT 1"};

/// The caller, as far as the answer depends on it.
struct HealthReader {
  cloudapi::Language language;
  bool administers = false;  // The caller's account manages the others.
};

HealthCheck check_disk(const HealthParts& parts) {
  std::error_code failed;
  const std::filesystem::space_info space = std::filesystem::space(parts.data_dir, failed);
  if (failed) return judge_disk({});
  return judge_disk({space.available, space.capacity});
}

HealthCheck check_store(const HealthParts& parts) {
  if (parts.database.can_write())
    return {.name = "store", .text = "The store takes what is written.", .detail = {}};
  return {.name = "store",
          .state = State::error,
          .text = "A sync of the store failed: restart the program.",
          .detail = {}};
}

HealthCheck check_clock(storage::Reader& reader, std::int64_t now_ms, bool waits) {
  const auto row = reader.query(kNewest);
  return judge_clock(now_ms, row->next() ? row->next_integer() : 0, waits);
}

HealthCheck check_held(const std::optional<messages::Standstill>& standstill) {
  if (!standstill || standstill->reason != WaitingReason::held)
    return {.name = "held", .text = "Mail may leave.", .detail = {}};
  return {.name = "held",
          .state = State::error,
          .text = "The whole delivery is held until the operator resumes it.",
          .detail = {},
          .since_ms = standstill->since_ms};
}

HealthCheck check_relay(const std::optional<messages::Standstill>& standstill, delivery::Mode mode) {
  HealthCheck check{.name = "relay", .text = "The relay takes mail, as far as it was tried.", .detail = {}};
  if (mode == delivery::Mode::sandbox) {
    check.text = "No mail leaves: the sandbox inbox takes it.";
  } else if (mode == delivery::Mode::direct) {
    check.text = "No relay is used: mail goes to the servers that the DNS names.";
  } else if (standstill && standstill->reason == WaitingReason::relay_unreachable) {
    check.state = State::error;
    check.text = "The relay can't be reached.";
  } else if (standstill && standstill->reason == WaitingReason::relay_slow) {
    check.state = State::warning;
    check.text = "The relay is slow.";
  }
  if (check.state != State::ok) {
    check.since_ms = standstill->since_ms;
    check.detail = standstill->text;
  }
  return check;
}

/// The oldest mail that waits although nobody decided so.
HealthCheck check_backlog(storage::Reader& reader, const std::optional<messages::Standstill>& standstill,
                          const campaigns::PassedOverRuns& passed_over, std::int64_t now_ms) {
  constexpr std::int64_t kLong = 10 * 60 * 1000;
  HealthCheck check{.name = "backlog", .text = "No mail waits longer than it must.", .detail = {}};
  const campaigns::OldestWaiting oldest = campaigns::find_oldest_waiting(reader, standstill, passed_over);
  for (const WaitingReason reason :
       {WaitingReason::not_begun, WaitingReason::relay_unreachable, WaitingReason::relay_slow}) {
    const std::int64_t since_ms = oldest[static_cast<std::size_t>(reason)];
    if (since_ms == 0 || since_ms + kLong > now_ms) continue;
    if (check.since_ms != 0 && check.since_ms <= since_ms) continue;
    check.state = State::warning;
    check.text = "Mail waits for its turn for more than ten minutes.";
    check.detail = messages::name_of(reason);
    check.since_ms = since_ms;
  }
  return check;
}

/// The webhooks of the account whose next event was tried and not accepted.
HealthCheck check_webhooks(storage::Reader& reader, const accounts::Scope& scope) {
  constexpr std::int64_t kLookedAt = 100;
  HealthCheck check{.name = "webhooks", .text = "Webhooks accept their events.", .detail = {}};
  for (const webhooks::Webhook& webhook : webhooks::list_webhooks(reader, scope, 0, kLookedAt).webhooks) {
    if (!webhook.enabled || webhook.waiting == 0) continue;
    webhooks::EventFilter filter;
    filter.webhook_id = webhook.id;
    filter.state = webhooks::EventState::waiting;
    filter.limit = 1;
    const Result<webhooks::EventPage> page = webhooks::list_events(reader, scope, filter);
    if (!page || page->events.empty() || page->events.front().attempts == 0) continue;
    const webhooks::QueuedEvent& event = page->events.front();
    check.state = State::warning;
    check.text = "A webhook does not accept its events; they are tried again.";
    check.detail = webhook.url + ": " + event.answer;
    if (check.since_ms == 0 || event.queued_ms < check.since_ms) check.since_ms = event.queued_ms;
  }
  return check;
}

std::string_view name_of(State state) {
  constexpr std::array<std::string_view, 3> kNames{"ok", "warning", "error"};
  return kNames[static_cast<std::size_t>(state)];
}

/// The details of what all accounts share: a disk's size and a relay's words are the operator's.
void hide_details(HealthCheck& check) {
  if (check.name == "disk" || check.name == "relay") check.detail.clear();
}

Answer health(storage::Reader& reader, const accounts::Scope& scope, const HealthParts& parts,
              const HealthReader& who, std::int64_t now_ms) {
  const std::optional<messages::Standstill> standstill = parts.standstill();
  HealthCheck checks[] = {check_clock(reader, now_ms, parts.waits_for_clock()),
                          check_disk(parts),
                          check_store(parts),
                          check_held(standstill),
                          check_relay(standstill, parts.mode),
                          check_backlog(reader, standstill, *parts.passed_over(), now_ms),
                          check_webhooks(reader, scope)};
  State worst = State::ok;
  json::array rows;
  for (HealthCheck& check : checks) {
    if (!who.administers) hide_details(check);
    worst = std::max(worst, check.state);
    rows.push_back(json::object{{"Name", check.name},
                                {"State", name_of(check.state)},
                                {"Text", cloudapi::phrase_in(who.language, check.text)},
                                {"Detail", check.detail},
                                {"Since", time_or_empty(check.since_ms)}});
  }
  return json::object{{"State", name_of(worst)}, {"Checks", std::move(rows)}};
}

}  // namespace

void add_health_action(cloudapi::ActionTable& table, const HealthParts& parts) {
  table.add({.name = "GetHealth", .version = kOwnVersion, .prepare = [parts](Call& call) -> Result<Work> {
               const HealthReader who{call.language, call.caller->administers};
               return Work::read(
                   [scope = call.scope, parts, who, now_ms = call.now_ms](storage::Reader& reader) {
                     return health(reader, scope, parts, who, now_ms);
                   });
             }});
}

}  // namespace sesame::actions

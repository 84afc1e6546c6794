#include "webhooks/event_history.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/id_text.hpp"
#include "webhooks/errors.hpp"
#include "webhooks/event_rows.hpp"

namespace sesame::webhooks {

namespace {

using storage::Sql;

constexpr Sql kWebhook{
    "webhooks.events_of_webhook",
    "SELECT waiting, ended FROM webhook WHERE id = ?1 AND account_id = ?2 AND region = ?3"};
constexpr Sql kListAll{
    "webhooks.list_events",
    storage::sql_join<kSelectEvents, "WHERE webhook_id = ?1 ORDER BY id DESC LIMIT ?2 OFFSET ?3">};
constexpr Sql kListWaiting{
    "webhooks.list_waiting_events",
    storage::sql_join<kSelectEvents,
                      "WHERE webhook_id = ?1 AND state = 0 ORDER BY next_attempt_ms, id LIMIT ?2 OFFSET "
                      "?3">};
constexpr Sql kListEnded{
    "webhooks.list_ended_events",
    storage::sql_join<kSelectEvents,
                      "WHERE webhook_id = ?1 AND state = ?4 AND state > 0 ORDER BY queued_ms DESC, id DESC "
                      "LIMIT ?2 OFFSET ?3">};
constexpr Sql kCountEnded{
    "webhooks.count_ended_events",
    "SELECT count(*) FROM webhook_event WHERE webhook_id = ?1 AND state = ?2 AND state > 0"};
constexpr Sql kRedeliver{
    "webhooks.redeliver_event",
    "UPDATE webhook_event SET state = ?4, attempts = 0, queued_ms = ?3, next_attempt_ms = ?3 WHERE id = ?1 "
    "AND webhook_id = ?2 AND state > 0"};
constexpr Sql kRedeliverSince{
    "webhooks.redeliver_events_since",
    "UPDATE webhook_event SET state = ?7, attempts = 0, queued_ms = ?5, next_attempt_ms = ?5 WHERE id IN "
    "(SELECT id FROM webhook_event WHERE webhook_id = ?1 AND state = ?2 AND state > 0 AND queued_ms >= ?3 "
    "AND queued_ms < ?4 ORDER BY queued_ms, id LIMIT ?6)"};
constexpr Sql kLeftover{"webhooks.webhook_leftover", "SELECT webhook_id FROM webhook_leftover LIMIT 1"};
constexpr Sql kClearLeftover{"webhooks.clear_webhook_leftover",
                             "DELETE FROM webhook_leftover WHERE webhook_id = ?1"};
constexpr Sql kDeleteLeftover{
    "webhooks.delete_leftover_events",
    "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE webhook_id = ?1 LIMIT ?2)"};
constexpr Sql kWithHistory{"webhooks.webhooks_with_history", "SELECT id, ended FROM webhook WHERE ended > 0"};
constexpr Sql kDeleteExpired{
    "webhooks.delete_expired_events",
    "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE webhook_id = ?1 AND state = "
    "?2 AND state > 0 AND queued_ms < ?3 ORDER BY queued_ms, id LIMIT ?4)"};

constexpr Sql kWebhooks{"webhooks.webhooks_of_scope",
                        "SELECT id FROM webhook WHERE account_id = ?1 AND region = ?2 ORDER BY id"};

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
constexpr EventState kEnds[] = {EventState::accepted, EventState::given_up};

std::int64_t count_of(storage::Reader& reader, std::int64_t webhook_id, EventState state) {
  const auto row = reader.query(kCountEnded, webhook_id, state);
  return row->next() ? row->next_integer() : 0;
}

Error missing(std::int64_t webhook_id) { return Error(errors::kMissing).with("value", id_text(webhook_id)); }

/// Deletes at most `most` ended events of a webhook queued before `before_ms`, the accepted first.
std::int64_t delete_ended(storage::Writer& writer, std::int64_t webhook_id, std::int64_t before_ms,
                          std::int64_t most) {
  std::int64_t removed = 0;
  for (const EventState state : kEnds) {
    if (removed < most) removed += writer.run(kDeleteExpired, webhook_id, state, before_ms, most - removed);
  }
  if (removed > 0) count_events(writer, webhook_id, 0, -removed);
  return removed;
}

std::int64_t delete_leftovers(storage::Writer& writer, std::int64_t most) {
  std::int64_t removed = 0;
  while (removed < most) {
    std::int64_t webhook_id = 0;
    {
      const auto row = writer.query(kLeftover);
      if (!row->next()) break;
      webhook_id = row->next_integer();
    }
    const std::int64_t now = writer.run(kDeleteLeftover, webhook_id, most - removed);
    if (now == 0) writer.run(kClearLeftover, webhook_id);
    removed += now;
  }
  return removed;
}

}  // namespace

Result<EventPage> list_events(storage::Reader& reader, const accounts::Scope& scope,
                              const EventFilter& filter) {
  const std::int64_t id = filter.webhook_id;
  const auto webhook = reader.query(kWebhook, id, scope.account_id, scope.region);
  if (!webhook->next()) return missing(id);
  EventPage page;
  const std::int64_t waiting = webhook->next_integer();
  const std::int64_t ended = webhook->next_integer();
  std::unique_ptr<storage::Rows> rows;
  if (!filter.state) {
    page.total = waiting + ended;
    rows = reader.query(kListAll, id, filter.limit, filter.offset);
  } else if (*filter.state == EventState::waiting) {
    page.total = waiting;
    rows = reader.query(kListWaiting, id, filter.limit, filter.offset);
  } else {
    page.total = count_of(reader, id, *filter.state);
    rows = reader.query(kListEnded, id, filter.limit, filter.offset, *filter.state);
  }
  while (rows->next()) page.events.push_back(read_event(*rows));
  return page;
}

MailEvents find_events_of_mail(storage::Reader& reader, const accounts::Scope& scope,
                               std::string_view message_id, std::string_view to_address,
                               std::int64_t searched_max) {
  MailEvents found;
  std::vector<std::int64_t> webhooks;
  {
    const auto rows = reader.query(kWebhooks, scope.account_id, scope.region);
    while (rows->next()) webhooks.push_back(rows->next_integer());
  }
  for (const std::int64_t webhook_id : webhooks) {
    std::int64_t searched = 0;
    const auto rows = reader.query(kListAll, webhook_id, searched_max, 0);
    while (rows->next()) {
      ++searched;
      QueuedEvent event = read_event(*rows);
      const bool meant = event.body.find(message_id) != std::string::npos &&
                         event.body.find(to_address) != std::string::npos;
      if (meant) found.events.push_back(std::move(event));
    }
    if (searched == searched_max) found.complete = false;
  }
  std::ranges::sort(found.events, {}, &QueuedEvent::id);
  return found;
}

Result<std::int64_t> redeliver(storage::Writer& writer, const accounts::Scope& scope,
                               const RedeliverRequest& request, std::int64_t now_ms) {
  const std::int64_t id = request.webhook_id;
  if (!writer.query(kWebhook, id, scope.account_id, scope.region)->next()) return missing(id);
  std::int64_t count = 0;
  const bool in_range = request.from_ms || request.to_ms;
  for (const std::int64_t event_id : request.ids)
    count += writer.run(kRedeliver, event_id, id, now_ms, EventState::waiting);
  for (const EventState state : kEnds) {
    const bool meant = request.ids.empty() && (in_range || state == EventState::given_up);
    if (meant && count < request.most)
      count += writer.run(kRedeliverSince, id, state, request.from_ms.value_or(0),
                          request.to_ms.value_or(kEver), now_ms, request.most - count, EventState::waiting);
  }
  if (count > 0) count_events(writer, id, count, -count);
  return count;
}

std::int64_t delete_expired_events(storage::Writer& writer, const HistoryLimits& limits, std::int64_t most) {
  std::int64_t removed = delete_leftovers(writer, most);
  std::vector<std::pair<std::int64_t, std::int64_t>> webhooks;
  const auto rows = writer.query(kWithHistory);
  while (rows->next()) {
    const std::int64_t id = rows->next_integer();
    webhooks.emplace_back(id, rows->next_integer());
  }
  for (const auto& [id, ended] : webhooks) {
    if (removed >= most) break;
    const std::int64_t old = delete_ended(writer, id, limits.before_ms, most - removed);
    removed += old;
    const std::int64_t excess = std::min(ended - old - limits.events_max, most - removed);
    if (excess > 0) removed += delete_ended(writer, id, kEver, excess);
  }
  return removed;
}

}  // namespace sesame::webhooks

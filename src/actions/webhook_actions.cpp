#include <array>
#include <memory>

#include "actions/fields.hpp"
#include "actions/rooms.hpp"
#include "base/beijing_time.hpp"
#include "feedback/event_history.hpp"
#include "feedback/webhooks.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kCodes{{
    {"feedback.url_illegal", "InvalidParameterValue#webhook_url"},
    {"feedback.address_illegal", "InvalidParameterValue#webhook_address"},
    {"feedback.webhook_missing", "ResourceNotFound"},
    {"feedback.too_many_webhooks", "LimitExceeded"},
}};

constexpr std::array<feedback::EventKind, 8> kKinds{
    feedback::EventKind::delivered,   feedback::EventKind::dropped,  feedback::EventKind::bounce,
    feedback::EventKind::open,        feedback::EventKind::click,    feedback::EventKind::spamreport,
    feedback::EventKind::unsubscribe, feedback::EventKind::deferred,
};
constexpr std::array<std::string_view, 3> kStates{"waiting", "accepted", "given_up"};

/// Which kinds a request names; all when it names none. The names were checked against the description.
feedback::EventKinds kinds_of(const Fields& fields) {
  const std::vector<std::string> names = fields.texts("Events");
  if (names.empty()) return feedback::EventKinds::all();
  feedback::EventKinds kinds;
  for (const std::string& name : names) {
    if (const auto kind = feedback::event_kind(name)) kinds.add(*kind);
  }
  return kinds;
}

/// The webhooks that are enabled are also kept in memory: with the commit, in its order.
Work change_webhooks(const Rooms& rooms, std::function<Answer(storage::Writer&)> change) {
  auto enabled = std::make_shared<std::vector<feedback::Webhook>>();
  Work work = Work::write([enabled, change = std::move(change)](storage::Writer& writer) -> Answer {
    Answer answer = change(writer);
    *enabled = feedback::enabled_webhooks(writer);
    return answer;
  });
  work.on_commit = [enabled, &directory = rooms.webhooks] { directory.set(std::move(*enabled)); };
  return work;
}

Result<Work> put_webhook(Call& call, const Rooms& rooms) {
  const Fields fields(call.parameters);
  feedback::Webhook webhook;
  webhook.scope = call.scope;
  webhook.address = fields.text("Address");
  webhook.url = fields.text("Url");
  webhook.events = kinds_of(fields);
  webhook.enabled = !fields.has("Enabled") || fields.flag("Enabled");
  return change_webhooks(rooms,
                         [webhook, renew = fields.flag("RenewSecret"), now_ms = call.now_ms,
                          &box = rooms.secrets, &random = rooms.random](storage::Writer& writer) -> Answer {
                           const Result<feedback::SavedWebhook> saved =
                               feedback::save_webhook(writer, box, random, webhook, renew, now_ms);
                           if (!saved) return saved.error();
                           json::object answer{{"WebhookId", saved->id}};
                           if (saved->secret) answer["Secret"] = saved->secret->reveal();
                           return answer;
                         });
}

Result<Work> delete_webhook(Call& call, const Rooms& rooms) {
  return change_webhooks(rooms,
                         [scope = call.scope, address = std::string(Fields(call.parameters).text("Address"))](
                             storage::Writer& writer) -> Answer {
                           Status deleted = feedback::delete_webhook(writer, scope, address);
                           if (!deleted) return std::move(deleted).error();
                           return json::object{};
                         });
}

json::object encode(const feedback::Webhook& webhook) {
  json::array events;
  for (const feedback::EventKind kind : kKinds) {
    if (webhook.events.has(kind)) events.emplace_back(feedback::name_of(kind));
  }
  return {{"WebhookId", webhook.id},
          {"Address", webhook.address},
          {"Url", webhook.url},
          {"Events", std::move(events)},
          {"Enabled", webhook.enabled},
          {"WaitingCount", webhook.waiting},
          {"CreateTime", format_beijing_time(webhook.created_ms)}};
}

Result<Work> list_webhooks(Call& call) {
  const Fields fields(call.parameters);
  return Work::quick_read(
      [scope = call.scope, offset = fields.offset(),
       limit = static_cast<std::int64_t>(fields.page_limit())](storage::Reader& reader) -> Answer {
        const feedback::WebhookPage page = feedback::list_webhooks(reader, scope, offset, limit);
        json::array data;
        for (const feedback::Webhook& webhook : page.webhooks) data.push_back(encode(webhook));
        return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
      });
}

json::object encode(const feedback::QueuedEvent& event) {
  return {{"EventId", event.id},
          {"Event", feedback::name_of(event.kind)},
          {"State", kStates[static_cast<std::size_t>(event.state)]},
          {"Attempts", event.attempts},
          {"QueueTime", format_beijing_time(event.queued_ms)},
          {"NextAttemptTime", event.state == feedback::EventState::waiting
                                  ? format_beijing_time(event.next_attempt_ms)
                                  : std::string()},
          {"Answer", event.answer},
          {"Body", event.body}};
}

Result<Work> list_webhook_events(Call& call) {
  const Fields fields(call.parameters);
  feedback::EventFilter filter;
  filter.webhook_id = static_cast<std::int64_t>(fields.number("WebhookId"));
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    if (fields.text("State") == kStates[i]) filter.state = static_cast<feedback::EventState>(i);
  }
  filter.offset = fields.offset();
  filter.limit = static_cast<std::int64_t>(fields.page_limit());
  return Work::read([scope = call.scope, filter](storage::Reader& reader) -> Answer {
    const Result<feedback::EventPage> page = feedback::list_events(reader, scope, filter);
    if (!page) return page.error();
    json::array data;
    for (const feedback::QueuedEvent& event : page->events) data.push_back(encode(event));
    return json::object{{"TotalCount", page->total}, {"Data", std::move(data)}};
  });
}

/// A moment; the end of a range that is given as a day or a second includes it. The form was checked.
std::optional<std::int64_t> moment(const Fields& fields, std::string_view name, bool is_end) {
  constexpr std::int64_t kDayMs = 86'400'000;
  constexpr std::size_t kDayCharacters = 10;
  const std::string_view text = fields.text(name);
  const Result<std::int64_t> time = parse_beijing_time(text);
  if (!time) return std::nullopt;
  if (!is_end) return *time;
  return *time + (text.size() == kDayCharacters ? kDayMs : 1000);
}

Result<Work> redeliver(Call& call) {
  const Fields fields(call.parameters);
  feedback::Again again;
  again.webhook_id = static_cast<std::int64_t>(fields.number("WebhookId"));
  again.from_ms = moment(fields, "StartTime", false);
  again.to_ms = moment(fields, "EndTime", true);
  std::vector<std::int64_t> ids = fields.numbers("EventIds");
  return Work::bulk([scope = call.scope, again, ids = std::move(ids),
                     now_ms = call.now_ms](storage::Writer& writer) mutable -> Answer {
    again.ids = ids;
    const Result<std::int64_t> count = feedback::tell_again(writer, scope, again, now_ms);
    if (!count) return count.error();
    return json::object{{"Count", *count}};
  });
}

}  // namespace

void add_webhook_actions(cloudapi::ActionTable& table, const Rooms& rooms) {
  table.add(
      {"PutWebhook", kOwnVersion, false, [rooms](Call& call) { return put_webhook(call, rooms); }, kCodes});
  table.add({"DeleteWebhook", kOwnVersion, false, [rooms](Call& call) { return delete_webhook(call, rooms); },
             kCodes});
  table.add({"ListWebhooks", kOwnVersion, false, list_webhooks, kCodes});
  table.add({"ListWebhookEvents", kOwnVersion, false, list_webhook_events, kCodes});
  table.add({"RedeliverWebhookEvents", kOwnVersion, false, redeliver, kCodes});
}

}  // namespace sesame::actions

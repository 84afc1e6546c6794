#include <array>
#include <memory>

#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/mail_rows.hpp"
#include "base/beijing_time.hpp"
#include "webhooks/errors.hpp"
#include "webhooks/event_history.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kWebhookCodes[] = {
    {webhooks::errors::kUrlMissing, "MissingParameter"},
    {webhooks::errors::kMissing, "ResourceNotFound"},
    {webhooks::errors::kTooMany, "LimitExceeded"},
};

constexpr std::array<effects::EventKind, 8> kKinds{
    effects::EventKind::delivered,   effects::EventKind::dropped,  effects::EventKind::bounce,
    effects::EventKind::open,        effects::EventKind::click,    effects::EventKind::spamreport,
    effects::EventKind::unsubscribe, effects::EventKind::deferred,
};

/// The kinds that a request names; nullopt when it names none. The names were checked against the
/// description.
std::optional<webhooks::EventKinds> kinds_of(const Fields& fields) {
  const std::vector<std::string> names = fields.texts("Events");
  if (names.empty()) return std::nullopt;
  webhooks::EventKinds kinds;
  for (const std::string& name : names) {
    if (const auto kind = webhooks::event_kind(name)) kinds.add(*kind);
  }
  return kinds;
}

/// Updates the directory of webhooks in memory with the commit, in the order of the commits.
Work change_webhooks(const WebhookParts& parts, std::function<Answer(storage::Writer&)> change) {
  return Work::write(
      [change = std::move(change), &directory = parts.directory](storage::Writer& writer) -> Answer {
        Answer answer = change(writer);
        if (!answer) return answer;
        writer.after_commit([all = webhooks::all_webhooks(writer), &directory] { directory.set(all); });
        return answer;
      });
}

Result<Work> put_webhook(Call& call, const WebhookParts& parts) {
  const Fields fields(call.parameters);
  webhooks::WebhookChange change;
  change.scope = call.scope;
  change.address = fields.text("Address");
  if (!fields.text("Url").empty()) change.url = fields.text("Url");
  change.events = kinds_of(fields);
  if (fields.has("Enabled")) change.enabled = fields.flag("Enabled");
  change.renew_secret = fields.flag("RenewSecret");
  return change_webhooks(parts,
                         [change, now_ms = call.now_ms, &box = parts.secrets,
                          &random = parts.random](storage::Writer& writer) -> Answer {
                           const Result<webhooks::SavedWebhook> saved =
                               webhooks::save_webhook(writer, box, random, change, now_ms);
                           if (!saved) return saved.error();
                           json::object answer{{"WebhookId", saved->id}};
                           if (saved->secret) answer["Secret"] = saved->secret->reveal();
                           return answer;
                         });
}

Result<Work> delete_webhook(Call& call, const WebhookParts& parts) {
  return change_webhooks(parts,
                         [scope = call.scope, address = std::string(Fields(call.parameters).text("Address"))](
                             storage::Writer& writer) -> Answer {
                           Status deleted = webhooks::delete_webhook(writer, scope, address);
                           if (!deleted) return std::move(deleted).error();
                           return json::object{};
                         });
}

json::object encode_webhook(const webhooks::Webhook& webhook) {
  json::array events;
  for (const effects::EventKind kind : kKinds) {
    if (webhook.events.has(kind)) events.emplace_back(webhooks::name_of(kind));
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
        const webhooks::WebhookPage page = webhooks::list_webhooks(reader, scope, offset, limit);
        json::array data;
        for (const webhooks::Webhook& webhook : page.webhooks) data.push_back(encode_webhook(webhook));
        return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
      });
}

Result<Work> list_webhook_events(Call& call) {
  const Fields fields(call.parameters);
  webhooks::EventFilter filter;
  filter.webhook_id = static_cast<std::int64_t>(fields.number("WebhookId"));
  filter.state = event_state_of(fields.text("State"));
  filter.offset = fields.offset();
  filter.limit = static_cast<std::int64_t>(fields.page_limit());
  return Work::read([scope = call.scope, filter](storage::Reader& reader) -> Answer {
    const Result<webhooks::EventPage> page = webhooks::list_events(reader, scope, filter);
    if (!page) return page.error();
    json::array data;
    for (const webhooks::QueuedEvent& event : page->events) data.push_back(encode_event(event));
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
  webhooks::RedeliverRequest again;
  again.webhook_id = static_cast<std::int64_t>(fields.number("WebhookId"));
  again.from_ms = moment(fields, "StartTime", false);
  again.to_ms = moment(fields, "EndTime", true);
  std::vector<std::int64_t> ids = fields.numbers("EventIds");
  return Work::bulk([scope = call.scope, again, ids = std::move(ids),
                     now_ms = call.now_ms](storage::Writer& writer) mutable -> Answer {
    again.ids = ids;
    const Result<std::int64_t> count = webhooks::redeliver(writer, scope, again, now_ms);
    if (!count) return count.error();
    return json::object{{"Count", *count}};
  });
}

}  // namespace

void add_webhook_actions(cloudapi::ActionTable& table, const WebhookParts& parts) {
  table.add({.name = "PutWebhook",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return put_webhook(call, parts); },
             .codes = kWebhookCodes});
  table.add({.name = "DeleteWebhook",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return delete_webhook(call, parts); },
             .codes = kWebhookCodes});
  table.add(
      {.name = "ListWebhooks", .version = kOwnVersion, .prepare = list_webhooks, .codes = kWebhookCodes});
  table.add({.name = "ListWebhookEvents",
             .version = kOwnVersion,
             .prepare = list_webhook_events,
             .codes = kWebhookCodes});
  table.add({.name = "RedeliverWebhookEvents",
             .version = kOwnVersion,
             .prepare = redeliver,
             .codes = kWebhookCodes});
}

}  // namespace sesame::actions

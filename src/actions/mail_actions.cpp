#include <algorithm>
#include <charconv>
#include <utility>

#include "actions/call_origin.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/fields.hpp"
#include "actions/mail_rows.hpp"
#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/mail_facts.hpp"
#include "cloudapi/errors.hpp"
#include "delivery/inbox.hpp"
#include "mime/address.hpp"

/// Listing mails, and all that is stored about one.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kMailCodes[] = {
    {errors::kMailMissing, "ResourceNotFound"},
};

/// Positions are written "PART-AT", which callers hand back as they got them.
std::string written(const campaigns::MailPosition& position) {
  return std::to_string(position.part) + "-" + std::to_string(position.at);
}

std::optional<campaigns::MailPosition> read_position(std::string_view text) {
  campaigns::MailPosition position;
  const char* const end = text.data() + text.size();
  const auto part = std::from_chars(text.data(), end, position.part);
  if (part.ec != std::errc() || part.ptr == end || *part.ptr != '-') return std::nullopt;
  const auto at = std::from_chars(part.ptr + 1, end, position.at);
  if (at.ec != std::errc() || at.ptr != end) return std::nullopt;
  return position;
}

Error illegal(const char* name, std::string_view value, const char* rule) {
  return Error(cloudapi::errors::kValue)
      .with("name", name)
      .with("value", std::string(value))
      .with("rule", rule);
}

Result<campaigns::MailListQuery> read_query(const Call& call) {
  const Fields fields(call.parameters);
  campaigns::MailListQuery query;
  query.scope = call.scope;
  query.message_id = fields.text("MessageId");
  query.task_id = fields.maybe_number("TaskId");
  query.to_address = fields.text("ToEmailAddress");
  if (const std::string_view date = fields.text("RequestDate"); !date.empty()) {
    const Result<std::int64_t> day = parse_beijing_day(date);
    if (!day) return illegal("RequestDate", date, "date");
    query.day = *day;
  }
  if (const std::string_view state = fields.text("State"); !state.empty())
    query.state = campaigns::recipient_state_of(state);
  query.template_id = fields.maybe_number("TemplateID");
  query.from_address = fields.text("FromEmailAddress");
  const std::string_view domain = fields.text("ToDomain");
  query.to_domain = mime::ascii_domain(domain).value_or(ascii::lower(domain));
  if (const std::string_view position = fields.text("Position"); !position.empty()) {
    query.after = read_position(position);
    if (!query.after) return illegal("Position", position, "position");
  }
  query.limit = static_cast<std::size_t>(fields.page_limit());
  return query;
}

Result<Work> list_mails(Call& call, const MailParts& parts) {
  Result<campaigns::MailListQuery> read = read_query(call);
  if (!read) return std::move(read).error();
  return Work::read([query = std::move(*read), &classifier = parts.classifier,
                     standstill = parts.standstill(),
                     language = call.language](storage::Reader& reader) -> Answer {
    const campaigns::MailList list = campaigns::list_mails(reader, query);
    const MailWords words{classifier, standstill, language};
    json::array data;
    for (const campaigns::ListedMail& mail : list.mails) data.push_back(encode_mail(mail, words));
    return json::object{{"Data", std::move(data)},
                        {"Position", list.next ? written(*list.next) : std::string()},
                        {"ScannedCount", list.scanned},
                        {"ScannedTo", time_or_empty(list.scanned_to_ms)}};
  });
}

/// The lists that the recipient came onto since the mail was asked for.
json::array lists_since(storage::Reader& reader, const campaigns::ListedMail& mail, std::string_view domain,
                        const MailParts& parts, std::int64_t now_ms) {
  const campaigns::RecipientCheck check = campaigns::check_recipient(
      reader, parts.filters, {mail.scope, domain}, mail.to_address, parts.suppression, now_ms);
  json::array lists;
  for (const campaigns::Obstacle& obstacle : check.obstacles) {
    if (obstacle.since_ms >= mail.requested_ms) lists.push_back(encode_obstacle(obstacle, parts.classifier));
  }
  return lists;
}

json::array attempts_of(storage::Reader& reader, std::int64_t row_id, const MailWords& words) {
  json::array attempts;
  for (const messages::KeptAttempt& attempt : messages::list_attempts(reader, row_id))
    attempts.push_back(encode_attempt(attempt, words));
  return attempts;
}

json::array returned_mails(storage::Reader& reader, const campaigns::ListedMail& mail) {
  returns::EvidenceFilter filter;
  filter.message_id = mail.message_id;
  filter.to_address = mail.to_address;
  json::array rows;
  for (const returns::Evidence& one : returns::list_evidence(reader, mail.scope, filter).rows)
    rows.push_back(encode_evidence(one));
  return rows;
}

/// All that is stored about one mail.
json::object describe(storage::Reader& reader, const campaigns::ListedMail& mail, const MailParts& parts,
                      const MailWords& words, std::int64_t now_ms) {
  constexpr std::int64_t kEventsSearched = 5'000;  // Per webhook; a few milliseconds.
  const std::optional<campaigns::MailFacts> facts = campaigns::find_mail_facts(reader, mail.id);
  const std::string domain = facts ? facts->sender_domain : std::string();
  const bounces::Classification reply = parts.classifier.classify_reply(mail.text);
  const bool failed = mail.state() == campaigns::RecipientState::refused ||
                      mail.state() == campaigns::RecipientState::deferred;
  const webhooks::MailEvents events =
      webhooks::find_events_of_mail(reader, mail.scope, mail.message_id, mail.to_address, kEventsSearched);
  json::array posted;
  for (const webhooks::QueuedEvent& event : events.events) posted.push_back(encode_event(event));
  std::optional<std::int64_t> inbox_id;
  if (mail.delivered_ms != 0) {
    inbox_id = delivery::find_inbox_id(reader, mail.scope, mail.message_id, mail.to_address);
  }
  const bool of_run = mail.id.kind == accounts::MailId::Kind::run;
  return {{"Mail", encode_mail(mail, words)},
          {"HeaderMessageId", facts ? facts->header_id : ""},
          {"SenderDomain", domain},
          {"Number", of_run ? std::uint64_t{mail.id.ordinal} + 1 : 0},
          {"Rule", failed ? reply.rule : std::string()},
          {"Status", failed ? reply.status : std::string()},
          {"UnconfirmedAttempts", mail.uncertain},
          {"Attempts", attempts_of(reader, mail.row_id, words)},
          {"InboxMailId", inbox_id.value_or(0)},
          {"Lists", lists_since(reader, mail, domain, parts, now_ms)},
          {"ReturnedMails", returned_mails(reader, mail)},
          {"WebhookEvents", std::move(posted)},
          {"WebhookEventsComplete", events.complete},
          {"Call", encode_origin(facts ? facts->call : campaigns::CallOrigin())}};
}

Result<Work> get_mail(Call& call, const MailParts& parts) {
  const Fields fields(call.parameters);
  return Work::read([scope = call.scope, message_id = std::string(fields.text("MessageId")),
                     to_address = std::string(fields.text("ToEmailAddress")), parts,
                     standstill = parts.standstill(), language = call.language,
                     now_ms = call.now_ms](storage::Reader& reader) -> Answer {
    const std::vector<campaigns::ListedMail> mails = campaigns::find_mails(reader, scope, message_id);
    const std::string wanted = mime::canonical_address(to_address);
    const auto mail = std::ranges::find_if(mails, [&](const campaigns::ListedMail& one) {
      return to_address.empty() || mime::canonical_address(one.to_address) == wanted;
    });
    if (mail == mails.end()) return Error(errors::kMailMissing).with("value", message_id);
    json::object answer = describe(reader, *mail, parts, {parts.classifier, standstill, language}, now_ms);
    json::array recipients;
    for (const campaigns::ListedMail& one : mails) recipients.emplace_back(one.to_address);
    answer["Recipients"] = std::move(recipients);
    return answer;
  });
}

}  // namespace

void add_mail_actions(cloudapi::ActionTable& table, const MailParts& parts) {
  table.add({.name = "ListMails",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return list_mails(call, parts); },
             .codes = kMailCodes});
  table.add({.name = "GetMail",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return get_mail(call, parts); },
             .codes = kMailCodes});
}

}  // namespace sesame::actions

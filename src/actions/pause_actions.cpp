#include "accounts/errors.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/queue_fields.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"
#include "messages/errors.hpp"
#include "messages/pauses.hpp"

/// Pauses of delivery.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {{accounts::errors::kUnknown, "ResourceNotFound"},
                                          {errors::kPauseMissing, "ResourceNotFound"},
                                          {errors::kNothingPaused, "MissingParameter"},
                                          {messages::errors::kTooManyPauses, "LimitExceeded"}};

/// The mail of a call that has to name a part of it: nobody pauses all mail by leaving something out.
Result<ConcernedMail> named_mail(const Call& call) {
  Result<ConcernedMail> mail = ConcernedMail::of(call);
  if (mail && mail->is_unnamed()) return Error(errors::kNothingPaused);
  return mail;
}

Result<Work> pause_delivery(Call& call, const QueueParts& parts) {
  const Result<ConcernedMail> mail = named_mail(call);
  if (!mail) return mail.error();
  const Fields fields(call.parameters);
  messages::Pause pause;
  pause.since_ms = call.now_ms;
  pause.reason = utf8::mended_to_store(fields.text("Reason"));
  if (const std::string_view text = fields.text("UntilTime"); !text.empty()) {
    const Result<std::int64_t> until_ms = parse_beijing_time(text);
    if (!until_ms) return until_ms.error();
    if (*until_ms <= call.now_ms)
      return Error(errors::kEndPast).with("name", "UntilTime").with("value", std::string(text));
    pause.until_ms = *until_ms;
  }
  return Work::write(
      [mail = *mail, pause, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        Result<messages::QueueFilter> part = mail.find(writer);
        if (!part) return std::move(part).error();
        messages::Pause made = pause;
        made.domain = std::move(part->domain);
        made.account_id = part->account_id;
        if (Status status = messages::begin_pause(writer, made, now_ms); !status)
          return std::move(status).error();
        return json::object{{"Pause", encode_pause(writer, made)}};
      },
      parts.wake_delivery);
}

Result<Work> resume_delivery(Call& call, const QueueParts& parts) {
  const Result<ConcernedMail> mail = named_mail(call);
  if (!mail) return mail.error();
  return Work::write(
      [mail = *mail, now_ms = call.now_ms](storage::Writer& writer) -> Answer {
        const Result<messages::QueueFilter> part = mail.find(writer);
        if (!part) return part.error();
        const auto ended = messages::end_pause(writer, {part->domain, part->account_id}, now_ms);
        if (!ended) return Error(errors::kPauseMissing);
        return json::object{{"Pause", encode_pause(writer, *ended)}};
      },
      parts.wake_delivery);
}

Result<Work> list_pauses(Call& call) {
  const Result<ConcernedMail> mail = ConcernedMail::of(call);
  if (!mail) return mail.error();
  const Fields fields(call.parameters);
  messages::PauseListQuery query;
  query.offset = fields.offset();
  query.limit = static_cast<std::int64_t>(fields.page_limit());
  query.now_ms = call.now_ms;
  return Work::read([mail = *mail, query](storage::Reader& reader) -> Answer {
    Result<messages::QueueFilter> part = mail.find(reader);
    if (!part) return std::move(part).error();
    messages::PauseListQuery wanted = query;
    wanted.domain = std::move(part->domain);
    wanted.account_id = part->account_id;
    const messages::PausePage page = messages::list_pauses(reader, wanted);
    json::array data;
    for (const messages::Pause& pause : page.pauses) data.push_back(encode_pause(reader, pause));
    return json::object{{"TotalCount", page.total}, {"Data", std::move(data)}};
  });
}

}  // namespace

void add_pause_actions(cloudapi::ActionTable& table, const QueueParts& parts) {
  table.add({.name = "PauseDelivery",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return pause_delivery(call, parts); },
             .codes = kCodes});
  table.add({.name = "ResumeDelivery",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return resume_delivery(call, parts); },
             .codes = kCodes});
  table.add({.name = "ListDeliveryPauses", .version = kOwnVersion, .prepare = list_pauses, .codes = kCodes});
}

}  // namespace sesame::actions

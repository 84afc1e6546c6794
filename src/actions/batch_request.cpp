#include "actions/batch_request.hpp"

#include <utility>

#include "actions/call_origin.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"

namespace sesame::actions {

namespace json = boost::json;

namespace {

/// SES: BatchSendEmail.ADLocation, 1 before the subject, 2 behind it.
std::string marked(std::string_view subject, std::uint64_t location, const std::string& mark) {
  if (mark.empty()) return std::string(subject);
  if (location == 1) return mark + " " + std::string(subject);
  if (location == 2) return std::string(subject) + " " + mark;
  return std::string(subject);
}

/// SES: TimedEmailParam and CycleEmailParam; the one that TaskType does not ask for is ignored.
Result<campaigns::Schedule> read_schedule(const Fields& fields, std::int64_t now_ms) {
  campaigns::Schedule schedule;
  schedule.type = static_cast<campaigns::TaskType>(fields.number("TaskType"));
  if (schedule.type == campaigns::TaskType::now) return schedule;
  const bool timed = schedule.type == campaigns::TaskType::timed;
  const std::string name = timed ? "TimedParam" : "CycleParam";
  const json::object* given = fields.object(name);
  if (given == nullptr)
    return Error(timed ? errors::kTimedMissing : errors::kCycleMissing).with("name", name);
  const Fields param(*given);
  const Result<std::int64_t> begin_ms = read_begin(param, name + ".BeginTime", now_ms);
  if (!begin_ms) return begin_ms.error();
  schedule.begin_ms = *begin_ms;
  schedule.interval_hours = static_cast<std::int64_t>(param.number("IntervalTime"));
  if (!timed && schedule.interval_hours < 1)
    return Error(errors::kCycleMissing).with("name", name + ".IntervalTime");
  schedule.once = param.number("TermCycle") == 1;
  return schedule;
}

}  // namespace

/// Times have whole seconds: the second under way is not past.
Result<std::int64_t> read_begin(const Fields& fields, const std::string& path, std::int64_t now_ms) {
  const std::string_view text = fields.text("BeginTime");
  const Result<std::int64_t> begin_ms = parse_beijing_time(text);
  if (!begin_ms) return begin_ms.error();
  if (*begin_ms / 1000 < now_ms / 1000) {
    return Error(errors::kBeginPast).with("name", path).with("value", std::string(text));
  }
  return begin_ms;
}

Result<BatchRequest> decode_batch(const cloudapi::Call& call, const ContentRules& rules) {
  const Fields fields(call.parameters);
  BatchRequest request;
  Result<campaigns::Schedule> schedule = read_schedule(fields, call.now_ms);
  if (!schedule) return std::move(schedule).error();
  request.schedule = *schedule;
  Result<RequestedContent> content = read_content(fields, rules);
  if (!content) return std::move(content).error();
  campaigns::TaskOrder& order = request.order;
  order.scope = call.scope;
  order.app_id = call.app_id;
  order.call = origin_of(call);
  order.group_id = static_cast<std::int64_t>(fields.number("ReceiverId"));
  order.sender = fields.text("FromEmailAddress");
  order.subject = utf8::mended_to_store(fields.text("Subject"));
  if (content->has_template) order.template_id = content->template_id;
  order.template_data = std::move(content->template_data);
  order.draft.subject = marked(order.subject, fields.number("ADLocation"), rules.ad_mark);
  order.draft.reply_to = std::move(content->reply_to);
  order.draft.unsubscribe = content->unsubscribe;
  order.draft.html = std::move(content->html);
  order.draft.text = std::move(content->text);
  order.attachments = std::move(content->attachments);
  return request;
}

}  // namespace sesame::actions

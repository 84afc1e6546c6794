#include "accounts/errors.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/queue_fields.hpp"
#include "base/utf8.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/waiting_mails.hpp"
#include "messages/errors.hpp"
#include "messages/sweeps.hpp"

/// Orders that concern all mail which waits.
namespace sesame::actions {

namespace json = boost::json;
using cloudapi::Answer;
using cloudapi::Call;
using cloudapi::Work;

namespace {

constexpr cloudapi::ErrorCode kCodes[] = {{accounts::errors::kUnknown, "ResourceNotFound"},
                                          {campaigns::errors::kTaskMissing, "ResourceNotFound"},
                                          {errors::kNothingDropped, "MissingParameter"},
                                          {messages::errors::kTooManySweeps, "LimitExceeded"}};

/// Orders a sweep for each run of the task that has waiting mail. Returns the number of its mails.
Result<std::int64_t> sweep_task(storage::Writer& writer, messages::Sweep sweep, std::int64_t task_id) {
  const auto run_ids = campaigns::runs_with_waiting_mail(writer, task_id, sweep.filter.account_id);
  if (!run_ids) return run_ids.error();
  if (Status status = messages::begin_sweeps_of_runs(writer, sweep, *run_ids); !status)
    return std::move(status).error();
  return campaigns::count_waiting_mails(writer, task_id, *run_ids, sweep.filter.domain);
}

Result<std::int64_t> sweep_queues(storage::Writer& writer, const messages::Sweep& sweep) {
  const std::int64_t count = messages::count_waiting(writer, sweep.filter);
  if (count == 0) return count;
  if (Status status = messages::begin_sweep(writer, sweep); !status) return std::move(status).error();
  return count;
}

Result<Work> begin_sweep(Call& call, const QueueParts& parts, messages::SweepAct act) {
  const Result<ConcernedMail> mail = ConcernedMail::of(call);
  if (!mail) return mail.error();
  const Fields fields(call.parameters);
  // Nobody drops all mail by leaving something out.
  if (act == messages::SweepAct::drop && mail->is_unnamed() && !fields.has("TaskId"))
    return Error(errors::kNothingDropped);
  messages::Sweep sweep;
  sweep.act = act;
  sweep.reason = utf8::mended_to_store(fields.text("Reason"));
  sweep.ordered_ms = call.now_ms;
  return Work::write(
      [mail = *mail, sweep, task_id = fields.maybe_number("TaskId")](storage::Writer& writer) -> Answer {
        Result<messages::QueueFilter> part = mail.find(writer);
        if (!part) return std::move(part).error();
        messages::Sweep ordered = sweep;
        ordered.filter = std::move(*part);
        const Result<std::int64_t> count =
            task_id ? sweep_task(writer, ordered, *task_id) : sweep_queues(writer, ordered);
        if (!count) return count.error();
        return json::object{{"Count", *count}};
      },
      parts.wake_delivery);
}

}  // namespace

void add_sweep_actions(cloudapi::ActionTable& table, const QueueParts& parts) {
  table.add({.name = "RetryWaitingMail",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return begin_sweep(call, parts, messages::SweepAct::retry); },
             .codes = kCodes});
  table.add({.name = "DropWaitingMail",
             .version = kOwnVersion,
             .prepare = [parts](Call& call) { return begin_sweep(call, parts, messages::SweepAct::drop); },
             .codes = kCodes});
}

}  // namespace sesame::actions

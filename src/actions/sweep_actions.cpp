#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "accounts/errors.hpp"
#include "actions/errors.hpp"
#include "actions/families.hpp"
#include "actions/grants.hpp"
#include "actions/queue_fields.hpp"
#include "actions/site_fields.hpp"
#include "base/utf8.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/waiting_mails.hpp"
#include "delivery/direct_outlet.hpp"
#include "messages/errors.hpp"
#include "messages/sweeps.hpp"
#include "routing/plan.hpp"
#include "shaping/path_rows.hpp"

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

/// The paths whose holds a call ended.
using EndedPaths = std::vector<std::string>;

void end_all(delivery::DirectOutlet& outlet, const std::vector<delivery::HeldPath>& holds,
             EndedPaths& ended) {
  for (const delivery::HeldPath& held : holds) {
    if (outlet.end_hold(held.path)) ended.push_back(held.path);
  }
}

/// Ends the holds that stand before mail to the domain, or all without one; its route may have to be looked
/// up.
void end_holds(delivery::DirectOutlet& outlet, const std::string& domain,
               const std::shared_ptr<EndedPaths>& ended, std::function<void(Status)> done) {
  if (domain.empty()) {
    end_all(outlet, outlet.holds(), *ended);
    return done(Done{});
  }
  outlet.find_route(domain, [&outlet, domain, ended, done = std::move(done)](const routing::RoutePtr& route) {
    if (const auto* plan = std::get_if<routing::Plan>(route.get()))
      end_all(outlet, holds_of(outlet, outlet.look_at(*plan, domain).path), *ended);
    done(Done{});
  });
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
  const bool ends_holds = fields.flag("EndHolds");
  if (ends_holds) {
    if (Status allowed = check_manages_accounts(call); !allowed) return std::move(allowed).error();
  }
  const auto ended = std::make_shared<EndedPaths>();
  Work work = Work::write(
      [mail = *mail, sweep, task_id = fields.maybe_number("TaskId"), ended,
       outlet = parts.outlet](storage::Writer& writer) -> Answer {
        Result<messages::QueueFilter> part = mail.find(writer);
        if (!part) return std::move(part).error();
        messages::Sweep ordered = sweep;
        ordered.filter = std::move(*part);
        const Result<std::int64_t> count =
            task_id ? sweep_task(writer, ordered, *task_id) : sweep_queues(writer, ordered);
        if (!count) return count.error();
        json::object answer{{"Count", *count}};
        if (sweep.act == messages::SweepAct::drop) return answer;
        if (!ended->empty()) shaping::write_paths(writer, outlet->memories(*ended), sweep.ordered_ms);
        answer["EndedHoldCount"] = ended->size();
        return answer;
      },
      parts.wake_delivery);
  if (ends_holds && parts.outlet != nullptr) {
    work.before = [outlet = parts.outlet, domain = mail->domain(), ended](std::function<void(Status)> done) {
      end_holds(*outlet, domain, ended, std::move(done));
    };
  }
  return work;
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

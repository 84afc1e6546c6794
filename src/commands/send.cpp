#include <fmt/format.h>

#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"
#include "commands/capped_start.hpp"
#include "commands/commands.hpp"
#include "commands/dry_run.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"
#include "commands/mail_parameters.hpp"
#include "commands/moment.hpp"
#include "commands/pretty_json.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";

/// The moment of --at. nullopt: at once.
Result<std::optional<std::int64_t>> begin_s(const Context& context, const SendCommand& options) {
  if (options.at.empty()) return std::optional<std::int64_t>();
  const Result<std::int64_t> moment = parse_moment(options.at);
  if (!moment) return moment.error();
  if (*moment < context.terminal.clock().now_s())
    return Error(errors::kMomentPast).with("value", options.at).with("utc", rfc3339(*moment));
  return std::optional(*moment);
}

/// Prints the new task. `facts`: what --json shows of it.
void print_task(Context& context, const SendCommand& options, json::object facts, const std::string& whom,
                std::optional<std::int64_t> begin) {
  const std::string local =
      begin ? context.terminal.local_time(format_beijing_time(*begin * 1000)) : std::string();
  if (options.json) {
    if (begin) {
      facts["at"] = rfc3339(*begin);
      facts["local_time"] = local;
    }
    context.terminal.line(pretty_json(facts));
    return;
  }
  const std::uint64_t task = number_of(facts, "task");
  context.terminal.line(
      begin ? fmt::format("task {}: will mail {} at {} ({})", task, whom, local, rfc3339(*begin))
            : fmt::format("task {}: mailing {}", task, whom));
}

/// Sends an ended task again to some of its recipients.
Status send_again(Context& context, ApiClient& client, const SendCommand& options) {
  const Result<std::optional<std::int64_t>> begin = begin_s(context, options);
  if (!begin) return begin.error();
  json::object parameters{{"TaskId", options.again}, {"States", json::value_from(options.states)}};
  CappedStart start(context, client, options.caps, *begin);
  const std::optional<std::int64_t> ordered = start.order_s();
  if (ordered) parameters["BeginTime"] = format_beijing_time(*ordered * 1000);
  const Result<json::object> answer = client.call(kOwnVersion, "ResendSendTask", parameters);
  if (!answer) return answer.error();
  const std::uint64_t task = number_of(*answer, "TaskId");
  if (Status started = start.start(task); !started) return started;
  const Result<json::object> made = client.call(kOwnVersion, "GetSendTask", {{"TaskId", task}});
  if (!made) return made.error();
  // A task that begins later has no run yet: who is mailed is decided then, and this is the count as of now.
  const std::uint64_t recipients =
      ordered ? number_of(made->at("Task").as_object(), "RequestCount") : number_of(*made, "RecipientCount");
  print_task(context, options, {{"task", task}, {"again", options.again}, {"recipients", recipients}},
             fmt::format("{} recipients of task {} again", grouped(recipients), options.again), *begin);
  return options.watch ? watch_task(context, client, task) : Status(Done{});
}

/// Says when the server will leave out the link that was asked for; nothing when the credential may not ask.
void note_missing_links(Context& context, ApiClient& client, const SendCommand& options) {
  if (options.unsubscribe.value_or(0) == 0) return;
  const Result<json::object> setting = client.call(kOwnVersion, "GetTrackingSetting", json::object());
  const json::value* possible = setting ? setting->if_contains("LinksPossible") : nullptr;
  if (possible == nullptr || *possible != false) return;
  context.terminal.note(
      "the server has no `public_url`: its mails carry no link to unsubscribe until it is set there");
}

/// The rows of a dry run for people: a number and what it counts.
constexpr std::pair<const char*, const char*> kCounts[] = {
    {"MailedCount", "would be mailed"},
    {"BouncedCount", "withheld: the address does not exist"},
    {"BlockedCount", "withheld: on the block list"},
    {"UnsubscribedCount", "withheld: unsubscribed from the sender domain"},
    {"TooFrequentCount", "withheld: mailed too often within the hour"},
    {"WithoutVariableCount", "would lack a variable"},
    {"MalformedCount", "skipped: the address is malformed"},
    {"ErasedCount", "removed from the group before, not counted"}};

void print_dry_run(Context& context, const json::object& answer) {
  Terminal& terminal = context.terminal;
  terminal.line(fmt::format("{} of {} recipients judged, nobody was mailed",
                            grouped(number_of(answer, "RecipientCount")),
                            grouped(number_of(answer, "GroupCount"))));
  for (const auto& [name, words] : kCounts) {
    const std::uint64_t count = number_of(answer, name);
    if (count > 0) terminal.line(fmt::format("{:>12}  {}", grouped(count), words));
  }
  if (number_of(answer, "QuotaWaitCount") > 0)
    terminal.line(fmt::format("{:>12}  of them wait for the quota of another day, from {}",
                              grouped(number_of(answer, "QuotaWaitCount")),
                              terminal.local_time(text_of(answer, "QuotaRenewTime"))));
  for (const json::value& row : answer.at("Warnings").as_array())
    terminal.line("warning: " + text_of(row.as_object(), "Text"));
  for (const json::value& row : answer.at("Blocking").as_array())
    terminal.line("in the way: " + text_of(row.as_object(), "Text"));
}

/// Says what the task would do. Error: errors::kWouldBeRefused.
Status try_send(Context& context, ApiClient& client, json::object parameters, const SendCommand& options) {
  add_caps(parameters, options.caps);
  Progress progress(context.terminal, "judging", "recipients");
  bool shown = false;
  const auto show = [&](std::uint64_t judged, std::uint64_t all) {
    progress.show(judged, all);
    shown = true;
  };
  const Result<json::object> answer = run_dry(client, context.pause, parameters, {.progress = show});
  if (shown) progress.finish();
  if (!answer) return answer.error();
  if (options.json) {
    context.terminal.line(pretty_json(*answer));
  } else {
    print_dry_run(context, *answer);
    const std::string end = text_of(*answer, "EstimatedEndTime");
    if (!end.empty()) context.terminal.line(ends_about(context, options.caps, end));
  }
  const std::size_t faults = answer->at("Blocking").as_array().size();
  if (faults == 0) return Done{};
  return Error(errors::kWouldBeRefused).with("value", std::to_string(faults));
}

void set_time(json::object& parameters, std::optional<std::int64_t> begin_s) {
  parameters["TaskType"] = begin_s ? 2 : 1;
  if (begin_s) parameters["TimedParam"] = json::object{{"BeginTime", format_beijing_time(*begin_s * 1000)}};
}

Status run(Context& context, ApiClient& client, const SendCommand& options) {
  if (options.again != 0) return send_again(context, client, options);
  note_missing_links(context, client, options);
  if (!options.test.empty()) return send_test_mail(context, client, options);
  const Result<std::optional<std::int64_t>> begin = begin_s(context, options);
  if (!begin) return begin.error();
  const Result<RemoteGroup> group = find_group(client, {options.group, options.group_id});
  if (!group) return group.error();
  Result<json::object> parameters = mail_parameters(client, options);
  if (!parameters) return std::move(parameters).error();
  (*parameters)["ReceiverId"] = group->id;
  set_time(*parameters, *begin);
  if (options.dry_run) return try_send(context, client, std::move(*parameters), options);
  CappedStart start(context, client, options.caps, *begin);
  set_time(*parameters, start.order_s());
  const Result<json::object> answer = client.ses("BatchSendEmail", *parameters);
  if (!answer) return answer.error();
  const std::uint64_t task = number_of(*answer, "TaskId");
  if (Status started = start.start(task); !started) return started;
  const std::uint64_t recipients = group->recipients - group->invalid;
  print_task(context, options, {{"task", task}, {"group", group->name}, {"recipients", recipients}},
             fmt::format("{} recipients of `{}`", grouped(recipients), group->name), *begin);
  return options.watch ? watch_task(context, client, task) : Status(Done{});
}

}  // namespace

int send(Context& context, ApiAccess access, const SendCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

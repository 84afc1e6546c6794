#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <numeric>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/moment.hpp"

/// Looks at the mail that waits, and does something about it.
namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPage = 100;

/// The parameters that say which mail is meant.
json::object chosen(const QueueCommand& options) {
  json::object parameters;
  if (!options.domain.empty()) parameters["Domain"] = options.domain;
  if (options.app_id != 0) parameters["AppId"] = options.app_id;
  if (options.task_id != 0) parameters["TaskId"] = options.task_id;
  return parameters;
}

/// "mail to shop.example of account 1250000001".
std::string words_of(std::string_view what, std::string_view domain, std::uint64_t app_id,
                     std::uint64_t task_id = 0) {
  std::string words(what);
  if (!domain.empty()) words.append(" to ").append(domain);
  if (app_id != 0) words += fmt::format(" of account {}", app_id);
  if (task_id != 0) words += fmt::format(" of task {}", task_id);
  return words;
}

/// Calls `add` for each row of a list, up to `limit`. Returns the last answer.
template <class Add>
Result<json::object> for_each(ApiClient& client, std::string_view action, json::object parameters,
                              std::uint64_t limit, const Add& add) {
  for (std::uint64_t offset = 0;;) {
    const std::uint64_t page = std::min(kPage, limit - offset);
    parameters["Offset"] = offset;
    parameters["Limit"] = page;
    Result<json::object> answer = client.call(kOwnVersion, action, parameters);
    if (!answer) return answer;
    const json::array& rows = answer->at("Data").as_array();
    for (const json::value& row : rows) add(row.as_object());
    offset += rows.size();
    if (rows.size() < page || offset >= limit) return answer;
  }
}

using Ages = std::array<std::uint64_t, 7>;

Ages ages_of(const json::object& row) {
  Ages ages{};
  const json::array& counts = row.at("Ages").as_array();
  for (std::size_t i = 0; i < ages.size(); ++i) ages[i] = counts.at(i).to_number<std::uint64_t>();
  return ages;
}

std::vector<Cell> counts_of(std::uint64_t total, const Ages& ages) {
  std::vector<Cell> cells{Cell::number(total)};
  for (const std::uint64_t count : ages) cells.push_back(Cell::number(count));
  return cells;
}

std::string state_of(const Context& context, const json::object& row) {
  if (text_of(row, "PausedSince").empty()) return "";
  const std::string until = text_of(row, "PausedUntil");
  return until.empty() ? "paused" : "paused until " + context.terminal.local_time(until);
}

std::vector<std::string> heads(bool for_programs) {
  std::vector<std::string> heads{"DOMAIN", "ACCOUNT", "MAIL", "TOTAL", "5M",   "15M",  "1H",
                                 "4H",     "1D",      "3D",   "OLDER", "NEXT", "STATE"};
  if (for_programs) heads.insert(heads.end(), {"OLDEST", "PAUSE REASON", "REPLY"});
  return heads;
}

std::vector<Cell> cells(const Context& context, const json::object& row, bool for_programs) {
  std::vector<Cell> cells{text_of(row, "Domain"), Cell::id(number_of(row, "AppId")),
                          row.at("Urgent").as_bool() ? "single" : "tasks"};
  std::ranges::move(counts_of(number_of(row, "WaitingCount"), ages_of(row)), std::back_inserter(cells));
  cells.emplace_back(context.terminal.local_time(text_of(row, "NextAttemptTime")));
  cells.emplace_back(state_of(context, row));
  if (for_programs) {
    cells.emplace_back(context.terminal.local_time(text_of(row, "OldestTime")));
    cells.emplace_back(text_of(row, "PauseReason"));
    cells.emplace_back(text_of(row, "Reply"));
  }
  return cells;
}

/// A table as that of `qshape`: the mails of each queue by their age.
Status list(Context& context, ApiClient& client, const QueueCommand& options) {
  Table rows(heads(options.json));
  Ages sums{};
  json::object parameters = chosen(options);
  parameters["Order"] = options.order;
  const auto answer = for_each(client, "ListDeliveryQueues", std::move(parameters), options.limit,
                               [&](const json::object& row) {
                                 const Ages ages = ages_of(row);
                                 for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += ages[i];
                                 rows.add(cells(context, row, options.json));
                               });
  if (!answer) return answer.error();
  if (options.json) {
    context.terminal.table(rows, true);
    return Done{};
  }
  if (rows.empty()) {
    context.terminal.line(words_of("no mail waits", options.domain, options.app_id));
    return Done{};
  }
  std::vector<Cell> total{"TOTAL", "", ""};
  std::ranges::move(counts_of(std::accumulate(sums.begin(), sums.end(), std::uint64_t{0}), sums),
                    std::back_inserter(total));
  total.insert(total.end(), {"", ""});
  rows.add(std::move(total));
  context.terminal.table(rows);
  if (const std::uint64_t all = number_of(*answer, "TotalCount"); all > rows.size() - 1)
    context.terminal.note(fmt::format("{} of {} queues, in which {} mails wait; --limit shows more",
                                      grouped(rows.size() - 1), grouped(all),
                                      grouped(number_of(*answer, "WaitingCount"))));
  return Done{};
}

/// The mails one by one.
Status show(Context& context, ApiClient& client, const QueueCommand& options) {
  Table rows{{"EMAIL", "ACCOUNT", "TASK", "ATTEMPTS", "FIRST ATTEMPT", "NEXT ATTEMPT", "REPLY", "MESSAGE"}};
  const auto answer =
      for_each(client, "ListWaitingMails", chosen(options), options.limit, [&](const json::object& row) {
        const std::uint64_t task = number_of(row, "TaskId");
        rows.add({text_of(row, "ToEmailAddress"), Cell::id(number_of(row, "AppId")),
                  task == 0 ? Cell("") : Cell::id(task), Cell::number(number_of(row, "Attempts")),
                  context.terminal.local_time(text_of(row, "FirstAttemptTime")),
                  context.terminal.local_time(text_of(row, "NextAttemptTime")), text_of(row, "Reply"),
                  text_of(row, "MessageId")});
      });
  if (!answer) return answer.error();
  if (!rows.empty() || options.json) context.terminal.table(rows, options.json);
  if (!options.json)
    context.terminal.note(
        fmt::format("{} of {} mails", grouped(rows.size()), grouped(number_of(*answer, "TotalCount"))));
  return Done{};
}

Status list_pauses(Context& context, ApiClient& client, const QueueCommand& options) {
  Table rows{{"DOMAIN", "ACCOUNT", "SINCE", "UNTIL", "REASON"}};
  const auto answer =
      for_each(client, "ListDeliveryPauses", chosen(options), options.limit, [&](const json::object& row) {
        const std::string domain = text_of(row, "Domain");
        const std::uint64_t account = number_of(row, "AppId");
        const std::string until = text_of(row, "UntilTime");
        rows.add({domain.empty() ? "all" : domain, account == 0 ? Cell("all") : Cell::id(account),
                  context.terminal.local_time(text_of(row, "SinceTime")),
                  until.empty() ? "resumed" : context.terminal.local_time(until), text_of(row, "Reason")});
      });
  if (!answer) return answer.error();
  if (rows.empty() && !options.json) {
    context.terminal.line("delivery is not paused");
    return Done{};
  }
  context.terminal.table(rows, options.json);
  return Done{};
}

Status pause(Context& context, ApiClient& client, const QueueCommand& options) {
  json::object parameters = chosen(options);
  parameters["Reason"] = options.reason;
  if (!options.until.empty()) {
    const Result<std::int64_t> until = parse_moment(options.until);
    if (!until) return until.error();
    parameters["UntilTime"] = format_beijing_time(*until * 1000);
  }
  const Result<json::object> answer = client.call(kOwnVersion, "PauseDelivery", parameters);
  if (!answer) return answer.error();
  const json::object& made = answer->at("Pause").as_object();
  const std::string until = text_of(made, "UntilTime");
  context.terminal.note(fmt::format("{} waits until {}",
                                    words_of("mail", text_of(made, "Domain"), number_of(made, "AppId")),
                                    until.empty() ? "it is resumed" : context.terminal.local_time(until)));
  return Done{};
}

Status resume(Context& context, ApiClient& client, const QueueCommand& options) {
  const Result<json::object> answer = client.call(kOwnVersion, "ResumeDelivery", chosen(options));
  if (!answer) return answer.error();
  const json::object& ended = answer->at("Pause").as_object();
  context.terminal.note(words_of("mail", text_of(ended, "Domain"), number_of(ended, "AppId")) + " goes on");
  return Done{};
}

Status retry(Context& context, ApiClient& client, const QueueCommand& options) {
  json::object parameters = chosen(options);
  if (options.end_holds) parameters["EndHolds"] = true;
  const Result<json::object> answer = client.call(kOwnVersion, "RetryWaitingMail", parameters);
  if (!answer) return answer.error();
  std::string note = fmt::format("{} mails become due now", grouped(number_of(*answer, "Count")));
  if (options.end_holds)
    note += fmt::format("; {} holds ended", grouped(number_of(*answer, "EndedHoldCount")));
  context.terminal.note(note);
  return Done{};
}

/// Drops the mail that is named, or without --yes only counts it.
Status drop(Context& context, ApiClient& client, const QueueCommand& options) {
  json::object parameters = chosen(options);
  const std::string whose = words_of("", options.domain, options.app_id, options.task_id);
  if (!options.yes) {
    parameters["Offset"] = 0;
    parameters["Limit"] = 1;
    const Result<json::object> answer = client.call(kOwnVersion, "ListWaitingMails", parameters);
    if (!answer) return answer.error();
    return Error(errors::kNotConfirmed)
        .with("problem", fmt::format("{} mails{} wait; nothing was dropped: --yes drops them for good",
                                     grouped(number_of(*answer, "TotalCount")), whose));
  }
  parameters["Reason"] = options.reason;
  const Result<json::object> answer = client.call(kOwnVersion, "DropWaitingMail", parameters);
  if (!answer) return answer.error();
  context.terminal.note(fmt::format("{} mails{} are being dropped; `sesame queue` shows what is left",
                                    grouped(number_of(*answer, "Count")), whose));
  return Done{};
}

Status run(Context& context, ApiClient& client, const QueueCommand& options) {
  using What = QueueCommand::What;
  switch (options.what) {
    case What::list:
      return list(context, client, options);
    case What::show:
      return show(context, client, options);
    case What::pauses:
      return list_pauses(context, client, options);
    case What::pause:
      return pause(context, client, options);
    case What::resume:
      return resume(context, client, options);
    case What::retry:
      return retry(context, client, options);
    case What::drop:
      return drop(context, client, options);
  }
  return Done{};
}

}  // namespace

int queue(Context& context, ApiAccess access, const QueueCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

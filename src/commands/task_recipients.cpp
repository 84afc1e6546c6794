#include "commands/task_recipients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <limits>

#include "commands/csv.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
constexpr std::uint64_t kPageMax = 1000;  // The API's ListSendTaskRecipients.Limit.
constexpr std::uint64_t kTableRows = 100;

std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}

std::vector<std::string> wanted_states(const TasksCommand& options) {
  if (!options.states.empty()) return options.states;
  return {kRecipientStates.begin() + 1, kRecipientStates.end()};
}

/// "refused or withheld".
std::string one_of(const std::vector<std::string>& states) {
  std::string joined;
  for (std::size_t i = 0; i < states.size(); ++i) {
    if (i > 0) joined += i + 1 == states.size() ? " or " : ", ";
    joined += states[i];
  }
  return joined;
}

/// Calls `add` for each recipient in the wanted states, up to `limit`. Each page continues behind the last
/// recipient of the one before, so that nobody comes twice while the task is mailing. Returns the number of
/// recipients in these states.
Result<std::uint64_t> for_each(ApiClient& client, const TasksCommand& options, std::uint64_t limit,
                               const std::function<Status(const json::object&)>& add) {
  json::object parameters{{"TaskId", options.task_id},
                          {"Offset", 0},
                          {"States", json::value_from(wanted_states(options))},
                          {"After", 0}};
  std::uint64_t total = 0;
  while (true) {
    const std::uint64_t page = std::min(limit, kPageMax);
    parameters["Limit"] = page;
    const Result<json::object> answer = client.call(kOwnVersion, "ListSendTaskRecipients", parameters);
    if (!answer) return answer.error();
    total = answer->at("TotalCount").to_number<std::uint64_t>();
    const json::array& rows = answer->at("Data").as_array();
    for (const json::value& row : rows) {
      if (Status status = add(row.as_object()); !status) return std::move(status).error();
    }
    limit -= rows.size();
    if (rows.size() < page || limit == 0) return total;
    parameters["After"] = rows.back().as_object().at("Number");
  }
}

/// Writes the recipients in a form that `import` reads.
class CsvOutput {
 public:
  CsvOutput(Terminal& terminal, std::string path) : terminal_(terminal), path_(std::move(path)) {
    if (!to_terminal()) out_.open(path_, std::ios::trunc | std::ios::binary);
  }

  Status add(const std::vector<std::string>& cells) {
    std::string line;
    for (const std::string& cell : cells) line += (line.empty() ? "" : ",") + csv_cell(cell);
    line += '\n';
    if (to_terminal()) {
      terminal_.raw(line);
      return terminal_.output_closed() ? Status(Error(errors::kStopped)) : Status(Done{});
    }
    out_ << line;
    return state();
  }
  Status close() {
    if (to_terminal()) return Done{};
    out_.close();
    return state();
  }

 private:
  bool to_terminal() const { return path_ == "-"; }
  Status state() const {
    if (out_) return Done{};
    return Error(errors::kFile)
        .with("problem", fmt::format("cannot write the recipients into {}: {}; --csv names another file",
                                     path_, std::strerror(errno)));
  }

  Terminal& terminal_;
  const std::string path_;
  std::ofstream out_;
};

Status write_csv(Context& context, ApiClient& client, const TasksCommand& options) {
  CsvOutput out(context.terminal, options.csv_file);
  Status head = out.add({"email", "state", "reason", "reply", "class", "attempts", "first attempt",
                         "next attempt", "delivered", "message", "number"});
  if (!head) return head;
  std::uint64_t written = 0;
  const std::uint64_t limit = options.limit == 0 ? std::numeric_limits<std::uint64_t>::max() : options.limit;
  const auto total = for_each(client, options, limit, [&](const json::object& row) {
    ++written;
    return out.add({text(row, "Email"), text(row, "State"), text(row, "Reason"), text(row, "Reply"),
                    text(row, "Class"), std::to_string(row.at("Attempts").to_number<std::uint64_t>()),
                    context.terminal.local_time(text(row, "FirstAttemptTime")),
                    context.terminal.local_time(text(row, "NextAttemptTime")),
                    context.terminal.local_time(text(row, "DeliverTime")), text(row, "MessageId"),
                    std::to_string(row.at("Number").to_number<std::uint64_t>())});
  });
  if (!total) return total.error();
  if (Status status = out.close(); !status) return status;
  if (options.csv_file != "-")
    context.terminal.note(fmt::format("{} recipients are in {}", grouped(written), options.csv_file));
  return Done{};
}

std::vector<std::string> heads(bool for_programs) {
  std::vector<std::string> heads{"EMAIL", "STATE", "REASON", "REPLY", "ATTEMPTS"};
  if (for_programs) {
    for (const char* more : {"CLASS", "FIRST ATTEMPT", "NEXT ATTEMPT", "DELIVERED", "MESSAGE", "NUMBER"})
      heads.emplace_back(more);
  }
  return heads;
}

std::vector<Cell> cells(Context& context, const json::object& row, bool for_programs) {
  std::vector<Cell> cells{text(row, "Email"), text(row, "State"), text(row, "Reason"), text(row, "Reply"),
                          Cell::number(row.at("Attempts").to_number<std::uint64_t>())};
  if (!for_programs) return cells;
  cells.emplace_back(text(row, "Class"));
  for (const char* time : {"FirstAttemptTime", "NextAttemptTime", "DeliverTime"})
    cells.emplace_back(context.terminal.local_time(text(row, time)));
  cells.emplace_back(text(row, "MessageId"));
  cells.push_back(Cell::id(row.at("Number").to_number<std::uint64_t>()));
  return cells;
}

}  // namespace

Status show_recipients(Context& context, ApiClient& client, const TasksCommand& options) {
  if (!options.csv_file.empty()) return write_csv(context, client, options);
  const std::uint64_t fitting = options.json ? std::numeric_limits<std::uint64_t>::max() : kTableRows;
  Table rows(heads(options.json));
  const auto total =
      for_each(client, options, options.limit == 0 ? fitting : options.limit, [&](const json::object& row) {
        rows.add(cells(context, row, options.json));
        return Status(Done{});
      });
  if (!total) return total.error();
  if (rows.empty() && !options.json) {
    context.terminal.note(
        fmt::format("no recipient of task {} is {}", options.task_id, one_of(wanted_states(options))));
    return Done{};
  }
  context.terminal.table(rows, options.json);
  if (rows.size() < *total)
    context.terminal.note(fmt::format("{} of {} recipients; --limit shows more, --csv FILE writes all",
                                      grouped(rows.size()), grouped(*total)));
  return Done{};
}

}  // namespace sesame::commands

#include "commands/capped_start.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";
/// How much later the order is: the time to stop a task that neither got its caps nor could be stopped.
constexpr std::int64_t kLaterS = 30 * 86'400;
/// A call that names a time so far ahead reaches the server before it is past.
constexpr std::int64_t kOnItsWayS = 2;

/// "at most 500 an hour, at most 2,000 a day, over 8 hours"
std::string words_of(const campaigns::Caps& caps) {
  std::string words;
  const auto add = [&words](const std::string& more) { words += (words.empty() ? "" : ", ") + more; };
  const auto number = [](std::int64_t value) { return grouped(static_cast<std::uint64_t>(value)); };
  if (caps.mails_per_hour > 0) add(fmt::format("at most {} an hour", number(caps.mails_per_hour)));
  if (caps.mails_per_day > 0) add(fmt::format("at most {} a day", number(caps.mails_per_day)));
  if (caps.spread_hours > 0)
    add(fmt::format("over {} hour{}", caps.spread_hours, caps.spread_hours == 1 ? "" : "s"));
  return words;
}

}  // namespace

CappedStart::CappedStart(Context& context, ApiClient& client, const campaigns::Caps& caps,
                         std::optional<std::int64_t> begin_s)
    : context_(context),
      client_(client),
      caps_(caps),
      begin_s_(begin_s),
      made_(client.clock().steady_now()) {}

std::optional<std::int64_t> CappedStart::order_s() const {
  if (!caps_.any()) return begin_s_;
  return std::max(begin_s_.value_or(0), client_.clock().now_s()) + kLaterS;
}

/// The server's clock may differ from this machine's, so its time of now is that of the order and what has
/// passed since.
std::int64_t CappedStart::server_now_s(const json::object& task) const {
  const auto passed = std::chrono::ceil<std::chrono::seconds>(client_.clock().steady_now() - made_);
  const Result<std::int64_t> created_ms = parse_beijing_time(text_of(task, "CreateTime"));
  return (created_ms ? *created_ms / 1000 : client_.clock().now_s()) + passed.count() + kOnItsWayS;
}

Status CappedStart::give_caps(std::uint64_t task_id) {
  const Result<json::object> answer = client_.call(kOwnVersion, "GetSendTask", {{"TaskId", task_id}});
  if (!answer) return answer.error();
  const json::object& task = answer->at("Task").as_object();
  const std::int64_t now_s = server_now_s(task);
  const std::int64_t begin_ms = std::max(begin_s_.value_or(now_s), now_s) * 1000;
  const auto recipients = static_cast<std::int64_t>(number_of(task, "RequestCount"));
  if (const auto end_ms = campaigns::capped_end_ms(caps_, recipients, recipients, begin_ms))
    context_.terminal.note(ends_about(context_, caps_, format_beijing_time(*end_ms)));
  json::object changes{{"TaskId", task_id}, {"BeginTime", format_beijing_time(begin_ms)}};
  add_caps(changes, caps_);
  const Result<json::object> changed = client_.call(kOwnVersion, "UpdateSendTask", changes);
  return changed ? Status(Done{}) : changed.error();
}

Status CappedStart::start(std::uint64_t task_id) {
  if (!caps_.any()) return Done{};
  Status status = give_caps(task_id);
  if (status) return status;
  const bool stopped{client_.call_once(kOwnVersion, "StopSendTask", {{"TaskId", task_id}})};
  context_.terminal.note(
      stopped ? fmt::format("task {} did not get its caps and was stopped before it began", task_id)
              : fmt::format("task {} did not get its caps; it begins in 30 days unless "
                            "`sesame tasks stop {}` ends it",
                            task_id, task_id));
  return status;
}

std::string ends_about(const Context& context, const campaigns::Caps& caps, const std::string& time) {
  return fmt::format("ends about {}, {}", context.terminal.local_time(time), words_of(caps));
}

void add_caps(json::object& parameters, const campaigns::Caps& caps) {
  if (caps.mails_per_hour > 0) parameters["MailsPerHour"] = caps.mails_per_hour;
  if (caps.mails_per_day > 0) parameters["MailsPerDay"] = caps.mails_per_day;
  if (caps.spread_hours > 0) parameters["SpreadHours"] = caps.spread_hours;
}

}  // namespace sesame::commands

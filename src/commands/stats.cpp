#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kPage = 100;
constexpr std::int64_t kDaysByDefault = 7;

/// Numbers of days, both included (beijing_day()).
struct Days {
  std::int64_t first = 0;
  std::int64_t last = 0;
};

Result<std::int64_t> day_of(const std::string& text, const char* flag) {
  const Result<std::int64_t> day = parse_beijing_day(text);
  if (day) return *day;
  return Error(errors::kFlag)
      .with("problem", fmt::format("{}: `{}` is no day; write YYYY-MM-DD", flag, text));
}

Result<Days> days_of(const Context& context, const StatsCommand& options) {
  Days days;
  days.last = beijing_day(context.terminal.clock().now_ms());
  if (!options.to.empty()) {
    const Result<std::int64_t> last = day_of(options.to, "--to");
    if (!last) return last.error();
    days.last = *last;
  }
  days.first = days.last - kDaysByDefault + 1;
  if (!options.from.empty()) {
    const Result<std::int64_t> first = day_of(options.from, "--from");
    if (!first) return first.error();
    days.first = *first;
    if (options.to.empty()) days.last = std::max(days.last, days.first);
  }
  if (days.first > days.last)
    return Error(errors::kFlag).with("problem", "--from is behind --to; the first day comes first");
  return days;
}

std::string date_of(std::int64_t day) { return format_beijing_date(beijing_day_start_ms(day)); }

void add_volume(Table& rows, const json::object& volume, const std::string& day) {
  std::vector<Cell> row{day};
  for (const char* count : {"RequestCount", "AcceptedCount", "DeliveredCount", "BounceCount", "OpenedCount",
                            "ClickedCount", "UnsubscribeCount"})
    row.push_back(Cell::number(number_of(volume, count)));
  rows.add(std::move(row));
}

Status show_counts(Context& context, ApiClient& client, const StatsCommand& options, const Days& days) {
  json::object parameters{{"StartDate", date_of(days.first)}, {"EndDate", date_of(days.last)}};
  if (!options.domain.empty()) parameters["Domain"] = options.domain;
  if (!options.recipient_domain.empty()) parameters["ReceivingMailboxType"] = options.recipient_domain;
  const Result<json::object> answer = client.ses("GetStatisticsReport", parameters);
  if (!answer) return answer.error();
  Table rows{{"DAY", "REQUESTED", "ACCEPTED", "DELIVERED", "BOUNCED", "OPENED", "CLICKED", "UNSUBSCRIBED"}};
  for (const json::value& value : answer->at("DailyVolumes").as_array())
    add_volume(rows, value.as_object(), text_of(value.as_object(), "SendDate"));
  if (rows.empty() && !options.json) {
    context.terminal.line(fmt::format("no mail from {} to {}", date_of(days.first), date_of(days.last)));
    return Done{};
  }
  if (!options.json) add_volume(rows, answer->at("OverallVolume").as_object(), "in all");
  context.terminal.table(rows, options.json);
  return Done{};
}

std::string fate_of(const json::object& mail) {
  if (mail.at("SendStatus").to_number<std::int64_t>() != 0) return "not accepted";
  switch (mail.at("DeliverStatus").to_number<std::int64_t>()) {
    case 0:
      return "waiting";
    case 1:
      return "delivered";
    case 2:
      return "dropped";
    case 3:
      return "refused";
    case 8:
      return "deferred";
    default:
      return "unknown";
  }
}

/// The rows of one day.
Status add_mails(Context& context, ApiClient& client, const std::string& recipient, const std::string& day,
                 Table& rows) {
  for (std::uint64_t offset = 0;; offset += kPage) {
    const Result<json::object> answer = client.ses(
        "GetSendEmailStatus",
        {{"RequestDate", day}, {"Offset", offset}, {"Limit", kPage}, {"ToEmailAddress", recipient}});
    if (!answer) return answer.error();
    const json::array& mails = answer->at("EmailStatusList").as_array();
    for (const json::value& value : mails) {
      const json::object& mail = value.as_object();
      std::vector<std::string> marks;
      for (const auto& [field, word] :
           {std::pair("UserOpened", "opened"), std::pair("UserClicked", "clicked"),
            std::pair("UserUnsubscribed", "unsubscribed"), std::pair("UserComplained", "complained")}) {
        if (mail.at(field).as_bool()) marks.emplace_back(word);
      }
      const auto requested_ms = mail.at("RequestTime").to_number<std::int64_t>() * 1000;
      rows.add({context.terminal.local_time(format_beijing_time(requested_ms)), text_of(mail, "MessageId"),
                text_of(mail, "FromEmailAddress"), fate_of(mail), Cell::list(marks),
                text_of(mail, "DeliverMessage")});
    }
    if (mails.size() < kPage) return Done{};
  }
}

Status show_mails(Context& context, ApiClient& client, const StatsCommand& options, const Days& days) {
  Table rows{{"REQUESTED", "MAIL", "FROM", "STATE", "MARKS", "REASON"}};
  for (std::int64_t day = days.last; day >= days.first; --day) {
    if (Status added = add_mails(context, client, options.recipient, date_of(day), rows); !added)
      return added;
  }
  if (rows.empty() && !options.json)
    context.terminal.line(fmt::format("no mail to {} from {} to {}", options.recipient, date_of(days.first),
                                      date_of(days.last)));
  else
    context.terminal.table(rows, options.json);
  return Done{};
}

Status run(Context& context, ApiClient& client, const StatsCommand& options) {
  const Result<Days> days = days_of(context, options);
  if (!days) return days.error();
  return options.recipient.empty() ? show_counts(context, client, options, *days)
                                   : show_mails(context, client, options, *days);
}

}  // namespace

int stats(Context& context, ApiAccess access, const StatsCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

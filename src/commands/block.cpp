#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/beijing_time.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kActive = 1, kAll = 2;  // SES: the Status of ListCustomBlacklist.
constexpr std::int64_t kBouncedDaysMs = std::int64_t{30} * 24 * 60 * 60 * 1000;

Status show_rows(Context& context, const BlockCommand& options, const json::object& answer,
                 const Table& rows) {
  if (!rows.empty() || options.json) context.terminal.table(rows, options.json);
  if (!options.json)
    context.terminal.note(
        fmt::format("{} of {} addresses", rows.size(), grouped(number_of(answer, "TotalCount"))));
  return Done{};
}

Status list_bounced(Context& context, ApiClient& client, const BlockCommand& options) {
  const std::int64_t now_ms = context.terminal.clock().now_ms();
  json::object parameters{{"StartDate", format_beijing_date(now_ms - kBouncedDaysMs)},
                          {"EndDate", format_beijing_date(now_ms)},
                          {"Offset", options.offset},
                          {"Limit", options.limit}};
  if (!options.email.empty()) parameters["EmailAddress"] = options.email;
  const Result<json::object> answer = client.ses("ListBlackEmailAddress", parameters);
  if (!answer) return answer.error();
  Table rows{{"ADDRESS", "BOUNCED", "REASON"}};
  for (const json::value& value : answer->at("BlackList").as_array()) {
    const json::object& row = value.as_object();
    rows.add({text_of(row, "EmailAddress"), context.terminal.local_time(text_of(row, "BounceTime")),
              text_of(row, "IspDesc")});
  }
  return show_rows(context, options, *answer, rows);
}

Status list(Context& context, ApiClient& client, const BlockCommand& options) {
  if (options.bounced) return list_bounced(context, client, options);
  json::object parameters{
      {"Offset", options.offset}, {"Limit", options.limit}, {"Status", options.expired ? kAll : kActive}};
  if (!options.email.empty()) parameters["Email"] = options.email;
  const Result<json::object> answer = client.ses("ListCustomBlacklist", parameters);
  if (!answer) return answer.error();
  Table rows{{"ADDRESS", "STATE", "UNTIL", "ADDED"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    rows.add({text_of(row, "Email"), number_of(row, "Status") == kActive ? "blocked" : "expired",
              text_of(row, "ExpireDate"), context.terminal.local_time(text_of(row, "CreateTime"))});
  }
  return show_rows(context, options, *answer, rows);
}

Status add(Context& context, ApiClient& client, const BlockCommand& options) {
  json::object parameters{{"Emails", json::value_from(options.addresses)}};
  if (!options.until.empty()) parameters["ExpireDate"] = options.until;
  const Result<json::object> answer = client.ses("CreateCustomBlacklist", parameters);
  if (!answer) return answer.error();
  const std::uint64_t added = number_of(*answer, "ValidCount"), repeated = number_of(*answer, "RepeatCount");
  const std::uint64_t malformed = number_of(*answer, "InvalidCount") + number_of(*answer, "TooLongCount");
  print_done(context, options.json, {{"added", added}, {"already_there", repeated}, {"malformed", malformed}},
             fmt::format("{} added, {} already there, {} malformed", grouped(added), grouped(repeated),
                         grouped(malformed)));
  return Done{};
}

Status remove(Context& context, ApiClient& client, const BlockCommand& options) {
  const json::value addresses = json::value_from(options.addresses);
  const Result<json::object> answer = options.bounced
                                          ? client.ses("DeleteBlackList", {{"EmailAddressList", addresses}})
                                          : client.ses("DeleteCustomBlackList", {{"Emails", addresses}});
  if (!answer) return answer.error();
  print_done(context, options.json, {{"not_blocked", addresses}},
             fmt::format("{} {} no longer on the list", grouped(options.addresses.size()),
                         options.addresses.size() == 1 ? "address is" : "addresses are"));
  return Done{};
}

Status run(Context& context, ApiClient& client, const BlockCommand& options) {
  switch (options.what) {
    case BlockCommand::What::list:
      return list(context, client, options);
    case BlockCommand::What::add:
      return add(context, client, options);
    case BlockCommand::What::remove:
      return remove(context, client, options);
  }
  return Done{};
}

}  // namespace

int block(Context& context, ApiAccess access, const BlockCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/base64.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr const char* kOwnVersion = "2026-12-01";

std::string text(const json::object& row, std::string_view name) {
  return json::value_to<std::string>(row.at(name));
}

Status list(Context& context, ApiClient& client, const InboxCommand& options) {
  json::object parameters{{"Offset", options.offset}, {"Limit", options.limit}};
  if (!options.to.empty()) parameters["To"] = options.to;
  if (!options.subject.empty()) parameters["Subject"] = options.subject;
  const Result<json::object> answer = client.call(kOwnVersion, "ListInboxMails", parameters);
  if (!answer) return answer.error();
  Table rows{{"MAIL", "RECEIVED", "FROM", "TO", "SUBJECT", "BYTES"}};
  for (const json::value& value : answer->at("Data").as_array()) {
    const json::object& row = value.as_object();
    rows.add({Cell::id(row.at("MailId").to_number<std::uint64_t>()),
              context.terminal.local_time(text(row, "ReceivedTime")), text(row, "From"), text(row, "To"),
              text(row, "Subject"), Cell::number(row.at("Bytes").to_number<std::uint64_t>())});
  }
  if (!rows.empty() || options.json) context.terminal.table(rows, options.json);
  context.terminal.note(fmt::format("{} of {} mails; `sesame inbox show MAIL` shows one", rows.size(),
                                    grouped(answer->at("TotalCount").to_number<std::uint64_t>())));
  return Done{};
}

/// Makes a mail's text safe to print: control characters, which could steer a terminal, become dots.
std::string printable(std::string_view bytes) {
  std::string shown;
  shown.reserve(bytes.size());
  for (const char c : bytes) {
    if (c == '\r') continue;
    const auto byte = static_cast<unsigned char>(c);
    shown += c == '\n' || c == '\t' || (byte >= 0x20 && byte != 0x7f) ? c : '.';
  }
  return shown;
}

Status fetch(Context& context, ApiClient& client, const InboxCommand& options) {
  const Result<json::object> answer = client.call(kOwnVersion, "GetInboxMail", {{"MailId", options.mail_id}});
  if (!answer) return answer.error();
  Result<std::string> raw = decode_base64(text(*answer, "Raw"));
  if (!raw) return std::move(raw).error();
  if (options.what == InboxCommand::What::show) {
    if (context.terminal.output_is_terminal()) {
      context.terminal.line(printable(*raw));
    } else {
      context.terminal.raw(*raw);
    }
    return Done{};
  }
  std::ofstream out(options.file, std::ios::binary | std::ios::trunc);
  out.write(raw->data(), static_cast<std::streamsize>(raw->size()));
  out.close();
  if (!out) return Error(errors::kFile).with("problem", "cannot write " + options.file);
  context.terminal.note(fmt::format("saved {} bytes as {}", grouped(raw->size()), options.file));
  return Done{};
}

Status clear(Context& context, ApiClient& client) {
  const Result<json::object> answer = client.call(kOwnVersion, "DeleteInboxMails", {});
  if (!answer) return answer.error();
  context.terminal.note(
      fmt::format("{} mails deleted", grouped(answer->at("DeletedCount").to_number<std::uint64_t>())));
  return Done{};
}

Status run(Context& context, ApiClient& client, const InboxCommand& options) {
  switch (options.what) {
    case InboxCommand::What::list:
      return list(context, client, options);
    case InboxCommand::What::show:
    case InboxCommand::What::save:
      return fetch(context, client, options);
    case InboxCommand::What::clear:
      return clear(context, client);
  }
  return Done{};
}

}  // namespace

int inbox(Context& context, ApiAccess access, const InboxCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

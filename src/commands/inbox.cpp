#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>

#include "base/base64.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/pretty_json.hpp"
#include "commands/shown_mail.hpp"

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

std::string size_text(std::uint64_t bytes) { return grouped(bytes) + (bytes == 1 ? " byte" : " bytes"); }

json::object as_json(std::uint64_t mail_id, const ShownMail& mail) {
  json::object headers;
  for (const auto& [name, value] : mail.fields) headers[name] = value;
  json::array files;
  for (const ShownMail::File& file : mail.files)
    files.push_back(json::object{{"name", file.name}, {"type", file.type}, {"bytes", file.bytes}});
  return {{"mail", mail_id},
          {"headers", std::move(headers)},
          {"text", mail.text},
          {"text_from", mail.from_html ? "html" : "text"},
          {"attachments", std::move(files)}};
}

void show(Context& context, std::uint64_t mail_id, std::string_view raw, bool as_object) {
  const ShownMail mail = read_shown_mail(raw);
  if (as_object) return context.terminal.line(pretty_json(as_json(mail_id, mail)));
  for (const auto& [name, value] : mail.fields)
    context.terminal.line(context.terminal.bold(name + ":") + " " + value);
  if (mail.from_html) context.terminal.line("(the words of the html part; there is no text part)");
  context.terminal.line("");
  context.terminal.raw(mail.text);
  if (!mail.text.empty() && mail.text.back() != '\n') context.terminal.line("");
  if (!mail.files.empty()) context.terminal.line("");
  for (const ShownMail::File& file : mail.files) {
    const std::string name = file.name.empty() ? "without a name" : file.name;
    context.terminal.line(fmt::format("attachment: {} ({}, {})", name, file.type, size_text(file.bytes)));
  }
}

Status fetch(Context& context, ApiClient& client, const InboxCommand& options) {
  const Result<json::object> answer = client.call(kOwnVersion, "GetInboxMail", {{"MailId", options.mail_id}});
  if (!answer) return answer.error();
  Result<std::string> raw = decode_base64(text(*answer, "Raw"));
  if (!raw) return std::move(raw).error();
  if (options.what == InboxCommand::What::show) {
    if (options.raw)
      context.terminal.raw(context.terminal.output_is_terminal() ? printable(*raw) : *raw);
    else
      show(context, options.mail_id, *raw, options.json);
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

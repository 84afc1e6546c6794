#include "commands/templates.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <utility>

#include "base/base64.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"
#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/errors.hpp"
#include "commands/groups.hpp"
#include "commands/shown_mail.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::uint64_t kPage = 100;

std::string status_word(std::uint64_t status) {
  switch (status) {
    case 0:
      return "approved";
    case 1:
      return "pending";
    case 2:
      return "refused";
    default:
      return std::to_string(status);
  }
}

}  // namespace

Result<std::vector<RemoteTemplate>> all_templates(ApiClient& client) {
  std::vector<RemoteTemplate> all;
  for (std::uint64_t offset = 0;; offset += kPage) {
    const Result<json::object> answer =
        client.ses("ListEmailTemplates", {{"Offset", offset}, {"Limit", kPage}});
    if (!answer) return answer.error();
    const json::array& rows = answer->at("TemplatesMetadata").as_array();
    for (const json::value& value : rows) {
      const json::object& row = value.as_object();
      all.push_back({row.at("TemplateID").to_number<std::uint64_t>(),
                     json::value_to<std::string>(row.at("TemplateName")),
                     row.at("TemplateStatus").to_number<std::uint64_t>(),
                     row.at("CreatedTimestamp").to_number<std::int64_t>()});
    }
    if (rows.size() < kPage) return all;
  }
}

Result<std::uint64_t> find_template(ApiClient& client, const std::string& name_or_number) {
  const Result<std::vector<RemoteTemplate>> all = all_templates(client);
  if (!all) return all.error();
  std::vector<std::uint64_t> meant;
  for (const RemoteTemplate& each : *all) {
    if (each.name == name_or_number || std::to_string(each.id) == name_or_number) meant.push_back(each.id);
  }
  if (meant.size() == 1) return meant.front();
  if (meant.empty()) {
    // The server says what is wrong with a number.
    if (is_number(name_or_number) && name_or_number.size() < 19) return std::stoull(name_or_number);
    return Error(errors::kTemplateMissing)
        .with("value", name_or_number)
        .with("region", client.access().region);
  }
  std::string numbers;
  for (const std::uint64_t id : meant) numbers += (numbers.empty() ? "" : ", ") + std::to_string(id);
  return Error(errors::kTemplateAmbiguous).with("value", name_or_number).with("numbers", numbers);
}

namespace {

constexpr std::size_t kPartBytesMax = 16 * 1024 * 1024;  // The server takes less.

Status list(Context& context, ApiClient& client, const TemplatesCommand& options) {
  const Result<std::vector<RemoteTemplate>> all = all_templates(client);
  if (!all) return all.error();
  Table table{{"TEMPLATE", "NAME", "STATUS", "CREATED"}};
  for (const RemoteTemplate& each : *all)
    table.add({Cell::id(each.id), each.name, status_word(each.status),
               context.terminal.local_time(format_beijing_time(each.created_s * 1000))});
  if (all->empty() && !options.json) {
    context.terminal.line("no templates in region " + client.access().region +
                          "; `sesame templates create NAME --html FILE --text FILE` makes one");
    return Done{};
  }
  context.terminal.table(table, options.json);
  return Done{};
}

/// The file as UTF-8 without a byte order mark.
Result<std::string> read_part(const std::string& path) {
  const auto refused = [&](const std::string& problem) {
    return Error(errors::kFile).with("problem", (path == "-" ? "standard input" : path) + problem);
  };
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  if (path != "-" && !file) return refused(std::string(" cannot be read: ") + std::strerror(errno));
  std::istream& in = path == "-" ? std::cin : file;
  std::string text;
  std::array<char, 64 * 1024> chunk;
  while (in && text.size() <= kPartBytesMax) {
    in.read(chunk.data(), chunk.size());
    text.append(chunk.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.eof() && text.size() <= kPartBytesMax) return refused(" cannot be read");
  if (text.size() > kPartBytesMax) return refused(" is too large for a template");
  if (!utf8::valid(text)) return refused(" is not in UTF-8; save it as UTF-8");
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : std::move(text);
}

/// Puts the given files into the content. Empty files count as none.
Status put_parts(json::object& content, const TemplatesCommand& options) {
  for (const auto& [field, path] :
       {std::pair("Html", &options.html_file), std::pair("Text", &options.text_file)}) {
    if (path->empty()) continue;
    const Result<std::string> part = read_part(*path);
    if (!part) return part.error();
    content[field] = encode_base64(*part);
  }
  return Done{};
}

Status create(Context& context, ApiClient& client, const TemplatesCommand& options) {
  json::object content;
  if (Status put = put_parts(content, options); !put) return put;
  const Result<json::object> answer =
      client.ses("CreateEmailTemplate", {{"TemplateName", options.name}, {"TemplateContent", content}});
  if (!answer) return answer.error();
  const std::uint64_t id = number_of(*answer, "TemplateID");
  print_done(context, options.json, {{"template", id}, {"name", options.name}},
             fmt::format("template {}: `{}` created", id, options.name));
  return Done{};
}

Result<std::uint64_t> meant_template(ApiClient& client, const TemplatesCommand& options) {
  return options.id != 0 ? Result<std::uint64_t>(options.id) : find_template(client, options.name);
}

/// A part that no file is given for keeps its content.
Status update(Context& context, ApiClient& client, const TemplatesCommand& options) {
  const Result<std::uint64_t> id = meant_template(client, options);
  if (!id) return id.error();
  const Result<json::object> old = client.ses("GetEmailTemplate", {{"TemplateID", *id}});
  if (!old) return old.error();
  json::object content = old->at("TemplateContent").as_object();
  if (Status put = put_parts(content, options); !put) return put;
  const std::string name = text_of(*old, "TemplateName");
  const Result<json::object> answer = client.ses(
      "UpdateEmailTemplate", {{"TemplateID", *id}, {"TemplateName", name}, {"TemplateContent", content}});
  if (!answer) return answer.error();
  print_done(context, options.json, {{"template", *id}, {"name", name}},
             fmt::format("template {}: `{}` updated", *id, name));
  return Done{};
}

Status show(Context& context, ApiClient& client, const TemplatesCommand& options) {
  const Result<std::uint64_t> id = meant_template(client, options);
  if (!id) return id.error();
  const Result<json::object> answer = client.ses("GetEmailTemplate", {{"TemplateID", *id}});
  if (!answer) return answer.error();
  const json::object& content = answer->at("TemplateContent").as_object();
  const Result<std::string> html = part_of(content, "Html"), text = part_of(content, "Text");
  if (!html || !text) return html ? text.error() : html.error();
  const std::string name = text_of(*answer, "TemplateName");
  const std::string status = status_word(number_of(*answer, "TemplateStatus"));
  Terminal& terminal = context.terminal;
  const auto shown = [&](const std::string& part) {
    return terminal.output_is_terminal() ? printable(part) : part;
  };
  if (options.json) {
    terminal.line(pretty_json(json::object{
        {"template", *id}, {"name", name}, {"status", status}, {"html", *html}, {"text", *text}}));
  } else if (!options.part.empty()) {
    terminal.raw(shown(options.part == "html" ? *html : *text));
  } else {
    terminal.line(fmt::format("template {}: `{}`, {}", *id, name, status));
    for (const auto& [head, part] : {std::pair("text", &*text), std::pair("html", &*html)}) {
      if (!part->empty())
        terminal.line("\n" + terminal.bold(fmt::format("--- {}", head)) + "\n" + shown(*part));
    }
  }
  return Done{};
}

Status remove(Context& context, ApiClient& client, const TemplatesCommand& options) {
  const Result<std::uint64_t> id = meant_template(client, options);
  if (!id) return id.error();
  const Result<json::object> answer = client.ses("DeleteEmailTemplate", {{"TemplateID", *id}});
  if (!answer) return answer.error();
  print_done(context, options.json, {{"template", *id}, {"deleted", true}},
             fmt::format("template {} deleted", *id));
  return Done{};
}

Status run(Context& context, ApiClient& client, const TemplatesCommand& options) {
  switch (options.what) {
    case TemplatesCommand::What::list:
      return list(context, client, options);
    case TemplatesCommand::What::create:
      return create(context, client, options);
    case TemplatesCommand::What::update:
      return update(context, client, options);
    case TemplatesCommand::What::show:
      return show(context, client, options);
    case TemplatesCommand::What::remove:
      return remove(context, client, options);
  }
  return Done{};
}

}  // namespace

Result<std::string> part_of(const json::object& content, std::string_view name) {
  const json::value* part = content.if_contains(name);
  if (part == nullptr || !part->is_string()) return std::string();
  return decode_base64_lines(json::value_to<std::string>(*part));
}

int templates(Context& context, ApiAccess access, const TemplatesCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

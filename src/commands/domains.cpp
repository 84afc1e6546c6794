#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "commands/answer_fields.hpp"
#include "commands/commands.hpp"
#include "commands/zone_lines.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

/// Says in a word what the DNS has of a wanted record.
std::string found_word(const json::object& record) {
  if (record.at("Status").as_bool()) return "right";
  return text_of(record, "CurrentValue").empty() ? "missing" : "wrong";
}

Status list(Context& context, ApiClient& client, const DomainsCommand& options) {
  const Result<json::object> answer = client.ses("ListEmailIdentities", {});
  if (!answer) return answer.error();
  Table rows{{"DOMAIN", "STATE", "LEVEL", "DAILY QUOTA"}};
  for (const json::value& value : answer->at("EmailIdentities").as_array()) {
    const json::object& row = value.as_object();
    rows.add({text_of(row, "IdentityName"), row.at("SendingEnabled").as_bool() ? "verified" : "unverified",
              Cell::number(number_of(row, "CurrentReputationLevel")),
              Cell::number(number_of(row, "DailyQuota"))});
  }
  if (rows.empty() && !options.json)
    context.terminal.line("no sender domains in region " + client.access().region +
                          "; `sesame domains add DOMAIN` adds one");
  else
    context.terminal.table(rows, options.json);
  return Done{};
}

void print_json(Context& context, const DomainsCommand& options, const json::object& answer) {
  json::array records;
  for (const json::value& value : answer.at("Attributes").as_array()) {
    const json::object& row = value.as_object();
    records.push_back(json::object{{"type", row.at("Type")},
                                   {"name", row.at("SendDomain")},
                                   {"value", row.at("ExpectedValue")},
                                   {"found", row.at("CurrentValue")},
                                   {"state", found_word(row)}});
  }
  const json::object shown{{"domain", options.domain},
                           {"verified", answer.at("VerifiedForSendingStatus")},
                           {"records", std::move(records)}};
  context.terminal.line(pretty_json(shown));
}

void print_zone(Context& context, const DomainsCommand& options, const json::object& answer) {
  std::vector<WantedRecord> records;
  for (const json::value& value : answer.at("Attributes").as_array()) {
    const json::object& row = value.as_object();
    records.push_back({text_of(row, "Type"), text_of(row, "SendDomain"), text_of(row, "ExpectedValue")});
  }
  context.terminal.raw(zone_lines(options.domain, records));
}

void print_table(Context& context, const DomainsCommand& options, const json::object& answer) {
  const bool verified = answer.at("VerifiedForSendingStatus").as_bool();
  context.terminal.line(fmt::format("{}: {}", options.domain, verified ? "verified" : "not verified"));
  Table rows{{"STATE", "TYPE", "NAME", "VALUE"}};
  for (const json::value& value : answer.at("Attributes").as_array()) {
    const json::object& row = value.as_object();
    rows.add(
        {found_word(row), text_of(row, "Type"), text_of(row, "SendDomain"), text_of(row, "ExpectedValue")});
  }
  context.terminal.table(rows);
  for (const json::value& value : answer.at("Attributes").as_array()) {
    const json::object& row = value.as_object();
    if (found_word(row) == "wrong")
      context.terminal.line(fmt::format("found in place of the {} record of {}: {}", text_of(row, "Type"),
                                        text_of(row, "SendDomain"), text_of(row, "CurrentValue")));
  }
  if (!verified)
    context.terminal.note(
        fmt::format("publish what is not right (--zone writes lines for a zone file), then "
                    "`sesame domains check {}`",
                    options.domain));
}

/// Warns of records that name the placeholders of a server that was not told its own names.
void note_placeholders(Context& context, const json::object& answer) {
  for (const json::value& value : answer.at("Attributes").as_array()) {
    if (text_of(value.as_object(), "ExpectedValue").find(".sesame.invalid") == std::string::npos) continue;
    context.terminal.note(
        "do not publish records with `sesame.invalid`: set `identity.mx_host` and `identity.spf_include` in "
        "the "
        "server's settings to hosts of yours first");
    return;
  }
}

Status remove(Context& context, ApiClient& client, const DomainsCommand& options) {
  const Result<json::object> answer = client.ses("DeleteEmailIdentity", {{"EmailIdentity", options.domain}});
  if (!answer) return answer.error();
  print_done(context, options.json, {{"domain", options.domain}, {"deleted", true}},
             options.domain + " deleted");
  return Done{};
}

Status run(Context& context, ApiClient& client, const DomainsCommand& options) {
  using What = DomainsCommand::What;
  if (options.what == What::list) return list(context, client, options);
  if (options.what == What::remove) return remove(context, client, options);
  const char* action = options.what == What::add     ? "CreateEmailIdentity"
                       : options.what == What::check ? "UpdateEmailIdentity"
                                                     : "GetEmailIdentity";
  json::object parameters{{"EmailIdentity", options.domain}};
  if (options.dkim_bits != 0) parameters["DKIMOption"] = options.dkim_bits == 2048 ? 1 : 0;
  const Result<json::object> answer = client.ses(action, parameters);
  if (!answer) return answer.error();
  note_placeholders(context, *answer);
  if (options.json)
    print_json(context, options, *answer);
  else if (options.zone)
    print_zone(context, options, *answer);
  else
    print_table(context, options, *answer);
  return Done{};
}

}  // namespace

int domains(Context& context, ApiAccess access, const DomainsCommand& options) {
  Result<ApiClient> client = ApiClient::create(std::move(access), context.terminal.clock(), context.pause);
  return client ? exit_status(context, run(context, *client, options)) : fail(context, client.error());
}

}  // namespace sesame::commands

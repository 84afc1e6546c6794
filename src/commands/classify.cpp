#include "bounces/classifier.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iostream>

#include "base/utf8.hpp"
#include "commands/api_client.hpp"
#include "commands/commands.hpp"
#include "commands/environment.hpp"
#include "commands/pretty_json.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

/// Reads at most the bytes that the classifier uses.
std::optional<std::string> read_mail_file(const std::string& name) {
  std::ifstream file;
  if (name != "-") file.open(name, std::ios::binary);
  std::istream& in = name == "-" ? std::cin : file;
  std::string bytes;
  char chunk[16384];
  while (in && bytes.size() < bounces::kBounceMailBytes) {
    in.read(chunk, sizeof chunk);
    bytes.append(chunk, static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad() || !in.eof()) {
    if (bytes.size() < bounces::kBounceMailBytes) return std::nullopt;
  }
  return bytes;
}

Result<bounces::BounceRules> rules_of(const ClassifyCommand& options) {
  std::string path = options.rules_file;
  if (path.empty()) path = environment("SESAME_BOUNCES_RULES").value_or("");
  if (path.empty()) return bounces::BounceRules::built_in();
  return bounces::BounceRules::built_in_with(path);
}

json::object encode(const std::string& file, const bounces::ClassifiedMail& mail) {
  json::array recipients;
  for (const bounces::ClassifiedRecipient& each : mail.recipients) {
    const bounces::Classification& found = each.classification;
    recipients.push_back(json::object{{"address", each.address},
                                      {"class", bounces::name_of(found.bounce_class)},
                                      {"status", found.status},
                                      {"replycode", found.reply_code},
                                      {"evidence", found.evidence},
                                      {"rule", found.rule}});
  }
  return {{"file", file}, {"recipients", std::move(recipients)}};
}

void add_rows(Table& rows, const std::string& file, const bounces::ClassifiedMail& mail) {
  constexpr std::size_t kShownBytes = 80;
  const auto or_dash = [](std::string text) { return text.empty() ? std::string("-") : text; };
  if (mail.recipients.empty()) rows.add({file, "-", "other", "-", "-", "-", "no bounce"});
  for (const bounces::ClassifiedRecipient& each : mail.recipients) {
    const bounces::Classification& found = each.classification;
    rows.add({file, or_dash(each.address), std::string(bounces::name_of(found.bounce_class)),
              or_dash(found.status), or_dash(found.reply_code), or_dash(found.rule),
              std::string(utf8::truncate(found.evidence, kShownBytes))});
  }
}

}  // namespace

int classify(Context& context, const ClassifyCommand& options) {
  if (options.show_rules) {
    context.terminal.line(std::string(bounces::BounceRules::built_in_text()));
    return 0;
  }
  const Result<bounces::BounceRules> rules = rules_of(options);
  if (!rules) {
    context.terminal.complain(explain(rules.error()));
    return 1;
  }
  const bounces::Classifier classifier(*rules);
  int status = 0;
  json::array list;
  Table rows{{"FILE", "RECIPIENT", "CLASS", "STATUS", "REPLY", "RULE", "EVIDENCE"}};
  for (const std::string& file : options.files) {
    const std::optional<std::string> bytes = read_mail_file(file);
    if (!bytes) {
      context.terminal.complain("cannot read " + file);
      status = 1;
      continue;
    }
    const bounces::ClassifiedMail mail = classifier.classify_mail(*bytes);
    if (options.json)
      list.push_back(encode(file, mail));
    else
      add_rows(rows, file, mail);
  }
  if (options.json)
    context.terminal.line(pretty_json(list));
  else if (!rows.empty())
    context.terminal.table(rows);
  return status;
}

}  // namespace sesame::commands

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "bounces/reply_reader.hpp"
#include "commands/commands.hpp"
#include "commands/environment.hpp"
#include "commands/pretty_json.hpp"
#include "shaping/rule_faults.hpp"
#include "shaping/rules.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

using Rules = shaping::Rules;

std::vector<std::string> rule_files(const ShapingCommand& options) {
  if (!options.files.empty()) return options.files;
  std::vector<std::string> files;
  const std::string names = environment("SESAME_DELIVERY_RULES").value_or("");
  for (const std::string_view name : ascii::split(names, ',')) {
    if (!ascii::trim(name).empty()) files.emplace_back(ascii::trim(name));
  }
  return files;
}

/// The rules of the files; their faults are printed.
std::optional<Rules> load_rules(Context& context, const std::vector<std::string>& files) {
  Result<Rules> rules = Rules::load(files);
  if (rules) return std::move(*rules);
  const std::vector<std::string> faults = shaping::fault_texts(rules.error());
  for (const std::string& fault : faults) context.terminal.line(fault);
  context.terminal.complain(std::to_string(faults.size()) + (faults.size() == 1 ? " fault" : " faults"));
  return std::nullopt;
}

/// The fate of the mail that the reply is about.
std::string fate_of(const bounces::ServerReply& reply, bounces::Signal signal) {
  const unsigned code = reply.known_code();
  if (code / 100 == 2) return "delivered";
  if (code / 100 != 5) return "tried again";
  return bounces::is_wanted_later(signal) ? "tried again, although the reply is final" : "refused";
}

/// A rule with its place: "qq-content of provider qq (shipped)".
std::string rule_text(const Rules& rules, const bounces::Meaning& meaning) {
  if (meaning.rule.empty()) return "none: by its codes";
  if (meaning.provider.empty()) return meaning.rule + " of rules/bounces.toml";
  return meaning.rule + " of provider " + meaning.provider + " (" +
         rules.layer_of(meaning.provider, meaning.rule) + ")";
}

std::string hold_text(const bounces::Hold& hold) {
  if (hold.steps.empty()) return "none that a rule names";
  if (hold.steps.size() == 1) return text_of(hold);
  return text_of(hold) + ": the next step when it comes again within " + to_text(hold.memory);
}

json::object encode(const Rules& rules, const bounces::ServerReply& reply, const bounces::Meaning& meaning) {
  json::array steps;
  for (const bounces::HoldStep& step : meaning.hold.steps) steps.emplace_back(text_of(bounces::Hold{{step}}));
  json::object encoded{{"rule", meaning.rule},
                       {"provider", meaning.provider},
                       {"layer", rules.layer_of(meaning.provider, meaning.rule)},
                       {"means", bounces::name_of(meaning.signal)},
                       {"scope", bounces::name_of(meaning.scope)},
                       {"mail", fate_of(reply, meaning.signal)},
                       {"hold", std::move(steps)},
                       {"memory", to_text(meaning.hold.memory)},
                       {"class", bounces::name_of(meaning.bounce_class)}};
  encoded["retry_after_s"] =
      meaning.retry_after ? json::value(meaning.retry_after->count()) : json::value(nullptr);
  return encoded;
}

int test_reply(Context& context, const ShapingCommand& options, const Rules& rules) {
  const std::string stage = ascii::upper(options.stage);
  const bounces::ServerReply reply{.host = options.host, .command = stage, .text = options.reply};
  const bounces::Classifier classifier;
  const bounces::Meaning meaning = bounces::ReplyReader(classifier, rules.providers()).read(reply);
  if (options.json) {
    context.terminal.line(pretty_json(encode(rules, reply, meaning)));
    return kExitDone;
  }
  const auto row = [&](std::string_view name, const std::string& value) {
    context.terminal.line(std::string(name) + value);
  };
  row("rule   ", rule_text(rules, meaning));
  row("means  ", std::string(bounces::name_of(meaning.signal)));
  row("scope  ", std::string(bounces::name_of(meaning.scope)));
  row("mail   ", fate_of(reply, meaning.signal));
  row("hold   ", hold_text(meaning.hold));
  if (meaning.retry_after) row("pause  ", to_text(*meaning.retry_after) + ", by the server's words");
  row("class  ", std::string(bounces::name_of(meaning.bounce_class)));
  return kExitDone;
}

Table limit_table(const std::vector<Rules::Value>& values) {
  Table rows{{"LIMIT", "VALUE", "LAYER"}};
  for (const Rules::Value& each : values) rows.add({each.key, each.value, each.layer});
  return rows;
}

void add_rules(Table& rows, const Rules& rules, const bounces::Provider& provider) {
  for (const bounces::BounceRule& rule : provider.rules) {
    const bounces::Signal signal = rule.meaning.signal.value_or(bounces::Signal::other);
    const bounces::Scope scope = rule.meaning.scope.value_or(bounces::usual_scope(signal));
    const std::string hold = text_of(rule.meaning.hold);
    rows.add({provider.name, rule.name, std::string(bounces::name_of(signal)),
              std::string(bounces::name_of(scope)), hold.empty() ? "-" : hold,
              rules.layer_of(provider.name, rule.name)});
  }
}

/// The limits that the provider's own blocks give.
void add_own_limits(Table& rows, const Rules& rules, const std::string& provider) {
  for (const Rules::Value& each : rules.limits_of(provider)) {
    if (each.layer.ends_with(" provider " + provider)) rows.add({provider, each.key, each.value, each.layer});
  }
}

void print(Context& context, const Table& limits, const Table& rules, bool as_json) {
  if (as_json) {
    context.terminal.line(pretty_json(
        json::object{{"limits", json::parse(limits.json())}, {"rules", json::parse(rules.json())}}));
    return;
  }
  context.terminal.table(limits);
  if (rules.empty()) return;
  context.terminal.line("");
  context.terminal.table(rules);
}

int show_rules(Context& context, const ShapingCommand& options, const Rules& rules) {
  Table replies{{"PROVIDER", "RULE", "MEANS", "SCOPE", "HOLD", "LAYER"}};
  if (!options.provider.empty()) {
    for (const bounces::Provider& each : rules.providers().all()) {
      if (each.name != options.provider) continue;
      add_rules(replies, rules, each);
      print(context, limit_table(rules.limits_of(each.name)), replies, options.json);
      return kExitDone;
    }
    context.terminal.complain("there is no provider " + options.provider);
    return kExitFailed;
  }
  Table limits{{"PROVIDER", "LIMIT", "VALUE", "LAYER"}};
  for (const Rules::Value& each : rules.limits_of("")) limits.add({"-", each.key, each.value, each.layer});
  for (const bounces::Provider& each : rules.providers().all()) {
    add_own_limits(limits, rules, each.name);
    add_rules(replies, rules, each);
  }
  print(context, limits, replies, options.json);
  return kExitDone;
}

int explain_domain(Context& context, const ShapingCommand& options, const Rules& rules) {
  const Rules::Profile profile = rules.profile(options.mx, options.domain);
  const Table limits = limit_table(rules.explain(options.mx, options.domain));
  if (options.json) {
    context.terminal.line(pretty_json(json::object{{"provider", profile.provider},
                                                   {"destination", profile.destination},
                                                   {"limits", json::parse(limits.json())}}));
    return kExitDone;
  }
  context.terminal.line("provider     " + (profile.provider.empty() ? "none" : profile.provider));
  context.terminal.line("destination  " + (profile.destination.empty() ? "none" : profile.destination));
  context.terminal.line("");
  context.terminal.table(limits);
  return kExitDone;
}

}  // namespace

int shaping(Context& context, const ShapingCommand& options) {
  using What = ShapingCommand::What;
  const std::optional<Rules> rules = load_rules(context, rule_files(options));
  if (!rules) return kExitFailed;
  switch (options.what) {
    case What::check:
      context.terminal.line("no fault");
      return kExitDone;
    case What::test:
      return test_reply(context, options, *rules);
    case What::rules:
      return show_rules(context, options, *rules);
    case What::explain:
      return explain_domain(context, options, *rules);
  }
  return kExitFailed;
}

}  // namespace sesame::commands

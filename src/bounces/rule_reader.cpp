#include "bounces/rule_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "base/duration_text.hpp"
#include "bounces/errors.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kPhrasesMax = 2000;  // Phrases that one text with sets of words stands for.

using WordSets = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Replaces each `{name}` by each word of that set. The problem when a set is missing or there are too many.
std::optional<std::string> expand(const std::string& text, const WordSets& sets,
                                  std::vector<std::string>& expanded) {
  const std::size_t before = expanded.size();
  std::vector<std::string> open{text};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const std::size_t begin = next.find('{');
    const std::size_t end = next.find('}', begin == next.npos ? 0 : begin);
    if (begin == next.npos || end == next.npos) {
      expanded.push_back(next);
    } else {
      const std::string name = next.substr(begin + 1, end - begin - 1);
      const auto set = sets.find(name);
      if (set == sets.end()) return "there is no set of words `" + name + "`";
      for (const std::string& word : set->second)
        open.push_back(next.substr(0, begin) + word + next.substr(end + 1));
    }
    if (open.size() + expanded.size() - before > kPhrasesMax)
      return "`" + text + "` stands for more than " + std::to_string(kPhrasesMax) + " phrases";
  }
  return std::nullopt;
}

}  // namespace

Error RuleReader::fault_of(const std::string& rule, std::size_t line, std::string problem) const {
  return Error(errors::kRules)
      .with("path", path_)
      .with("line", line == 0 ? "" : std::to_string(line))
      .with("rule", rule)
      .with("problem", std::move(problem));
}

Status RuleReader::begin_rule(const toml::table& table, const std::vector<BounceRule>& taken,
                              BounceRule& rule) {
  rule_ = std::to_string(taken.size() + 1);
  if (const auto name = table["name"].value<std::string>()) rule_ = rule.name = *name;
  if (rule.name.empty()) return fault(table, "it has no name");
  const auto same = [&](const BounceRule& each) { return each.name == rule.name; };
  if (std::ranges::any_of(taken, same)) return fault(table, "another rule has the same name");
  return Done{};
}

Result<bool> RuleReader::read_shared_key(std::string_view key, const toml::node& node,
                                         BounceRule& rule) const {
  Status status = Done{};
  if (key == "text") {
    status = read_phrases(key, node, rule.text);
  } else if (key == "unless") {
    status = read_phrases(key, node, rule.unless);
  } else if (key == "link") {
    status = read_lower(key, node, rule.links);
  } else if (key == "status") {
    status = read_codes(key, node, rule.status);
  } else if (key == "reply") {
    status = read_codes(key, node, rule.reply);
  } else if (key == "command") {
    status = read_commands(node, rule.commands);
    rule.meaning.names_command = true;
  } else if (key == "sample") {
    status = read_texts(key, node, rule.samples);
  } else if (key == "means" || key == "scope") {
    status = read_meaning(key, node, rule.meaning);
  } else if (key == "hold") {
    status = read_hold(node, rule.meaning.hold);
  } else if (key == "memory") {
    status = read_memory(node, rule.meaning.hold);
  } else {
    return false;
  }
  if (!status) return std::move(status).error();
  return true;
}

Status RuleReader::read_meaning(std::string_view key, const toml::node& node, RuleMeaning& meaning) const {
  const std::string name = node.value<std::string>().value_or("");
  const auto unknown = [&](const std::string& values) {
    return fault(node, "`" + std::string(key) + "` is one of " + values);
  };
  if (key == "scope" && !(meaning.scope = scope_of(name))) return unknown(scopes_for_rules());
  if (key == "means") {
    meaning.signal = signal_of(name);
    if (!meaning.signal || !is_for_rules(*meaning.signal)) return unknown(signals_for_rules());
  }
  return Done{};
}

Status RuleReader::read_hold(const toml::node& node, Hold& hold) const {
  Texts texts;
  if (Status status = read_texts("hold", node, texts); !status) return status;
  if (texts.empty() || texts.size() > kHoldStepsMax)
    return fault(node, "`hold` has from 1 to " + std::to_string(kHoldStepsMax) + " steps");
  for (const std::string& text : texts) {
    const std::optional<HoldStep> step = hold_step_of(text);
    if (!step)
      return fault(
          node,
          "`" + text + "` of `hold` is none of \"30s\", \"10m\", \"1h\" (24 hours at most), \"day_begins\"");
    hold.steps.push_back(*step);
  }
  return Done{};
}

Status RuleReader::read_memory(const toml::node& node, Hold& hold) const {
  const auto memory = parse_duration(node.value<std::string>().value_or(""));
  if (!memory || *memory > kHoldMemoryMax)
    return fault(node, "`memory` is a time as in \"24h\", 7 days at most");
  hold.memory = *memory;
  return Done{};
}

Status RuleReader::check_hold(const toml::table& table, const BounceRule& rule) const {
  if (const toml::node* memory = table.get("memory"); memory != nullptr && rule.meaning.hold.steps.empty())
    return fault(*memory, "`memory` is about the steps of `hold`, which it has not");
  return Done{};
}

Status RuleReader::read_word_sets(const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return fault(node, "`words` is a table of lists: [words]");
  for (const auto& [key, list] : *table) {
    Texts& set = word_sets_[std::string(key.str())];
    if (Status status = read_texts(key.str(), list, set); !status) return status;
    // A set that names sets could name itself, and its phrases would have no end.
    const auto names_set = [](const std::string& word) { return word.find_first_of("{}") != word.npos; };
    if (const auto word = std::ranges::find_if(set, names_set); word != set.end())
      return fault(list, "`" + *word + "` of the set of words `" + std::string(key.str()) +
                             "` has braces: " + "a set names no other set");
  }
  return Done{};
}

Status RuleReader::read_texts(std::string_view key, const toml::node& node, Texts& texts) const {
  const toml::array* list = node.as_array();
  if (list == nullptr) return fault(node, "`" + std::string(key) + "` is a list of texts: [\"...\"]");
  for (const toml::node& item : *list) {
    const auto text = item.value<std::string>();
    if (!text || text->empty())
      return fault(item, "`" + std::string(key) + "` has a value that is no text, or an empty one");
    texts.push_back(*text);
  }
  return Done{};
}

Status RuleReader::read_commands(const toml::node& node, Texts& commands) const {
  if (Status status = read_texts("command", node, commands); !status) return status;
  constexpr std::array<std::string_view, 5> kKnown{"CONN", "HELO", "MAIL", "RCPT", "DATA"};
  for (const std::string& command : commands) {
    if (std::ranges::find(kKnown, command) == kKnown.end())
      return fault(node, "`" + command + "` of `command` is none of CONN, HELO, MAIL, RCPT, DATA");
  }
  return Done{};
}

Status RuleReader::read_lower(std::string_view key, const toml::node& node, Texts& texts) const {
  Status status = read_texts(key, node, texts);
  for (std::string& text : texts) text = ascii::lower(text);
  return status;
}

Status RuleReader::read_codes(std::string_view key, const toml::node& node, Texts& codes) const {
  if (Status status = read_texts(key, node, codes); !status) return status;
  for (const std::string& code : codes) {
    if (code.find_first_not_of("0123456789.x*") != code.npos)
      return fault(node, "`" + code + "` of `" + std::string(key) +
                             "` is no code: digits, with x for any digit and * for any rest");
  }
  return Done{};
}

Status RuleReader::read_phrases(std::string_view key, const toml::node& node,
                                std::vector<Phrase>& phrases) const {
  Texts texts;
  if (Status status = read_texts(key, node, texts); !status) return status;
  Texts expanded;
  for (const std::string& text : texts) {
    if (auto problem = expand(text, word_sets_, expanded)) return fault(node, std::move(*problem));
  }
  for (const std::string& text : expanded) {
    std::optional<Phrase> phrase = Phrase::parse(text);
    if (!phrase) return fault(node, "there is no word in `" + text + "` of `" + std::string(key) + "`");
    phrases.push_back(std::move(*phrase));
  }
  return Done{};
}

}  // namespace sesame::bounces

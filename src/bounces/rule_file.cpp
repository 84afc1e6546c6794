#include "bounces/rule_file.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <optional>

#include "base/ascii.hpp"
#include "bounces/errors.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kRulesMax = 2000;
constexpr std::size_t kPhrasesMax = 2000;  // Phrases that one text with sets of words stands for.

using Texts = std::vector<std::string>;
using WordSets = std::map<std::string, Texts, std::less<>>;

/// Replaces each `{name}` by each word of that set. The problem when a set is missing or there are too many.
std::optional<std::string> expand(const std::string& text, const WordSets& sets, Texts& expanded) {
  const std::size_t before = expanded.size();
  Texts open{text};
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

class RuleReader {
 public:
  RuleReader(const std::string& path, std::vector<BounceRule>& rules, MailShapes& shapes)
      : path_(path), rules_(rules), shapes_(shapes) {}

  Status read(const toml::table& document) {
    if (const toml::node* sets = document.get("words"); sets != nullptr) {
      rule_ = "words";
      if (Status status = read_word_sets(*sets); !status) return status;
    }
    for (const auto& [key, node] : document) {
      if (key.str() == "words") continue;
      if (key.str() == "rule" && node.is_array_of_tables()) {
        if (Status status = read_all_rules(*node.as_array()); !status) return status;
      } else if (key.str() == "recognise" && node.is_table()) {
        rule_ = "recognise";
        if (Status status = read_shapes(*node.as_table()); !status) return status;
      } else {
        rule_.clear();
        return fault(node, "`" + std::string(key.str()) + "` is none of [[rule]], [recognise], [words]");
      }
    }
    return Done{};
  }

  Error fault_at(std::size_t line, std::string problem) const {
    return Error(errors::kRules)
        .with("path", path_)
        .with("line", line == 0 ? "" : std::to_string(line))
        .with("rule", rule_)
        .with("problem", std::move(problem));
  }

 private:
  Error fault(const toml::node& node, std::string problem) const {
    return fault_at(node.source().begin.line, std::move(problem));
  }

  Status read_word_sets(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fault(node, "`words` is no table of lists");
    for (const auto& [key, list] : *table) {
      if (Status status = read_texts(list, word_sets_[std::string(key.str())]); !status) return status;
    }
    return Done{};
  }

  Status read_all_rules(const toml::array& list) {
    if (list.size() > kRulesMax) return fault(list, "more than " + std::to_string(kRulesMax) + " rules");
    for (const toml::node& node : list) {
      BounceRule rule;
      rule_ = std::to_string(rules_.size() + 1);
      if (Status status = read_rule(*node.as_table(), rule); !status) return status;
      rules_.push_back(std::move(rule));
    }
    return Done{};
  }

  Status read_rule(const toml::table& table, BounceRule& rule) {
    if (const auto name = table["name"].value<std::string>()) rule_ = rule.name = *name;
    if (rule.name.empty()) return fault(table, "it has no name");
    const auto same = [&](const BounceRule& each) { return each.name == rule.name; };
    if (std::ranges::any_of(rules_, same)) return fault(table, "another rule has the same name");
    if (!table.contains("class")) return fault(table, "it has no class");
    for (const auto& [key, node] : table) {
      if (Status status = read_key(key.str(), node, rule); !status) return status;
    }
    if (Status status = read_suppress(table, rule); !status) return status;
    if (!rule.by_words() && rule.status.empty() && rule.reply.empty() && rule.commands.empty())
      return fault(table, "it has no condition: text, link, status, reply or command");
    return Done{};
  }

  Status read_key(std::string_view key, const toml::node& node, BounceRule& rule) {
    if (key == "name") return Done{};
    if (key == "class") return read_class(node, rule);
    // read_suppress() reads it after the class, whose default it replaces.
    if (key == "suppress") return Done{};
    if (key == "weak" || key == "auto_reply") {
      const auto flag = node.value<bool>();
      if (!flag) return fault(node, "`" + std::string(key) + "` is true or false");
      if (key == "weak") rule.weak = *flag;
      if (key == "auto_reply") rule.auto_reply = *flag;
      return Done{};
    }
    if (key == "text") return read_phrases(node, rule.text);
    if (key == "unless") return read_phrases(node, rule.unless);
    if (key == "link") return read_lower(node, rule.links);
    if (key == "from") return read_lower(node, rule.from);
    if (key == "status") return read_codes(node, rule.status);
    if (key == "reply") return read_codes(node, rule.reply);
    if (key == "command") return read_commands(node, rule.commands);
    if (key == "sample") return read_texts(node, rule.samples);
    return fault(node, "`" + std::string(key) +
                           "` is none of name, class, suppress, weak, auto_reply, text, unless, link, from, "
                           "status, reply, command, sample");
  }

  Status read_class(const toml::node& node, BounceRule& rule) {
    const auto bounce_class = bounce_class_of(node.value<std::string>().value_or(""));
    if (!bounce_class) return fault(node, "its class is none that there is");
    rule.bounce_class = *bounce_class;
    rule.dead = rule.bounce_class == BounceClass::hard_unknown_user ||
                rule.bounce_class == BounceClass::hard_unknown_domain;
    return Done{};
  }

  Status read_suppress(const toml::table& table, BounceRule& rule) {
    const toml::node* node = table.get("suppress");
    if (node == nullptr) return Done{};
    const auto flag = node->value<bool>();
    if (!flag && !node->is_array()) return fault(*node, "`suppress` is true, false or a list of codes");
    rule.dead = flag.value_or(false);
    if (flag) return Done{};
    return read_codes(*node, rule.dead_with);
  }

  Status read_texts(const toml::node& node, Texts& texts) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return fault(node, "it is no list of texts");
    for (const toml::node& item : *list) {
      const auto text = item.value<std::string>();
      if (!text || text->empty()) return fault(item, "it is no text");
      texts.push_back(*text);
    }
    return Done{};
  }

  Status read_commands(const toml::node& node, Texts& commands) {
    if (Status status = read_texts(node, commands); !status) return status;
    constexpr std::array<std::string_view, 5> kKnown{"CONN", "HELO", "MAIL", "RCPT", "DATA"};
    for (const std::string& command : commands) {
      if (std::ranges::find(kKnown, command) == kKnown.end())
        return fault(node, "`" + command + "` is none of CONN, HELO, MAIL, RCPT, DATA");
    }
    return Done{};
  }

  Status read_lower(const toml::node& node, Texts& texts) {
    Status status = read_texts(node, texts);
    for (std::string& text : texts) text = ascii::lower(text);
    return status;
  }

  Status read_codes(const toml::node& node, Texts& codes) {
    if (Status status = read_texts(node, codes); !status) return status;
    for (const std::string& code : codes) {
      if (code.find_first_not_of("0123456789.x*") != code.npos)
        return fault(node, "`" + code + "` is no code: digits, with x for any digit and * for any rest");
    }
    return Done{};
  }

  Status read_phrases(const toml::node& node, std::vector<Phrase>& phrases) {
    Texts texts;
    if (Status status = read_texts(node, texts); !status) return status;
    Texts expanded;
    for (const std::string& text : texts) {
      if (auto problem = expand(text, word_sets_, expanded)) return fault(node, std::move(*problem));
    }
    for (const std::string& text : expanded) {
      std::optional<Phrase> phrase = Phrase::parse(text);
      if (!phrase) return fault(node, "there is no word in `" + text + "`");
      phrases.push_back(std::move(*phrase));
    }
    return Done{};
  }

  Status read_shapes(const toml::table& table) {
    for (const auto& [key, node] : table) {
      if (key.str() == "senders") {
        if (Status status = read_lower(node, shapes_.senders); !status) return status;
        continue;
      }
      std::vector<Phrase>* phrases = shapes_.phrases_of(key.str());
      if (phrases == nullptr)
        return fault(node, "`" + std::string(key.str()) + "` is nothing that can be recognised");
      if (Status status = read_phrases(node, *phrases); !status) return status;
    }
    return Done{};
  }

  const std::string& path_;
  std::vector<BounceRule>& rules_;
  MailShapes& shapes_;
  WordSets word_sets_;
  std::string rule_;  // The rule being read, for error texts.
};

}  // namespace

Status read_rules(std::string_view text, const std::string& path, std::vector<BounceRule>& rules,
                  MailShapes& shapes) {
  RuleReader reader(path, rules, shapes);
  try {
    return reader.read(toml::parse(text, path));
  } catch (const toml::parse_error& fault) {
    return reader.fault_at(fault.source().begin.line, std::string(fault.description()));
  }
}

Result<std::string> read_rule_file(const std::string& path) {
  const auto fault = [&](std::string problem) {
    return Error(errors::kRules).with("path", path).with("problem", std::move(problem));
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) return fault("it cannot be read");
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kFileBytesMax) return fault("it is larger than 1 MiB");
  return text;
}

}  // namespace sesame::bounces

#include "bounces/rule_file.hpp"

#include <algorithm>
#include <fstream>

#include "bounces/errors.hpp"
#include "bounces/rule_reader.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kRulesMax = 2000;

class BounceRuleReader : public RuleReader {
 public:
  BounceRuleReader(const std::string& path, std::vector<BounceRule>& rules, MailShapes& shapes)
      : RuleReader(path), rules_(rules), shapes_(shapes) {}

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

 private:
  Status read_all_rules(const toml::array& list) {
    rule_.clear();
    if (list.size() > kRulesMax) return fault(list, "more than " + std::to_string(kRulesMax) + " rules");
    for (const toml::node& node : list) {
      BounceRule rule;
      if (Status status = read_rule(*node.as_table(), rule); !status) return status;
      rules_.push_back(std::move(rule));
    }
    return Done{};
  }

  Status read_rule(const toml::table& table, BounceRule& rule) {
    if (Status status = begin_rule(table, rules_, rule); !status) return status;
    if (!table.contains("class")) return fault(table, "it has no class");
    for (const auto& [key, node] : table) {
      if (Status status = read_key(key.str(), node, rule); !status) return status;
    }
    if (Status status = read_suppress(table, rule); !status) return status;
    if (Status status = check_hold(table, rule); !status) return status;
    if (std::ranges::any_of(rule.meaning.hold.steps, &HoldStep::until_day_begins))
      return fault(table, "`day_begins` of `hold` is for the rules of a provider, whose day it is");
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
    if (key == "from") return read_lower(key, node, rule.from);
    Result<bool> read = read_shared_key(key, node, rule);
    if (!read) return std::move(read).error();
    if (*read) return Done{};
    return fault(node, "`" + std::string(key) +
                           "` is none of name, class, suppress, weak, auto_reply, text, unless, link, from, "
                           "status, reply, command, sample, means, scope, hold, memory");
  }

  Status read_class(const toml::node& node, BounceRule& rule) {
    const auto bounce_class = bounce_class_of(node.value<std::string>().value_or(""));
    if (!bounce_class) return fault(node, "`class` is one of " + bounce_class_names());
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
    return read_codes("suppress", *node, rule.dead_with);
  }

  Status read_shapes(const toml::table& table) {
    for (const auto& [key, node] : table) {
      if (key.str() == "senders") {
        if (Status status = read_lower(key.str(), node, shapes_.senders); !status) return status;
        continue;
      }
      std::vector<Phrase>* phrases = shapes_.phrases_of(key.str());
      if (phrases == nullptr)
        return fault(node, "`" + std::string(key.str()) + "` is nothing that can be recognised");
      if (Status status = read_phrases(key.str(), node, *phrases); !status) return status;
    }
    return Done{};
  }

  std::vector<BounceRule>& rules_;
  MailShapes& shapes_;
};

}  // namespace

Status read_rules(std::string_view text, const std::string& path, std::vector<BounceRule>& rules,
                  MailShapes& shapes) {
  BounceRuleReader reader(path, rules, shapes);
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

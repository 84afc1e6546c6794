#include "engagement/visitors.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "engagement/errors.hpp"

namespace sesame::engagement {

namespace embedded {
extern const std::string_view visitors;
}  // namespace embedded

namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kRulesMax = 1000;
constexpr std::size_t kAgentsMax = 10'000;   // In all rules; each costs some nanoseconds per visit.
constexpr std::size_t kAgentBytesMax = 512;  // Longer agents are compared by their beginning.

class RuleReader {
 public:
  RuleReader(const std::string& path, std::vector<VisitorRule>& rules) : path_(path), rules_(rules) {}

  Status read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      if (key.str() != "visitor" || !node.is_array_of_tables())
        return fault(node, "`" + std::string(key.str()) + "` is not [[visitor]]");
      if (node.as_array()->size() > kRulesMax)
        return fault(node, "more than " + std::to_string(kRulesMax) + " rules");
      for (const toml::node& table : *node.as_array()) {
        if (Status status = read_rule(*table.as_table()); !status) return status;
      }
    }
    return Done{};
  }

  Error fault_at(std::size_t line, std::string problem) const {
    return Error(errors::kVisitorRules)
        .with("path", path_)
        .with("line", line == 0 ? "" : std::to_string(line))
        .with("rule", rule_)
        .with("problem", std::move(problem));
  }

 private:
  Error fault(const toml::node& node, std::string problem) const {
    return fault_at(node.source().begin.line, std::move(problem));
  }

  Status read_rule(const toml::table& table) {
    VisitorRule rule;
    rule.name = table["name"].value<std::string>().value_or("");
    rule_ = rule.name.empty() ? std::to_string(rules_.size() + 1) : rule.name;
    if (rule.name.empty()) return fault(table, "it has no name");
    const auto same = [&](const VisitorRule& each) { return each.name == rule.name; };
    if (std::ranges::any_of(rules_, same)) return fault(table, "another rule has the same name");
    for (const std::string_view needed : {"agents", "is"}) {
      if (!table.contains(needed)) return fault(table, "it has no `" + std::string(needed) + "`");
    }
    for (const auto& [key, node] : table) {
      if (Status status = read_key(key.str(), node, rule); !status) return status;
    }
    rules_.push_back(std::move(rule));
    return Done{};
  }

  Status read_key(std::string_view key, const toml::node& node, VisitorRule& rule) {
    if (key == "name") return Done{};
    if (key == "agents") return read_agents(node, rule);
    const std::string value = node.value<std::string>().value_or("");
    if (key == "visits") {
      rule.opens = value != "clicks";
      rule.clicks = value != "opens";
      if (value == "opens" || value == "clicks" || value == "both") return Done{};
      return fault(node, "`visits` is opens, clicks or both");
    }
    if (key == "is") {
      if (value == "person") rule.visitor = effects::Visitor::person;
      if (value == "proxy") rule.visitor = effects::Visitor::proxy;
      if (value == "person" || value == "proxy" || value == "machine") return Done{};
      return fault(node, "`is` is machine, proxy or person");
    }
    return fault(node, "`" + std::string(key) + "` is not a key of a rule: name, agents, visits or is");
  }

  Status read_agents(const toml::node& node, VisitorRule& rule) {
    const toml::array* list = node.as_array();
    if (list == nullptr || list->empty()) return fault(node, "`agents` is a list of texts");
    for (const toml::node& item : *list) {
      const auto text = item.value<std::string>();
      if (!text) return fault(item, "`agents` is a list of texts");
      if (!text->empty() && text->find_first_not_of('*') == text->npos)
        return fault(item, "`" + *text + "` fits every agent");
      if (++agents_ > kAgentsMax) return fault(item, "more than " + std::to_string(kAgentsMax) + " agents");
      rule.agents.emplace_back(*text);
    }
    return Done{};
  }

  const std::string& path_;
  std::vector<VisitorRule>& rules_;
  std::string rule_;  // The rule being read, for error texts.
  std::size_t agents_ = 0;
};

bool contains(std::string_view text, std::string_view part) {
  return ascii::lower(text).find(part) != std::string::npos;
}

}  // namespace

AgentPattern::AgentPattern(std::string_view pattern) {
  for (const std::string_view part : ascii::split(pattern, '*')) parts_.push_back(ascii::lower(part));
}

bool AgentPattern::fits(std::string_view lower) const {
  if (parts_.size() == 1) return lower == parts_.front();
  if (!lower.starts_with(parts_.front())) return false;
  lower.remove_prefix(parts_.front().size());
  for (std::size_t i = 1; i + 1 < parts_.size(); ++i) {
    const std::size_t at = lower.find(parts_[i]);
    if (at == lower.npos) return false;
    lower.remove_prefix(at + parts_[i].size());
  }
  return lower.ends_with(parts_.back());
}

const VisitorRules& VisitorRules::built_in() {
  static const VisitorRules rules = [] {
    Result<VisitorRules> parsed = parse(embedded::visitors, "rules/visitors.toml");
    // A unit test parses this text: it cannot fail here.
    return parsed ? std::move(*parsed) : VisitorRules();
  }();
  return rules;
}

Result<VisitorRules> VisitorRules::parse(std::string_view text, const std::string& path) {
  VisitorRules rules;
  RuleReader reader(path, rules.rules_);
  try {
    Status read = reader.read(toml::parse(text, path));
    if (!read) return std::move(read).error();
  } catch (const toml::parse_error& fault) {
    return reader.fault_at(fault.source().begin.line, std::string(fault.description()));
  }
  return rules;
}

Result<VisitorRules> VisitorRules::read_file(const std::string& path) {
  const auto fault = [&](std::string problem) {
    return Error(errors::kVisitorRules).with("path", path).with("problem", std::move(problem));
  };
  std::ifstream file(path, std::ios::binary);
  if (!file) return fault("it cannot be read");
  std::string text(kFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kFileBytesMax) return fault("it is larger than 1 MiB");
  return parse(text, path);
}

VisitorRules VisitorRules::extended_by(const VisitorRules& first) const {
  VisitorRules extended = first;
  for (const VisitorRule& rule : rules_) {
    const auto same = [&](const VisitorRule& each) { return each.name == rule.name; };
    if (std::ranges::none_of(first.rules_, same)) extended.rules_.push_back(rule);
  }
  return extended;
}

effects::Visitor VisitorRules::visitor_of(const VisitTraits& traits) const {
  if (traits.only_head || traits.announced_ahead) return effects::Visitor::machine;
  const std::string agent = ascii::lower(ascii::trim(traits.user_agent.substr(0, kAgentBytesMax)));
  const bool opens = traits.kind == effects::EventKind::open;
  for (const VisitorRule& rule : rules_) {
    if (opens ? !rule.opens : !rule.clicks) continue;
    const auto fits = [&](const AgentPattern& pattern) { return pattern.fits(agent); };
    if (std::ranges::any_of(rule.agents, fits)) return rule.visitor;
  }
  return effects::Visitor::person;
}

bool announces_prefetch(std::string_view purpose) {
  // Fetch §3.7 and its former names in Chromium; "preview" was Safari's.
  return contains(purpose, "prefetch") || contains(purpose, "prerender") || contains(purpose, "preview");
}

}  // namespace sesame::engagement

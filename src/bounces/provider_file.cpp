#include "bounces/provider_file.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/ascii.hpp"
#include "bounces/rule_reader.hpp"

namespace sesame::bounces {
namespace {

/// Whether the text is a dot and labels behind it: ".qq.com".
bool is_name_end(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  return text.size() >= 2 && text.front() == '.' && text.back() != '.' && text.find("..") == text.npos &&
         text.find_first_not_of(kAllowed) == text.npos;
}

class ProviderReader : public RuleReader {
 public:
  ProviderReader(const std::string& path, std::vector<Provider>& providers)
      : RuleReader(path), providers_(providers) {}

  Status read(const toml::table& document) {
    for (const auto& [key, node] : document) {
      rule_.clear();
      if (key.str() != "provider" || !node.is_table())
        return fault(node, "`" + std::string(key.str()) + "` is not [provider.NAME]");
      for (const auto& [name, each] : *node.as_table()) {
        rule_ = std::string(name.str());
        if (!each.is_table())
          return fault(
              each, "`" + rule_ + "` is no table: [provider." + rule_ + "] with match, rules_of, [[rule]]");
        if (Status status = read_provider(std::string(name.str()), *each.as_table()); !status) return status;
      }
    }
    return share_rules();
  }

 private:
  struct Sharing {
    std::string name;
    std::string other;
    std::size_t line;
  };

  Status read_provider(const std::string& name, const toml::table& table) {
    Provider provider;
    provider.name = name;
    for (const auto& [key, node] : table) {
      if (key.str() == "match") {
        if (Status status = read_lower(key.str(), node, provider.match); !status) return status;
      } else if (key.str() == "rules_of") {
        sharing_.push_back({name, node.value<std::string>().value_or(""), node.source().begin.line});
      } else if (key.str() == "rule" && node.is_array_of_tables()) {
        if (Status status = read_rules(*node.as_array(), provider); !status) return status;
      } else {
        return fault(node, "`" + std::string(key.str()) + "` is none of match, rules_of, [[rule]]");
      }
    }
    rule_ = name;
    if (Status status = check_match(table, provider); !status) return status;
    providers_.push_back(std::move(provider));
    return Done{};
  }

  Status check_match(const toml::table& table, const Provider& provider) const {
    if (provider.match.empty()) return fault(table, "it has no `match`: the ends of its servers' names");
    for (const std::string& end : provider.match) {
      if (!is_name_end(end)) return fault(table, "`" + end + "` is no end of a name, as in \".example.com\"");
      for (const Provider& other : providers_) {
        const auto overlaps = [&](const std::string& each) {
          return end.ends_with(each) || each.ends_with(end);
        };
        if (std::ranges::any_of(other.match, overlaps))
          return fault(table, "`" + end + "` is claimed by `" + other.name + "`, too");
      }
    }
    return Done{};
  }

  Status read_rules(const toml::array& list, Provider& provider) {
    for (const toml::node& node : list) {
      BounceRule rule;
      if (Status status = read_rule(*node.as_table(), provider.rules, rule); !status) return status;
      provider.rules.push_back(std::move(rule));
      if (Status status = check_samples_of(*node.as_table(), provider); !status) return status;
    }
    return Done{};
  }

  Status read_rule(const toml::table& table, const std::vector<BounceRule>& taken, BounceRule& rule) {
    if (Status status = begin_rule(table, taken, rule); !status) return status;
    for (const auto& [key, node] : table) {
      if (key.str() == "name") continue;
      Result<bool> read = read_shared_key(key.str(), node, rule);
      if (!read) return std::move(read).error();
      if (!*read)
        return fault(node, "`" + std::string(key.str()) +
                               "` is none of name, text, unless, link, status, reply, command, means, scope, "
                               "hold, memory, sample");
    }
    if (Status status = check_hold(table, rule); !status) return status;
    if (!rule.meaning.signal) return fault(table, "it has no `means`");
    if (rule.samples.empty()) return fault(table, "it has no `sample`");
    if (!rule.by_words() && rule.status.empty() && rule.reply.empty() && rule.commands.empty())
      return fault(table, "it has no condition: text, link, status, reply or command");
    return Done{};
  }

  /// The samples of the last rule; the rules behind it cannot take them away.
  Status check_samples_of(const toml::table& table, const Provider& provider) const {
    const std::optional<std::string> problem = problem_of_samples(provider, provider.rules.back());
    return problem ? Status(fault(table, *problem)) : Done{};
  }

  static std::optional<std::string> problem_of_samples(const Provider& provider, const BounceRule& rule) {
    for (const std::string& sample : rule.samples) {
      ServerReply reply{.text = sample};
      if (!rule.commands.empty()) reply.command = rule.commands.front();
      const BounceRule* found = provider.first_fit(facts_of(reply));
      if (found == &rule) continue;
      const std::string other = found == nullptr ? "no rule" : "the rule `" + found->name + "`";
      return "its sample `" + sample + "` is decided by " + other;
    }
    return std::nullopt;
  }

  Provider* find(const std::string& name) const {
    const auto found = std::ranges::find(providers_, name, &Provider::name);
    return found == providers_.end() ? nullptr : &*found;
  }

  /// Only providers that share nobody's rules are shared, so the order of the tables does not matter.
  Status share_rules() const {
    for (const Sharing& each : sharing_) {
      const auto refuse = [&](const std::string& problem) {
        return fault_of(each.name, each.line, "`rules_of` names `" + each.other + "`, " + problem);
      };
      if (each.other == each.name) return refuse("the provider itself");
      if (std::ranges::find(sharing_, each.other, &Sharing::name) != sharing_.end())
        return refuse("which has `rules_of`, too: name the provider whose rules they are");
      const Provider* from = find(each.other);
      if (from == nullptr) return refuse("and there is no such provider");
      Provider* to = find(each.name);
      const auto own = static_cast<std::ptrdiff_t>(to->rules.size());
      to->rules.insert(to->rules.end(), from->rules.begin(), from->rules.end());
      for (auto shared = to->rules.begin() + own; shared != to->rules.end(); ++shared) {
        if (const auto problem = problem_of_samples(*to, *shared))
          return refuse("whose rule `" + shared->name + "` is not reached here: " + *problem);
      }
    }
    return Done{};
  }

  std::vector<Provider>& providers_;
  std::vector<Sharing> sharing_;
};

}  // namespace

Status read_providers(std::string_view toml, const std::string& path, std::vector<Provider>& providers) {
  ProviderReader reader(path, providers);
  try {
    return reader.read(toml::parse(toml, path));
  } catch (const toml::parse_error& fault) {
    return reader.fault_at(fault.source().begin.line, std::string(fault.description()));
  }
}

}  // namespace sesame::bounces

#include "shaping/rule_document.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "bounces/rule_reader.hpp"
#include "mime/address.hpp"
#include "shaping/limit_reader.hpp"
#include "shaping/source_reader.hpp"

namespace sesame::shaping {
namespace {

constexpr std::size_t kRulesMax = 2000;

/// Whether the text is a dot and labels behind it: ".qq.com".
bool is_name_end(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-.";
  return text.size() >= 2 && text.front() == '.' && text.back() != '.' && text.find("..") == text.npos &&
         text.find_first_not_of(kAllowed) == text.npos;
}

/// Reads one file, and goes on behind each fault.
class DocumentReader : public bounces::RuleReader {
 public:
  DocumentReader(RuleDocument& document, RuleFaults& faults)
      : RuleReader(document.file), document_(document), faults_(faults) {}

  void read(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (name == "default" && node.is_table())
        read_limits(name, *node.as_table(), document_.defaults);
      else if (name == "provider" && node.is_table())
        read_providers(*node.as_table());
      else if (name == "destination" && node.is_table())
        read_destinations(*node.as_table());
      else if (name == "source" && node.is_table())
        read_sources(*node.as_table(), document_, complaints(name));
      else if (name == "pool" && node.is_table())
        read_pools(*node.as_table(), document_, complaints(name));
      else
        complain(
            node, name,
            "not one of [default], [provider.NAME], [destination.\"DOMAIN\"], [source.NAME], [pool.NAME]");
    }
  }

  void complain_at(std::size_t line, std::string keys, std::string problem) {
    faults_.push_back({document_.file, line, std::move(keys), std::move(problem)});
  }

 private:
  void complain(const toml::node& node, std::string keys, std::string problem) {
    complain_at(node.source().begin.line, std::move(keys), std::move(problem));
  }
  /// A fault that the reader of all rules found.
  void complain_of(const Error& error, const toml::node& node, const std::string& keys) {
    for (const Error::Fact& fact : error.facts()) {
      if (std::string_view(fact.name) == "problem") complain(node, keys, fact.value);
    }
  }
  LimitComplaint complaints(const std::string& keys) {
    return [this, keys](const toml::node& node, std::string_view key, std::string problem) {
      complain(node, keys + "." + std::string(key), std::move(problem));
    };
  }

  void read_limits(const std::string& keys, const toml::table& table, LimitBlock& block) {
    for (const auto& [key, node] : table) {
      if (!read_limit(key.str(), node, block, complaints(keys)))
        complain(node, keys + "." + std::string(key.str()), "unknown: one of " + limit_names());
    }
  }

  void read_destinations(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string keys = "destination." + std::string(key.str());
      std::string name(key.str());
      if (name.ends_with('.')) name.pop_back();
      const auto domain = mime::ascii_domain(name);
      if (!node.is_table() || !domain) {
        complain(node, keys, "not a block of a domain: [destination.\"example.com\"]");
        continue;
      }
      DestinationBlock block;
      block.domain = ascii::lower(*domain);
      read_limits(keys, *node.as_table(), block.limits);
      document_.destinations.push_back(std::move(block));
    }
  }

  void read_providers(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const std::string name(key.str());
      if (!node.is_table()) {
        complain(node, "provider." + name, "not a block: [provider." + name + "]");
        continue;
      }
      ProviderBlock block;
      block.name = name;
      block.line = node.source().begin.line;
      read_provider(*node.as_table(), block);
      document_.providers.push_back(std::move(block));
    }
  }

  void read_provider(const toml::table& table, ProviderBlock& block) {
    const std::string keys = "provider." + block.name;
    for (const auto& [key, node] : table) {
      if (key.str() == "match") {
        read_match(node, keys + ".match", block);
      } else if (key.str() == "rules_of") {
        block.rules_of = node.value<std::string>().value_or("");
        block.rules_of_line = node.source().begin.line;
        if (block.rules_of.empty()) complain(node, keys + ".rules_of", "not the name of a provider");
      } else if (key.str() == "rule" && node.is_array_of_tables()) {
        read_rules(keys + ".rule", *node.as_array(), block);
      } else if (!read_limit(key.str(), node, block.limits, complaints(keys))) {
        complain(node, keys + "." + std::string(key.str()),
                 "unknown: one of match, rules_of, [[rule]], " + limit_names());
      }
    }
  }

  void read_match(const toml::node& node, const std::string& keys, ProviderBlock& block) {
    block.match_line = node.source().begin.line;
    std::vector<std::string> ends;
    if (Status status = read_lower("match", node, ends); !status) {
      complain_of(status.error(), node, keys);
      return;
    }
    if (ends.empty()) complain(node, keys, "no end of a server's name");
    for (std::string& end : ends) {
      if (is_name_end(end))
        block.match.push_back(std::move(end));
      else
        complain(node, keys, "`" + end + "` is no end of a name, as in \".example.com\"");
    }
  }

  void read_rules(const std::string& keys, const toml::array& list, ProviderBlock& block) {
    if (list.size() > kRulesMax) {
      complain(list, keys, "more than " + std::to_string(kRulesMax) + " rules");
      return;
    }
    std::set<std::string> names;
    for (const toml::node& node : list) {
      const toml::table& table = *node.as_table();
      const std::size_t before = faults_.size();
      WrittenRule written{.rule = {}, .line = table.source().begin.line};
      written.rule.name = table["name"].value<std::string>().value_or("");
      if (written.rule.name.empty())
        complain(table, keys, "a rule without a name");
      else if (!names.insert(written.rule.name).second)
        complain(table, keys + "." + written.rule.name, "another rule has the same name");
      read_rule(keys + "." + written.rule.name, table, written.rule);
      if (faults_.size() == before) block.rules.push_back(std::move(written));
    }
  }

  void read_rule(const std::string& keys, const toml::table& table, bounces::BounceRule& rule) {
    const std::size_t before = faults_.size();
    for (const auto& [key, node] : table) {
      if (key.str() == "name") continue;
      const std::string path = keys + "." + std::string(key.str());
      Result<bool> read = read_shared_key(key.str(), node, rule);
      if (!read)
        complain_of(read.error(), node, path);
      else if (!*read)
        complain(
            node, path,
            "unknown: one of name, text, unless, link, status, reply, command, means, scope, hold, memory, "
            "sample");
    }
    if (faults_.size() != before) return;
    if (Status status = check_hold(table, rule); !status) complain_of(status.error(), table, keys);
    if (!rule.meaning.signal) complain(table, keys, "it has no `means`");
    if (rule.samples.empty()) complain(table, keys, "it has no `sample`");
    if (!rule.by_words() && rule.status.empty() && rule.reply.empty() && rule.commands.empty())
      complain(table, keys, "it has no condition: text, link, status, reply or command");
  }

  RuleDocument& document_;
  RuleFaults& faults_;
};

}  // namespace

RuleDocument read_document(std::string_view toml, const std::string& file, RuleFaults& faults) {
  RuleDocument document;
  document.file = file;
  DocumentReader reader(document, faults);
  try {
    reader.read(toml::parse(toml, file));
  } catch (const toml::parse_error& fault) {
    reader.complain_at(fault.source().begin.line, "", std::string(fault.description()));
  }
  return document;
}

}  // namespace sesame::shaping

#pragma once

#include <toml++/toml.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "bounces/rules.hpp"

namespace sesame::bounces {

/// Reads the parts that the rules of all files share. For the readers of rule files only, since it brings a
/// large library. Errors: errors::kRules, with the place. Thread: one.
class RuleReader {
 public:
  explicit RuleReader(const std::string& path) : path_(path) {}

  Error fault_at(std::size_t line, std::string problem) const {
    return fault_of(rule_, line, std::move(problem));
  }

 protected:
  using Texts = std::vector<std::string>;

  Error fault_of(const std::string& rule, std::size_t line, std::string problem) const;
  Error fault(const toml::node& node, std::string problem) const {
    return fault_at(node.source().begin.line, std::move(problem));
  }
  /// Begins a rule: sets its name, which is not in `taken`.
  Status begin_rule(const toml::table& table, const std::vector<BounceRule>& taken, BounceRule& rule);
  /// Reads a condition, the meaning for delivery, or a sample. False when `key` is something else.
  Result<bool> read_shared_key(std::string_view key, const toml::node& node, BounceRule& rule) const;
  /// Whether the keys of a whole rule belong together.
  Status check_hold(const toml::table& table, const BounceRule& rule) const;
  Status read_word_sets(const toml::node& node);
  // `key` is named by error texts.
  Status read_texts(std::string_view key, const toml::node& node, Texts& texts) const;
  Status read_lower(std::string_view key, const toml::node& node, Texts& texts) const;
  Status read_codes(std::string_view key, const toml::node& node, Texts& codes) const;
  Status read_phrases(std::string_view key, const toml::node& node, std::vector<Phrase>& phrases) const;

  std::string rule_;  // The rule being read, for error texts.

 private:
  Status read_commands(const toml::node& node, Texts& commands) const;
  Status read_meaning(std::string_view key, const toml::node& node, RuleMeaning& meaning) const;
  Status read_hold(const toml::node& node, Hold& hold) const;
  Status read_memory(const toml::node& node, Hold& hold) const;

  const std::string& path_;
  std::map<std::string, Texts, std::less<>> word_sets_;
};

}  // namespace sesame::bounces

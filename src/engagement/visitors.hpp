#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "effects/mail_effects.hpp"

namespace sesame::engagement {

/// The properties of a request that show which kind of client made it.
struct VisitTraits {
  effects::EventKind kind = effects::EventKind::open;  // open or click.
  bool only_head = false;                              // A HEAD request.
  bool announced_ahead = false;                        // Announced as a prefetch (announces_prefetch()).
  std::string_view user_agent;
};

struct VisitorRuleOptions {
  std::string file;  // Rules that extend the built-in ones; empty: none.

  void visit(SettingVisitor& settings) {
    settings.file("tracking.visitors", file,
                  "TOML file of rules that tell machines from people by their User-Agent, tried before the "
                  "built-in ones (rules/visitors.toml); equal names replace",
                  Reload::now);
  }
};

/// A value of User-Agent in which `*` stands for anything, compared without ASCII case.
class AgentPattern {
 public:
  explicit AgentPattern(std::string_view pattern);
  /// `lower` is the agent in lower case.
  bool fits(std::string_view lower) const;

 private:
  std::vector<std::string> parts_;  // The texts between the stars.
};

/// One rule: a visitor of these kinds whose agent fits one of the patterns.
struct VisitorRule {
  std::string name;
  std::vector<AgentPattern> agents;
  bool opens = true;
  bool clicks = true;
  effects::Visitor visitor = effects::Visitor::machine;
};

/// Rules that tell machines from people, as data, in the order in which they are tried. Immutable. Thread:
/// any.
class VisitorRules {
 public:
  /// The rules of rules/visitors.toml, which is compiled into the program.
  static const VisitorRules& built_in();

  /// Reads rules. Error: errors::kVisitorRules with the facts "path", "line", "rule" and "problem".
  static Result<VisitorRules> parse(std::string_view toml, const std::string& path);
  /// Reads the rules of a file of at most 1 MiB. Errors as parse().
  static Result<VisitorRules> read_file(const std::string& path);

  /// Puts the rules of `first` before all others; a rule of `first` with the name of an existing rule
  /// replaces it.
  VisitorRules extended_by(const VisitorRules& first) const;

  const std::vector<VisitorRule>& rules() const { return rules_; }

  /// Finds the kind of client by the first rule that fits; unknown ones count as people.
  effects::Visitor visitor_of(const VisitTraits& traits) const;

 private:
  std::vector<VisitorRule> rules_;
};

/// Whether the value of a `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz` field announces a prefetch.
bool announces_prefetch(std::string_view purpose);

}  // namespace sesame::engagement

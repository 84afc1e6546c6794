#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "bounces/rules.hpp"
#include "bounces/server_reply.hpp"

namespace sesame::bounces {

/// A provider of mailboxes, known by the names of its servers, whose replies mean something of their own.
struct Provider {
  std::string name;
  std::vector<std::string> match;  // Ends of its servers' names: ".qq.com"; lower case.
  std::vector<BounceRule> rules;   // In the order in which they are tried; each has a signal.

  /// Null when no rule fits.
  const BounceRule* first_fit(const Facts& facts) const;
};

/// The rules of providers, as data. A provider's rules hold for replies of its own servers only; another
/// server that says the same words is read by the rules of all servers. Immutable. Thread: any.
class Providers {
 public:
  /// The providers of rules/providers.toml, which is compiled into the program.
  static const Providers& built_in();

  /// Error: errors::kRules with the facts "path", "line", "rule" and "problem". Faults are, besides those of
  /// any rule: a provider without servers, an end of a name that two providers claim, a rule without a signal
  /// or a sample, a sample that does not reach its rule.
  static Result<Providers> parse(std::string_view toml, const std::string& path);

  /// The provider whose server has this name, in any case, with or without its last dot. Null when there is
  /// none.
  const Provider* find(std::string_view host) const;
  const std::vector<Provider>& all() const { return providers_; }

 private:
  std::vector<Provider> providers_;
};

/// The facts of a reply that rules are tried on. Rules of all servers are tried by Classifier instead.
Facts facts_of(const ServerReply& reply);

}  // namespace sesame::bounces

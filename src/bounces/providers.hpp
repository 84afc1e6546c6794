#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// The rules of providers. A provider's rules hold for replies of its own servers only; another server that
/// says the same words is read by the rules of all servers. They are read by shaping/rules.hpp, since they
/// stand beside the provider's limits. Immutable. Thread: any.
class Providers {
 public:
  Providers() = default;
  /// No server belongs to two of them.
  explicit Providers(std::vector<Provider> providers) : providers_(std::move(providers)) {}

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

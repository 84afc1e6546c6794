#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "bounces/classifier.hpp"
#include "bounces/meaning.hpp"
#include "bounces/providers.hpp"
#include "bounces/server_reply.hpp"

namespace sesame::bounces {

/// The meaning of one reply.
struct Meaning {
  Signal signal = Signal::other;
  Scope scope = Scope::message;
  Hold hold;  // The rule's, for what `scope` names. It stands beside the fate of the mail: a refused one is
              // not tried again, and may hold those behind it.
  /// By the server's words; never where the mail is not tried again.
  std::optional<std::chrono::seconds> retry_after;
  BounceClass bounce_class = BounceClass::other;
  std::string rule;      // The rule that fitted; empty when the code alone was read.
  std::string provider;  // The provider whose rule it is; empty for the rules of all servers.
};

/// Finds what a reply means for delivery: by the rules of the provider whose server spoke, then by those of
/// rules/bounces.toml, then by its class and its codes. Immutable, pure, with bounded input. Thread: any.
class ReplyReader {
 public:
  /// Both outlive it.
  ReplyReader(const Classifier& classifier, const Providers& providers)
      : classifier_(classifier), providers_(providers) {}

  Meaning read(const ServerReply& reply) const;

 private:
  const Classifier& classifier_;
  const Providers& providers_;
};

}  // namespace sesame::bounces

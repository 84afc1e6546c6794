#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "dns/resolver.hpp"

namespace sesame::dns {

struct AresOptions {
  std::optional<HostPort> server;  // The address in digits. nullopt: the system's (/etc/resolv.conf).
  /// The time of the first try; each further one waits twice as long. A question takes at most their sum,
  /// for each server of the system's when `server` is not set.
  std::chrono::milliseconds timeout{2000};
  int tries = 2;
  std::size_t questions_max = 4000;  // Under way and waiting; more are refused.
  /// Whether the resolver's word on signatures is believed. It must check them itself, and the path to it
  /// must be safe from others (RFC 7672 §2.1.3): a loopback address alone proves neither, since many a
  /// forwarder listens at one.
  bool trust_ad = false;

  void visit(SettingVisitor& settings) {
    settings.address("dns.resolver", server,
                     "ADDRESS:PORT of the resolver that is asked; empty: the system's");
    settings.milliseconds(
        "dns.timeout_ms", timeout, {10, 10'000},
        "milliseconds for the first try of a question; each further try takes twice as long");
    settings.number("dns.tries", tries, {1, 5}, "tries of a question before it counts as unanswered");
  }
};

/// A Resolver on c-ares with one thread of its own. Asks over UDP, and over TCP when a UDP answer was
/// truncated. Trust is the resolver's word when `trust_ad` is set, else unknown. A question that has waited
/// for its turn as long as its tries may take is answered with errors::kOverloaded.
class AresResolver final : public Resolver {
 public:
  /// Error: errors::kSetup (the server is not an address, or memory is short).
  static Result<std::unique_ptr<AresResolver>> start(AresOptions options);
  ~AresResolver() override;  // stop()

  void ask(const std::string& name, RecordType type, Callback callback) override;

  /// Answers the open questions with errors::kStopped and ends the thread. Later questions get that answer at
  /// once. May be called again. Not from an answer.
  void stop();

 private:
  class Loop;
  explicit AresResolver(std::unique_ptr<Loop> loop);
  std::unique_ptr<Loop> loop_;
};

}  // namespace sesame::dns

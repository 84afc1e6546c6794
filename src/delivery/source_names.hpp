#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "delivery/source_health.hpp"
#include "dns/resolver.hpp"
#include "shaping/rules_in_force.hpp"

namespace sesame::delivery {

/// The DNS's objection to a source's name: its PTR records must name the HELO name, and that name must
/// have the address (forward-confirmed reverse DNS, RFC 1912 §2.1). Empty: nothing. nullopt: it says nothing
/// certain. Pure. Thread: any.
std::optional<std::string> name_problem(const shaping::Source& source, const Result<dns::Answer>& names,
                                        const Result<dns::Answer>& addresses);

/// Asks the DNS for the names of all sources: at the start, hourly, and when the rules changed. The
/// findings go to SourceHealth; where the DNS says nothing certain, that stays as it was. Thread: one.
class SourceNames {
 public:
  static constexpr std::chrono::hours kInterval{1};

  /// `resolver` and `clock` outlive it; answers may come until the resolver is stopped.
  SourceNames(dns::Resolver& resolver, std::shared_ptr<const shaping::RulesInForce> rules,
              std::shared_ptr<SourceHealth> health, const Clock& clock);

  /// Asks when it is time to. Call it every few seconds.
  void tick();

 private:
  void ask_about(const shaping::Source& source);

  dns::Resolver& resolver_;
  const std::shared_ptr<const shaping::RulesInForce> rules_;
  const std::shared_ptr<SourceHealth> health_;
  const Clock& clock_;
  std::uint64_t epoch_ = 0;  // That of the rules whose sources were asked for.
  std::chrono::steady_clock::time_point asked_{};
};

}  // namespace sesame::delivery

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "senders/look_up.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

struct RecheckOptions {
  /// From one look-up of a domain to the next, give or take a tenth. 0: they are not repeated, but what was
  /// verified by trust before is asked about once: mail leaves now.
  std::chrono::seconds every{21'600};
  std::size_t at_once = 4;  ///< Domains under way.

  bool repeats() const { return every.count() > 0; }
};

/// Looks the records of all sender domains up again from time to time: those that were verified may vanish,
/// those that were missing may appear. Safe from any thread. What it stands on must outlive it and every
/// look-up it began.
class Rechecks {
 public:
  Rechecks(storage::Database& database, DomainLookUps& look_ups, const Clock& clock, Random& random,
           RecheckOptions options);

  /// Begins what is due, a few domains at a time, and returns at once. To be called every few seconds.
  void tick();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// When a domain that was looked up now is due again: the interval, give or take a tenth, so that domains
/// that were made together do not stay together. Pure but for the random number.
std::int64_t next_check_ms(std::int64_t now_ms, std::chrono::seconds every, Random& random);

}  // namespace sesame::senders

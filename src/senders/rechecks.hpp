#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "senders/look_up.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

struct RecheckOptions {
  /// Between two look-ups of a domain, plus or minus a tenth. 0: look-ups are not repeated, but a domain that
  /// was verified by trust before is looked up once: mail leaves now.
  std::chrono::seconds every{21'600};
  std::size_t at_once = 4;  // Domains that are looked up at the same time.

  void visit(SettingVisitor& settings) {
    settings.seconds("identity.recheck_s", every, {0, 2'592'000},
                     "seconds between two look-ups of a domain's records, give or take a tenth; 0: only on "
                     "request");
    settings.number("identity.rechecks_at_once", at_once, {1, 1000},
                    "domains whose records are looked up again at a time");
  }

  bool repeats() const { return every.count() > 0; }
};

/// Looks the records of all sender domains up again from time to time: those that were verified may vanish,
/// those that were missing may appear. The constructor's references must outlive it and every look-up it
/// began. Thread: any.
class Rechecks {
 public:
  Rechecks(storage::Database& database, DomainLookUps& look_ups, const Clock& clock, Random& random,
           RecheckOptions options);

  /// Begins the look-ups that are due, a few domains at a time, and returns at once. Call it every few
  /// seconds. Domains that were verified by trust, and never looked up, are due at the first call.
  void tick();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// The time of the next look-up of a domain that was looked up now: after the interval, plus or minus a
/// tenth, so that domains that were created together do not stay together. Thread: any.
std::int64_t next_check_ms(std::int64_t now_ms, std::chrono::seconds every, Random& random);

}  // namespace sesame::senders

#include "shaping/rules_in_force.hpp"

#include <utility>

#include "base/metrics.hpp"

namespace sesame::shaping {
namespace {

Gauge& failed_gauge() {
  static Gauge& failed =
      gauge("sesame_rules_reload_failed", "1 when the last reload of delivery.rules found a fault");
  return failed;
}

Gauge& epoch_gauge() {
  static Gauge& epoch =
      gauge("sesame_rules_epoch", "times that delivery.rules have been read since the server started");
  return epoch;
}

}  // namespace

RulesInForce::RulesInForce(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {
  failed_gauge().set(0);
  epoch_gauge().set(static_cast<double>(epoch()));
}

std::shared_ptr<const Rules> RulesInForce::get() const {
  const MutexLock lock(mutex_);
  return rules_;
}

void RulesInForce::set(std::shared_ptr<const Rules> rules) {
  {
    const MutexLock lock(mutex_);
    rules_.swap(rules);
  }
  // The old rules, which `rules` now are, are freed without the lock.
  epoch_gauge().set(static_cast<double>(epoch_.fetch_add(1, std::memory_order_acq_rel) + 1));
  failed_gauge().set(0);
}

void RulesInForce::refused() { failed_gauge().set(1); }

}  // namespace sesame::shaping

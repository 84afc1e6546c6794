#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/thread_safety.hpp"
#include "shaping/rules.hpp"

namespace sesame::shaping {

/// The rules that a running server goes by, which a reload replaces. A part that took the old ones keeps them
/// until it asks again. Thread: any.
class RulesInForce {
 public:
  /// `rules` are not null.
  explicit RulesInForce(std::shared_ptr<const Rules> rules);

  std::shared_ptr<const Rules> get() const;
  /// Replaces the rules. `rules` are not null.
  void set(std::shared_ptr<const Rules> rules);
  /// Keeps the rules, since new ones have a fault.
  void refused();
  /// 1 more with each set(): limits made of older rules are to be made anew. Asked before get(), so that no
  /// change is missed.
  std::uint64_t epoch() const { return epoch_.load(std::memory_order_acquire); }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const Rules> rules_ SESAME_GUARDED_BY(mutex_);
  std::atomic<std::uint64_t> epoch_{1};
};

}  // namespace sesame::shaping

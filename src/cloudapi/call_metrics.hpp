#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/thread_safety.hpp"

namespace sesame {
class Counter;
class Histogram;
}  // namespace sesame

namespace sesame::cloudapi {

/// Counts calls by action and code, and measures their duration. Thread: any.
class CallMetrics {
 public:
  /// Records a call. `action` is the name of a served action, or "unknown": a caller's text never becomes a
  /// metric's label.
  void record(std::string_view action, std::string_view code, double seconds);

 private:
  Mutex mutex_;
  // Bounded by the actions served and the codes of the API.
  std::unordered_map<std::string, Counter*> counters_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Histogram*> histograms_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::cloudapi

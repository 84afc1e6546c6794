#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sesame {
class Counter;
class Histogram;
}  // namespace sesame

namespace sesame::cloudapi {

/// Calls by action and code, and how long they took. Safe from any thread.
class CallMetrics {
 public:
  /// `action` is the name of one that is served, or "unknown": a caller must not make names here.
  void record(std::string_view action, std::string_view code, double seconds);

 private:
  std::mutex mutex_;
  // Guarded by mutex_. Bounded by the actions served and the codes of the API.
  std::unordered_map<std::string, Counter*> counters_;
  std::unordered_map<std::string, Histogram*> histograms_;
};

}  // namespace sesame::cloudapi

#pragma once

#include <cstddef>
#include <functional>
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
  /// Finds by a view, so that no call makes a string.
  struct HashText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  template <class T>
  using ByText = std::unordered_map<std::string, T, HashText, std::equal_to<>>;

  struct OfAction {
    Histogram* duration = nullptr;
    ByText<Counter*> calls;  // By code.
  };

  Mutex mutex_;
  // Bounded by the actions served and the codes of the API.
  ByText<OfAction> actions_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::cloudapi

#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/error.hpp"
#include "base/thread_safety.hpp"

namespace sesame::cloudapi {

/// The log of calls that cost their sender nothing: unsigned ones, and those above a limit. Each is a debug
/// line of its own; this log writes at most one line a second about all of them, with the last one as
/// example; what comes within the second is counted in the next line. Nobody can fill a disk with them.
/// Thread: any.
class RefusalLog {
 public:
  /// One refused call. Borrows its parts.
  struct Refusal {
    std::string_view code;
    std::string_view action;
    std::string_view peer;
    const Error* error;
  };

  void count(const Refusal& refusal, std::chrono::steady_clock::time_point now);

 private:
  Mutex mutex_;
  std::int64_t unlogged_ SESAME_GUARDED_BY(mutex_) = 0;  // Refused since the last line.
  std::chrono::steady_clock::time_point next_ SESAME_GUARDED_BY(mutex_){};
};

}  // namespace sesame::cloudapi

#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/metrics.hpp"
#include "storage/failure.hpp"

namespace sesame::storage {

/// Log lines and metrics (sesame_storage_...) of the database for the operator. Thread: any.
class Watch {
 public:
  using Duration = std::chrono::steady_clock::duration;

  Watch();

  /// A commit that succeeded, with its sync.
  void committed(std::size_t jobs, Duration spent);
  /// Each kind of trouble with the disk is logged when it begins, and its end with the next commit: a full
  /// disk under load must not fill the log as well. Kind other, a bug, is logged each time.
  void failed(const Failure& failure);
  void slow_query(std::string_view name, std::chrono::milliseconds spent);
  /// A bug of whoever bound the text (see Value): ends a Debug build.
  void mended_text(std::string_view name);
  void checkpointed(std::size_t log_bytes, Duration spent, bool complete);
  void refused_as_overloaded() { overloaded_.add(); }

 private:
  Counter& jobs_;
  Histogram& jobs_per_commit_;
  Histogram& commit_seconds_;
  Histogram& checkpoint_seconds_;
  Counter& overloaded_;
  Gauge& sync_lost_;
  std::atomic<unsigned> troubles_ = 0;  // One bit a Failure::Kind.
};

}  // namespace sesame::storage

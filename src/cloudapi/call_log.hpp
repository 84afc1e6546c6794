#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "cloudapi/call_record.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// A record with the bytes that its texts lie in.
struct OwnedCall {
  std::shared_ptr<const std::string> bytes;
  CallRecord record;
};

/// The calls of the last day: gathered in memory and written in bulk jobs, one at a time, so that no answer
/// waits for them. Calls of callers who prove to be nobody have room of their own, so that they push out
/// nobody else's. The database outlives it. Thread: any.
class CallLog {
 public:
  /// Calls kept, of accounts and of strangers; older ones are deleted as new ones are written.
  static constexpr std::int64_t kKeptMax = 100'000;
  static constexpr std::int64_t kStrangersKeptMax = 10'000;
  static constexpr std::int64_t kKeptBytesMax = 64 * 1024 * 1024;  // Packed; for strangers a quarter.
  static constexpr std::int64_t kKeptMs = 24LL * 3600 * 1000;
  /// Calls that wait for the writer; further ones are answered but not kept (metric
  /// sesame_api_calls_kept_total{result="dropped"}). Strangers have a quarter of the room.
  static constexpr std::size_t kWaitingMax = 20'000;
  static constexpr std::size_t kWaitingBytesMax = 16 * 1024 * 1024;
  /// Calls per job, which takes the writer some milliseconds while others wait.
  static constexpr std::size_t kBatchMax = 2'048;
  static constexpr std::size_t kBatchBytesMax = 1024 * 1024;

  /// Waits for the database: not on an event loop.
  static Result<std::unique_ptr<CallLog>> open(storage::Database& database);
  ~CallLog();  // stop()

  /// Keeps a call; numbers it. Never blocks on the disk.
  void add(CallRecord record);
  /// Whether the evidence of a refused call may be gathered: it costs more than the refusal, so that only
  /// some hundreds a second have any.
  bool takes_evidence(bool stranger, std::chrono::steady_clock::time_point now);
  /// Writes what waits, and what the database refused. Call it every few seconds.
  void tick();
  /// Writes the waiting calls and ends; calls that the database refuses now are lost.
  void stop();

  struct Batch;
  /// The calls that are not on disk yet. Take it before the job that reads the others, which then misses
  /// none.
  using Waiting = std::vector<std::shared_ptr<const Batch>>;  // Oldest first.
  Waiting waiting() const;

  /// The newest call of that id, since `since_ms`; nullopt when none is kept. Job: read.
  static std::optional<OwnedCall> find(storage::Reader& reader, const Waiting& waiting,
                                       std::string_view request_id, std::int64_t since_ms);
  /// Shows the calls, the newest first, from the one before number `before` on (0: from the newest), until
  /// `visit` returns false. Reads the whole day at the most. Job: read.
  static void scan(storage::Reader& reader, const Waiting& waiting, std::uint64_t before,
                   const std::function<bool(const CallRecord&)>& visit);

 private:
  /// A bucket of tokens: so many a second, as many as gathered in ten.
  struct Pace {
    double per_second = 0;
    double tokens = 0;
    std::optional<std::chrono::steady_clock::time_point> last;
    bool take(std::chrono::steady_clock::time_point now);
  };

  CallLog(storage::Database& database, std::uint64_t last_number);
  void seal() SESAME_REQUIRES(mutex_);
  void submit(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void answered(const Status& status);

  storage::Database& database_;
  mutable Mutex mutex_;
  ConditionVariable idle_;
  std::array<Pace, 2> evidence_ SESAME_GUARDED_BY(mutex_);  // Strangers, accounts.
  std::uint64_t last_number_ SESAME_GUARDED_BY(mutex_);
  std::shared_ptr<Batch> open_ SESAME_GUARDED_BY(mutex_);                      // Grows.
  std::deque<std::shared_ptr<const Batch>> sealed_ SESAME_GUARDED_BY(mutex_);  // The first may be under way.
  std::size_t waiting_calls_ SESAME_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_bytes_ SESAME_GUARDED_BY(mutex_) = 0;
  bool writing_ SESAME_GUARDED_BY(mutex_) = false;
  // The database refused the last job: the next one waits for tick().
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

/// Deletes the oldest rows whose calls are all from before `before_ms`, or from after `after_ms` (by a clock
/// that was set back since), among the first `rows_max`; returns their number. Job: write.
std::int64_t delete_expired_calls(storage::Writer& writer, std::int64_t before_ms, std::int64_t after_ms,
                                  std::int64_t rows_max);

}  // namespace sesame::cloudapi

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "cloudapi/call_blocks.hpp"
#include "cloudapi/call_record.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// Gathers the calls of the API in memory and writes them in bulk jobs, one at a time, so that no answer
/// waits for them. Callers who prove to be nobody have rooms of their own, here and in the table, so that
/// their calls push out nobody else's. The database outlives it. Thread: any.
class CallLog {
 public:
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

  /// Numbers a call and keeps it. Never blocks on the disk.
  void add(const CallRecord& record);
  /// Whether the evidence of a refused call may be gathered: it costs more than the refusal, so that only
  /// some hundreds a second have any.
  bool takes_evidence(bool stranger, std::chrono::steady_clock::time_point now);
  /// Writes the waiting calls, and those that the database refused. Call it every few seconds.
  void tick();
  /// Writes the waiting calls and ends; calls that the database refuses now are lost.
  void stop();

  /// The calls that are not on disk yet, for find_call() and scan_calls(). Take them before the job that
  /// reads the others, which then misses none. Copies no call.
  CallPieces waiting() const;

 private:
  /// A bucket of tokens: as many a second as `per_second`; it holds those of ten seconds.
  struct Pace {
    double per_second = 0;
    double tokens = 0;
    std::optional<std::chrono::steady_clock::time_point> last;
    bool take(std::chrono::steady_clock::time_point now);
  };

  /// Memory that calls are appended to. It never moves, so that others may read what was appended before.
  struct Chunk {
    std::shared_ptr<char[]> bytes;
    std::size_t room = 0;
    std::size_t size = 0;
  };
  /// Calls that are written together.
  struct Batch {
    std::vector<Chunk> chunks;
    std::size_t calls = 0;
    std::size_t bytes = 0;

    void append(std::uint64_t number, std::string_view facts);
    CallPieces pieces() const;
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
  Batch open_ SESAME_GUARDED_BY(mutex_);                // Grows.
  std::deque<Batch> sealed_ SESAME_GUARDED_BY(mutex_);  // The first may be under way.
  std::size_t waiting_calls_ SESAME_GUARDED_BY(mutex_) = 0;
  std::size_t waiting_bytes_ SESAME_GUARDED_BY(mutex_) = 0;
  // Calls that were written since trim_calls(). The first job trims.
  std::size_t untrimmed_ SESAME_GUARDED_BY(mutex_) = kBatchMax;
  bool writing_ SESAME_GUARDED_BY(mutex_) = false;
  // The database refused the last job: the next one waits for tick().
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::cloudapi

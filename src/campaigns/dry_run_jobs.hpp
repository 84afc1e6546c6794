#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "accounts/scope.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "campaigns/dry_run.hpp"
#include "campaigns/run_pace.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

struct DryRunLimits {
  std::uint32_t slice = 10'000;         // Places of the group that one read job takes.
  std::uint32_t first_answer = 50'000;  // Places that begin() waits for.
  std::size_t per_account = 4;          // Dry runs under way, of one account.
  std::size_t all = 16;                 // In memory, of all accounts, ended ones included.
  std::chrono::seconds abandoned{60};
  std::chrono::minutes kept{15};
};

/// Dry runs that go on while nobody waits for them. A dry run is read in slices of some thousand recipients,
/// each a read job of its own; one slice of all dry runs is under way at a time, in turn, so other readers
/// always have a thread, and no read transaction is long. Dry runs are in memory only: a restart forgets
/// them. A dry run ends when its recipients are judged, when stop() is called, when nobody asked for it for a
/// minute, and when who began it may not any more. Those that ended are kept for a quarter of an hour while
/// there is room (DryRunLimits). The database outlives it; close() is called before the database ends.
/// Thread: any.
class DryRunJobs {
 public:
  enum class State : std::uint8_t { running, finished, stopped };
  /// When the task would begin, and the caps that it would have.
  struct Pace {
    Caps caps;
    std::int64_t begin_ms = 0;
  };
  struct Progress {
    std::string id;
    State state = State::running;
    DryRun run;
    Pace pace;
  };
  struct Request {
    std::shared_ptr<const TaskOrder> order;
    Pace pace;
    DryRunRules rules;
    /// Whether who asked may still: looked at before each slice. Job: read; quick.
    std::function<bool(storage::Reader&)> may_go_on;
  };
  /// Called once, on a thread of the database or the caller's: quick, does not throw.
  using Answer = std::function<void(Result<Progress>)>;

  DryRunJobs(storage::Database& database, const Clock& clock, Random& random, DryRunLimits limits = {});
  ~DryRunJobs();  // close()
  DryRunJobs(const DryRunJobs&) = delete;
  DryRunJobs& operator=(const DryRunJobs&) = delete;

  /// Begins a dry run and answers when `first_answer` places of the group are read, or all. Errors:
  /// errors::kDryRunsUnderWay; those of DryRunReading; the database's.
  void begin(Request request, Answer answer);
  /// The state of one that goes on or is kept, which is not abandoned for another minute. Errors:
  /// errors::kDryRunMissing; the error that ended it.
  Result<Progress> find(const accounts::Scope& scope, const std::string& id);
  /// Ends a dry run and forgets it; what it came to. Errors: as of find().
  Result<Progress> stop(const accounts::Scope& scope, const std::string& id);
  /// Returns when no slice is under way; none follows, and dry runs that wait are answered
  /// storage::errors::kStopped. May be called again.
  void close();

 private:
  struct Job;
  using JobPointer = std::shared_ptr<Job>;
  using Moment = std::chrono::steady_clock::time_point;

  bool make_room(std::int64_t account_id, Moment now) SESAME_REQUIRES(mutex_);
  bool drop_oldest(std::int64_t account_id) SESAME_REQUIRES(mutex_);
  Result<JobPointer> find_job(const accounts::Scope& scope, const std::string& id) SESAME_REQUIRES(mutex_);
  void read_slice(const JobPointer& job);
  void end_slice(const JobPointer& job, Status status);

  storage::Database& database_;
  const Clock& clock_;
  Random& random_;
  const DryRunLimits limits_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::map<std::string, JobPointer> jobs_ SESAME_GUARDED_BY(mutex_);  // By id.
  std::deque<JobPointer> waiting_ SESAME_GUARDED_BY(mutex_);          // For their next slice.
  bool reading_ SESAME_GUARDED_BY(mutex_) = false;                    // A slice is under way.
  bool closed_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::campaigns

#pragma once

#include "audience/uploads.hpp"
#include "base/thread_safety.hpp"
#include "storage/database.hpp"

namespace sesame::audience {

/// Keeps Uploads::merge_some running as bulk write jobs, one at a time, while there is work. After a failure
/// of the database it pauses until the next wake(). The database and the uploads outlive it. Thread: any.
class Merger {
 public:
  Merger(storage::Database& database, Uploads& uploads);
  ~Merger();  // Stops.

  /// Must be called when there may be work: after start-up, after a commit of accept() or delete_group().
  /// Cheap, never blocks.
  void wake();
  /// Returns when none of its jobs is under way; no job follows.
  void stop();
  /// Waits until no work is left, for tools and tests. Returns false if the database failed.
  bool wait_until_idle();

 private:
  void submit();
  void answered(const Status& status, bool more);

  storage::Database& database_;
  Uploads& uploads_;
  Mutex mutex_;
  ConditionVariable changed_;
  bool running_ SESAME_GUARDED_BY(mutex_) = false;  // A job is queued or under way.
  bool woken_ SESAME_GUARDED_BY(mutex_) = false;    // wake() was called since that job was submitted.
  bool stopped_ SESAME_GUARDED_BY(mutex_) = false;
  bool failed_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::audience

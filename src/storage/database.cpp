#include "storage/database.hpp"

#include "base/thread_safety.hpp"

namespace sesame::storage {
namespace {

/// One answer on its way from the database's thread to the waiting one.
class Waiting {
 public:
  /// Notifies under the lock: the waiting side may destroy this object as soon as it sees the answer.
  void answer(Status status) {
    MutexLock lock(mutex_);
    status_ = std::move(status);
    answered_.notify_one();
  }
  Status wait() {
    MutexLock lock(mutex_);
    answered_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return status_.has_value(); });
    return std::move(*status_);
  }

 private:
  Mutex mutex_;
  ConditionVariable answered_;
  std::optional<Status> status_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace

Status Database::write_and_wait(Priority priority, WriteJob job) {
  Waiting waiting;
  write(priority, std::move(job), [&waiting](Status status) { waiting.answer(std::move(status)); });
  return waiting.wait();
}

Status Database::read_and_wait(ReadJob job) {
  Waiting waiting;
  read(std::move(job), [&waiting](Status status) { waiting.answer(std::move(status)); });
  return waiting.wait();
}

}  // namespace sesame::storage

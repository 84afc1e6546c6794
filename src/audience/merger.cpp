#include "audience/merger.hpp"

#include <memory>

namespace sesame::audience {

Merger::Merger(storage::Database& database, Uploads& uploads) : database_(database), uploads_(uploads) {}

Merger::~Merger() { stop(); }

void Merger::wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
    if (running_ || stopped_) return;
    running_ = true;
    woken_ = false;
    failed_ = false;
  }
  submit();
}

void Merger::submit() {
  // The job may be dropped unrun, and the answer comes later: their shared state must outlive both.
  const auto more = std::make_shared<bool>(false);
  database_.write(
      storage::Priority::bulk,
      [this, more](storage::Writer& writer) -> Status {
        Result<bool> left = uploads_.merge_some(writer);
        if (!left) return std::move(left).error();
        *more = *left;
        return Done{};
      },
      [this, more](const Status& status) { answered(status, *more); });
}

void Merger::answered(const Status& status, bool more) {
  {
    const MutexLock lock(mutex_);
    failed_ = !status.ok();
    const bool again = !stopped_ && !failed_ && (more || woken_);
    woken_ = false;
    running_ = again;
    if (!again) {
      // Under the lock: as soon as the waiting stop() sees the change, this object may be destroyed.
      changed_.notify_all();
      return;
    }
  }
  submit();
}

void Merger::stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
  changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !running_; });
}

bool Merger::wait_until_idle() {
  MutexLock lock(mutex_);
  changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !running_; });
  return !failed_;
}

}  // namespace sesame::audience

#include "base/gate.hpp"

#include <cassert>

namespace sesame {

bool Gate::enter() {
  const MutexLock lock(mutex_);
  if (closed_) return false;
  ++inside_;
  return true;
}

void Gate::leave() {
  const MutexLock lock(mutex_);
  assert(inside_ > 0);
  // Notified under the lock: the waiting thread may destroy the gate as soon as it sees that it is empty.
  if (--inside_ == 0) empty_.notify_all();
}

void Gate::close() {
  const MutexLock lock(mutex_);
  closed_ = true;
}

void Gate::close_and_wait() {
  MutexLock lock(mutex_);
  closed_ = true;
  empty_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return inside_ == 0; });
}

bool Gate::close_and_wait(std::chrono::milliseconds limit) {
  MutexLock lock(mutex_);
  closed_ = true;
  return empty_.wait_for(lock, limit, [this]() SESAME_REQUIRES(mutex_) { return inside_ == 0; });
}

bool Gate::closed() const {
  const MutexLock lock(mutex_);
  return closed_;
}

std::size_t Gate::inside() const {
  const MutexLock lock(mutex_);
  return inside_;
}

}  // namespace sesame

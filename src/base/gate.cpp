#include "base/gate.hpp"

#include <cassert>

namespace sesame {

bool Gate::enter() {
  const std::lock_guard lock(mutex_);
  if (closed_) return false;
  ++inside_;
  return true;
}

void Gate::leave() {
  const std::lock_guard lock(mutex_);
  assert(inside_ > 0);
  // Notified under the lock: whoever waits may destroy the gate as soon as it sees that it is empty.
  if (--inside_ == 0) empty_.notify_all();
}

void Gate::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
}

void Gate::close_and_wait() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  empty_.wait(lock, [this] { return inside_ == 0; });
}

bool Gate::close_and_wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  closed_ = true;
  return empty_.wait_for(lock, limit, [this] { return inside_ == 0; });
}

bool Gate::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

std::size_t Gate::inside() const {
  const std::lock_guard lock(mutex_);
  return inside_;
}

}  // namespace sesame

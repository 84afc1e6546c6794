#pragma once

#include <atomic>
#include <cstddef>

namespace sesame::net {

/// The share of one request's body in the bytes that all bodies of a server may hold together: bodies arrive
/// before their clients are authenticated, so their sum needs a bound of its own. Answers that wait to be
/// read have a budget of the same kind. The destructor returns the share. `used` is shared between all of
/// them and outlives it. Thread: one.
class BodyShare {
 public:
  /// The first 64 KiB of each body do not count: small calls continue while uploads are refused.
  static constexpr std::size_t kFreeBytes = 64 * 1024;

  BodyShare(std::atomic<std::size_t>& used, std::size_t max_bytes) : used_(used), max_bytes_(max_bytes) {}
  ~BodyShare() { release(); }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  /// Bodies of clients that nobody knows leave three quarters of the budget to the others.
  void limit_to_quarter() { max_bytes_ /= 4; }

  /// Extends the share to a body of that size. False when the budget is exhausted; the share is then
  /// unchanged.
  [[nodiscard]] bool cover(std::size_t body_bytes) {
    if (body_bytes <= kFreeBytes + held_) return true;
    const std::size_t more = body_bytes - kFreeBytes - held_;
    if (used_.fetch_add(more, std::memory_order_relaxed) + more > max_bytes_) {
      used_.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
    held_ += more;
    return true;
  }

  void release() {
    used_.fetch_sub(held_, std::memory_order_relaxed);
    held_ = 0;
  }

 private:
  std::atomic<std::size_t>& used_;
  std::size_t max_bytes_;
  std::size_t held_ = 0;
};

}  // namespace sesame::net

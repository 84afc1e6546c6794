#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace sesame {

/// How many events happen per second, over the last five to ten seconds. Thread: one.
class Throughput {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void count(Time now) {
    move_on(now);
    ++current_;
  }
  /// 0 before the first event, and after ten seconds without one.
  double per_second(Time now) {
    move_on(now);
    const auto open = std::chrono::duration<double>(now - begin_);
    // A moment with a single event says nothing about a second.
    const double seconds = std::max(1.0, open.count() + (earlier_ > 0 ? kSpan.count() : 0.0));
    return static_cast<double>(earlier_ + current_) / seconds;
  }

 private:
  static constexpr std::chrono::seconds kSpan{5};

  void move_on(Time now) {
    if (now - begin_ < kSpan) return;
    earlier_ = now - begin_ < 2 * kSpan ? current_ : 0;
    current_ = 0;
    begin_ = now;
  }

  Time begin_{};
  std::size_t earlier_ = 0;  // Events of the span before.
  std::size_t current_ = 0;
};

}  // namespace sesame

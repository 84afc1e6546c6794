#pragma once

#include <chrono>

namespace sesame::net {

/// The instant at which an operation gives up. A duration converts to a deadline counted from now; one
/// variable bounds several steps together. Thread: any (immutable).
class Deadline {
 public:
  template <class Rep, class Period>
  Deadline(std::chrono::duration<Rep, Period> timeout)
      : Deadline(from_now(std::chrono::duration_cast<std::chrono::milliseconds>(timeout))) {}

  std::chrono::steady_clock::time_point at() const { return at_; }
  /// The time left; never negative.
  std::chrono::milliseconds left() const;
  bool passed() const { return left().count() == 0; }
  /// A nearer deadline, after one share of the time left.
  Deadline share(unsigned shares) const { return Deadline(left() / (shares == 0 ? 1 : shares)); }

 private:
  static Deadline from_now(std::chrono::milliseconds timeout);
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}

  std::chrono::steady_clock::time_point at_;
};

}  // namespace sesame::net

#pragma once

#include <chrono>

namespace sesame::net {

/// The instant at which an operation gives up. Made from a duration it counts from now; kept in a variable it
/// bounds several steps together.
class Deadline {
 public:
  template <class Rep, class Period>
  Deadline(std::chrono::duration<Rep, Period> timeout)
      : Deadline(from_now(std::chrono::duration_cast<std::chrono::milliseconds>(timeout))) {}

  std::chrono::steady_clock::time_point at() const { return at_; }
  /// Never negative.
  std::chrono::milliseconds left() const;
  bool passed() const { return left().count() == 0; }
  /// A nearer deadline: one share of what is left.
  Deadline share(unsigned shares) const { return Deadline(left() / (shares == 0 ? 1 : shares)); }

 private:
  static Deadline from_now(std::chrono::milliseconds timeout);
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}

  std::chrono::steady_clock::time_point at_;
};

}  // namespace sesame::net

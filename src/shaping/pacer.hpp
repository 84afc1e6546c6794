#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace sesame::shaping {

/// Spreads events evenly over time: the generic cell rate algorithm (ITU-T I.371, appendix I). Its state is
/// one moment, so a rate may change between two events. Thread: one.
class Pacer {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// Takes the place of one event, and returns nullopt; else the moment at which there is one. `tolerance`:
  /// how much earlier than evenly an event may come, after a time with fewer.
  std::optional<Time> take(double per_second, Duration tolerance, Time now) {
    if (now < next(tolerance)) return next(tolerance);
    next_ = std::max(next_, now) + interval(per_second);
    return std::nullopt;
  }
  /// The moment from which a place can be taken.
  Time next(Duration tolerance) const { return next_ - tolerance; }
  /// Lets the next place come no later than a whole interval from now: the rate is another one.
  void limit_wait(double per_second, Time now) { next_ = std::min(next_, now + interval(per_second)); }
  /// Gives back a place that was taken at this rate and is not needed.
  void give_back(double per_second) { next_ -= interval(per_second); }

 private:
  static Duration interval(double per_second) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / per_second));
  }

  Time next_{};  // When the next event would be due if all came evenly.
};

}  // namespace sesame::shaping

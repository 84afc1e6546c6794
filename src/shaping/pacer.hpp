#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

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
    taken_ = interval(per_second);
    next_ = std::max(next_, now) + taken_;
    return std::nullopt;
  }
  /// The moment from which a place can be taken.
  Time next(Duration tolerance) const { return next_ - tolerance; }
  /// Lets the next place come no later than a whole interval from now: the rate is another one.
  void limit_wait(double per_second, Time now) { next_ = std::min(next_, now + interval(per_second)); }
  /// Gives back the place that was taken last, unless it was given back before.
  void give_back() { next_ -= std::exchange(taken_, Duration{}); }

 private:
  static Duration interval(double per_second) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(1 / per_second));
  }

  Time next_{};       // When the next event would be due if all came evenly.
  Duration taken_{};  // By this the last place moved it.
};

/// Mails may come this much earlier than evenly, so that a short list is not stretched.
inline constexpr std::chrono::milliseconds kMailTolerance{200};

/// A connection is opened this long before its first mail may begin.
inline constexpr std::chrono::seconds kConnectAhead{1};

/// New connections may come earlier by the time of as many as there may be at once.
inline Pacer::Duration connect_tolerance(double connects_per_second, unsigned connections_max) {
  const std::chrono::duration<double> tolerance(connections_max / connects_per_second);
  return std::chrono::duration_cast<Pacer::Duration>(tolerance);
}

}  // namespace sesame::shaping

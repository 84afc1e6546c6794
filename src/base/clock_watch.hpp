#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace sesame {

/// Tells whether the time of day can be trusted with what cannot be taken back, such as deleting what is old:
/// a machine may start with any time, and a time server then corrects it in one step. `clock` outlives it.
/// Thread: one.
class ClockWatch {
 public:
  static constexpr std::chrono::milliseconds kSettledAfter = std::chrono::minutes(1);
  enum class Start { trusted, suspect };

  /// `start`: whether the clock is settled until it steps, or only after the first minute.
  ClockWatch(const Clock& clock, Start start);

  /// Compares the time of day with the steady time; call it regularly. False before kEarliestMs, and for
  /// kSettledAfter when the time of day has stepped since the last call.
  bool is_settled();

 private:
  std::chrono::milliseconds offset() const;

  const Clock& clock_;
  bool settled_;
  std::chrono::milliseconds offset_;               // At the last call.
  std::chrono::steady_clock::time_point stepped_;  // The last step.
};

}  // namespace sesame

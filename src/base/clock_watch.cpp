#include "base/clock_watch.hpp"

#include "base/earliest_time.hpp"

namespace sesame {

namespace {

// Between two calls. Time servers slew smaller differences.
constexpr std::chrono::milliseconds kStep{30'000};
constexpr std::chrono::milliseconds kPauseMax{1'000};  // Between the readings of the two clocks.

}  // namespace

ClockWatch::ClockWatch(const Clock& clock, Start start)
    : clock_(clock), settled_(start == Start::trusted), offset_(offset()), stepped_(clock.steady_now()) {}

std::chrono::milliseconds ClockWatch::offset() const {
  // A pause between the two clocks must not look like a step of one of them.
  for (auto before = clock_.steady_now();;) {
    const auto now = clock_.now().time_since_epoch();
    const auto after = clock_.steady_now();
    if (after - before <= kPauseMax)
      return now - std::chrono::duration_cast<std::chrono::milliseconds>(before.time_since_epoch());
    before = after;
  }
}

bool ClockWatch::is_settled() {
  const std::chrono::milliseconds now = offset();
  if (std::chrono::abs(now - offset_) > kStep) {
    stepped_ = clock_.steady_now();
    settled_ = false;
  }
  offset_ = now;
  settled_ = settled_ || clock_.steady_now() - stepped_ >= kSettledAfter;
  return settled_ && clock_.now_ms() >= kEarliestMs;
}

}  // namespace sesame

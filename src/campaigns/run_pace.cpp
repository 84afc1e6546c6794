#include "campaigns/run_pace.hpp"

#include <algorithm>
#include <cmath>

namespace sesame::campaigns {

namespace {

constexpr double kHourMs = 3'600'000;
constexpr double kDayMs = 24 * kHourMs;
constexpr double kSlackMs = RunPace::kSlack.count();
/// The end of the year 9999, the last that a time has.
constexpr double kLastMs = 253'402'272'000'000;

/// The most credit that a pace keeps: one mail, and the mails that are due at a late look.
double most_credit(double rate) { return 1 + rate * kSlackMs; }

}  // namespace

/// A full credit can be spent at the start of a time, and what the time earns until its end. Both stay below
/// `mails` + 1 together when the rate is that of a time that is longer by kSlack.
std::optional<double> rate_of(const Caps& caps, std::int64_t spread_of) {
  std::optional<double> rate;
  const auto lower = [&rate](std::int64_t mails, double in_ms) {
    if (mails > 0) rate = std::min(rate.value_or(HUGE_VAL), static_cast<double>(mails) / in_ms);
  };
  lower(caps.mails_per_hour, kHourMs + kSlackMs);
  lower(caps.mails_per_day, kDayMs + kSlackMs);
  if (caps.spread_hours > 0) lower(spread_of, static_cast<double>(caps.spread_hours) * kHourMs);
  return rate;
}

std::optional<std::int64_t> capped_end_ms(const Caps& caps, std::int64_t spread_of, std::int64_t mails,
                                          std::int64_t begin_ms) {
  const std::optional<double> rate = rate_of(caps, spread_of);
  if (!rate || mails <= 0) return std::nullopt;
  const double end_ms = static_cast<double>(begin_ms) + static_cast<double>(mails) / *rate;
  if (end_ms > kLastMs) return std::nullopt;
  return static_cast<std::int64_t>(end_ms);
}

void RunPace::earn(Moment now) {
  if (now <= counted_to_) return;
  const std::chrono::duration<double, std::milli> passed = now - counted_to_;
  credit_ = std::min(credit_ + passed.count() * rate_, most_credit(rate_));
  counted_to_ = now;
}

std::size_t RunPace::allowed(Moment now) {
  earn(now);
  return credit_ < 1 ? 0 : static_cast<std::size_t>(credit_);
}

void RunPace::change(double mails_per_ms, Moment now) {
  if (mails_per_ms == rate_) return;
  earn(now);
  rate_ = mails_per_ms;
  credit_ = std::min(credit_, most_credit(rate_));
}

std::size_t RunPace::of_a_minute() const {
  constexpr double kMinuteMs = 60'000;
  return static_cast<std::size_t>(std::max(1.0, rate_ * kMinuteMs));
}

}  // namespace sesame::campaigns

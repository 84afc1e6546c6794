#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

/// The pace of a run whose task has caps. Pure.
namespace sesame::campaigns {

/// How fast the mail of each run of a task may begin; 0: no cap.
struct Caps {
  std::int64_t mails_per_hour = 0;
  std::int64_t mails_per_day = 0;
  std::int64_t spread_hours = 0;  // The run's recipients are spread evenly over these hours.

  bool any() const { return mails_per_hour > 0 || mails_per_day > 0 || spread_hours > 0; }
  bool operator==(const Caps&) const = default;
};

/// The mails per millisecond that the caps allow a run: the smallest of their rates. `spread_of`: the
/// recipients that are spread over `spread_hours`. nullopt: no cap. Thread: any.
std::optional<double> rate_of(const Caps& caps, std::int64_t spread_of);

/// When the last of `mails` begins, as far as the caps say, of a run whose mail begins, or goes on, at
/// `begin_ms`. nullopt: no cap, no mails, or no time that a calendar has. Thread: any.
std::optional<std::int64_t> capped_end_ms(const Caps& caps, std::int64_t spread_of, std::int64_t mails,
                                          std::int64_t begin_ms);

/// Lets mail begin evenly at a rate: after some time, at most what the rate gives in it. A pace starts
/// without credit, so a restart adds nothing, and keeps that of little more than a second: with rate_of(), at
/// most `mails_per_hour` mails begin in any hour, and `mails_per_day` in any 24. Thread: one.
class RunPace {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// The feeder looks for mail each second, or a little later; credit of this time is kept for it.
  static constexpr std::chrono::milliseconds kSlack{1250};

  RunPace(double mails_per_ms, Moment now) : rate_(mails_per_ms), counted_to_(now) {}

  /// How many mails may begin now.
  std::size_t allowed(Moment now);
  /// Counts mails that begin, at most as many as were allowed.
  void count(std::size_t mails) { credit_ -= static_cast<double>(mails); }
  /// Goes on at another rate.
  void change(double mails_per_ms, Moment now);
  /// The mails of a minute, at least one.
  std::size_t of_a_minute() const;

 private:
  void earn(Moment now);

  double rate_;
  double credit_ = 0;
  Moment counted_to_;  // The credit is that of this moment.
};

}  // namespace sesame::campaigns

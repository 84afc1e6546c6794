#include "campaigns/run_pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace sesame::campaigns {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr RunPace::Moment kStart{hours(1000)};

/// The mails that began at each look of a feeder.
class Sending {
 public:
  explicit Sending(const Caps& caps, std::int64_t spread_of = 0)
      : spread_of_(spread_of), pace_(*rate_of(caps, spread_of), kStart) {}

  /// Takes all that may begin, at looks that are so far apart.
  void look(milliseconds each, milliseconds during) {
    for (const auto end = now_ + during; now_ < end; now_ += each) take(pace_.allowed(now_));
  }
  /// Looks, takes nothing, and looks again at the end.
  void rest(milliseconds during) {
    pace_.allowed(now_);
    now_ += during;
  }
  void change(const Caps& caps) { pace_.change(*rate_of(caps, spread_of_), now_); }
  void restart(const Caps& caps) { pace_ = RunPace(*rate_of(caps, spread_of_), now_); }

  std::size_t all() const { return std::accumulate(mails_.begin(), mails_.end(), std::size_t{0}); }
  std::size_t largest() const { return mails_.empty() ? 0 : *std::ranges::max_element(mails_); }
  /// The most that began in any time of this length.
  std::size_t most_in(milliseconds time) const {
    std::size_t most = 0;
    std::size_t sum = 0;
    for (std::size_t first = 0, last = 0; last < mails_.size(); ++last) {
      sum += mails_[last];
      while (moments_[last] - moments_[first] >= time) sum -= mails_[first++];
      most = std::max(most, sum);
    }
    return most;
  }

 private:
  void take(std::size_t mails) {
    if (mails == 0) return;
    pace_.count(mails);
    mails_.push_back(mails);
    moments_.push_back(now_);
  }

  std::int64_t spread_of_;
  RunPace pace_;
  RunPace::Moment now_ = kStart;
  std::vector<std::size_t> mails_;
  std::vector<RunPace::Moment> moments_;
};

TEST(RunPace, in_no_hour_begin_more_than_the_cap_and_hardly_less) {
  for (const std::int64_t cap : {1, 2, 7, 500, 3'599, 3'601, 36'000, 1'000'000}) {
    for (const milliseconds look : {milliseconds(250), milliseconds(1000), milliseconds(1013)}) {
      Sending sending({.mails_per_hour = cap});
      sending.look(look, hours(5));
      EXPECT_LE(sending.most_in(hours(1)), static_cast<std::size_t>(cap)) << cap << " at " << look.count();
      const auto least = static_cast<std::size_t>(static_cast<double>(5 * cap) * 0.999) - 1;
      EXPECT_GE(sending.all(), least) << cap << " at " << look.count();
    }
  }
}

TEST(RunPace, in_no_day_begin_more_than_the_cap_and_hardly_less) {
  for (const std::int64_t cap : {20, 1'000, 200'000}) {
    Sending sending({.mails_per_day = cap});
    sending.look(seconds(1), hours(60));
    EXPECT_LE(sending.most_in(hours(24)), static_cast<std::size_t>(cap));
    EXPECT_GE(sending.all(), static_cast<std::size_t>(static_cast<double>(cap) * 2.5 * 0.999) - 1);
  }
}

TEST(RunPace, mail_is_spread_evenly) {
  Sending slow({.mails_per_hour = 500});
  slow.look(seconds(1), hours(3));
  EXPECT_EQ(slow.largest(), 1U);
  EXPECT_LE(slow.most_in(minutes(1)), 9U);

  Sending fast({.mails_per_hour = 36'000});
  fast.look(seconds(1), minutes(30));
  EXPECT_LE(fast.largest(), 11U);
}

TEST(RunPace, what_was_not_sent_during_a_rest_is_not_caught_up_with) {
  Sending sending({.mails_per_hour = 3'600});
  sending.look(seconds(1), minutes(10));
  sending.rest(hours(2));
  const std::size_t before = sending.all();
  sending.look(seconds(1), seconds(10));
  EXPECT_LE(sending.all() - before, 12U);
  sending.look(seconds(1), hours(2));
  EXPECT_LE(sending.most_in(hours(1)), 3'600U);
}

TEST(RunPace, a_restart_adds_nothing) {
  const Caps caps{.mails_per_hour = 500};
  Sending sending(caps);
  for (int start = 0; start < 40; ++start) {
    sending.look(seconds(1), minutes(5));
    sending.restart(caps);
  }
  EXPECT_LE(sending.most_in(hours(1)), 500U);
  EXPECT_GE(sending.all(), 1'500U);  // Each start loses less than two mails of 41.
}

TEST(RunPace, another_rate_holds_at_once) {
  Sending sending({.mails_per_hour = 1'000'000});
  sending.look(seconds(1), minutes(1));
  sending.change({.mails_per_hour = 60});
  const std::size_t before = sending.all();
  sending.look(seconds(1), hours(1));
  EXPECT_LE(sending.all() - before, 60U);
  EXPECT_GE(sending.all() - before, 58U);
  sending.change({.mails_per_hour = 36'000});
  const std::size_t slow = sending.all();
  sending.look(seconds(1), minutes(1));
  EXPECT_GE(sending.all() - slow, 590U);
}

TEST(RunPace, the_smallest_rate_holds) {
  EXPECT_EQ(rate_of({}, 1000), std::nullopt);
  EXPECT_EQ(rate_of({.spread_hours = 5}, 0), std::nullopt);
  const double hour = *rate_of({.mails_per_hour = 100}, 0);
  const double day = *rate_of({.mails_per_day = 2'000}, 0);
  const double spread = *rate_of({.spread_hours = 10}, 500);
  EXPECT_EQ(rate_of({100, 2'000, 0}, 0), day);
  EXPECT_EQ(rate_of({100, 3'000, 0}, 0), hour);
  EXPECT_EQ(rate_of({100, 2'000, 10}, 500), spread);
  EXPECT_EQ(rate_of({100, 2'000, 10}, 50'000), day);
}

TEST(RunPace, recipients_are_spread_over_the_hours) {
  Sending sending({.spread_hours = 4}, 1'000);
  sending.look(seconds(1), hours(2));
  EXPECT_NEAR(static_cast<double>(sending.all()), 500, 2);
  sending.look(seconds(1), hours(2) + seconds(5));
  EXPECT_GE(sending.all(), 1'000U);
}

TEST(RunPace, the_end_is_when_the_last_mail_begins) {
  constexpr std::int64_t kBegin = 1'796'083'200'000;
  const auto end = capped_end_ms({.mails_per_hour = 500}, 0, 1'000, kBegin);
  ASSERT_TRUE(end);
  EXPECT_NEAR(static_cast<double>(*end - kBegin), 7'200'000, 5'000);
  EXPECT_EQ(capped_end_ms({}, 0, 1'000, kBegin), std::nullopt);
  EXPECT_EQ(capped_end_ms({.mails_per_hour = 500}, 0, 0, kBegin), std::nullopt);
  // A billion mails at one a day end after the last year that has a name.
  EXPECT_EQ(capped_end_ms({.mails_per_day = 1}, 0, 1'000'000'000, kBegin), std::nullopt);
}

}  // namespace
}  // namespace sesame::campaigns

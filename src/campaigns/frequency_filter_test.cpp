#include "campaigns/frequency_filter.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::campaigns {
namespace {

constexpr std::int64_t kNow = 1'796'083'200'000;
constexpr std::int64_t kMinute = 60'000;

class FrequencyFilterTest : public ::testing::Test {
 protected:
  /// Offers `times` mails to the address and returns the number let through.
  int mail(FrequencyFilter& filter, std::string_view address, int times, std::int64_t now_ms = kNow,
           std::int64_t account_id = 1) {
    const accounts::Scope scope{account_id, "ap-guangzhou"};
    return database_.look([&](storage::Reader& reader) {
      int passed = 0;
      for (int i = 0; i < times; ++i) {
        Verdict verdict;
        filter.judge(reader, {scope, "shop.test"}, {&address, 1}, now_ms, {&verdict, 1});
        if (!verdict.withheld()) {
          ++passed;
        } else {
          EXPECT_EQ(verdict.send_status, 1006);
        }
      }
      return passed;
    });
  }

  testkit::TempDatabase database_;
  testkit::SeededRandom random_{3};
};

TEST_F(FrequencyFilterTest, an_address_gets_a_limited_number_of_mails_an_hour) {
  FrequencyFilter filter(10, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 15), 10);
  EXPECT_EQ(mail(filter, "ANN@post.test", 1), 0);
  EXPECT_EQ(mail(filter, "bob@post.test", 1), 1);
  EXPECT_EQ(mail(filter, "ann@post.test", 1, kNow + 59 * kMinute), 0);
  EXPECT_EQ(mail(filter, "ann@post.test", 12, kNow + 60 * kMinute), 10);
}

TEST_F(FrequencyFilterTest, accounts_have_separate_limits) {
  FrequencyFilter filter(2, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 3, kNow, 1), 2);
  EXPECT_EQ(mail(filter, "ann@post.test", 3, kNow, 2), 2);
}

TEST_F(FrequencyFilterTest, zero_is_no_limit) {
  FrequencyFilter filter(0, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 1000), 1000);
}

TEST_F(FrequencyFilterTest, mails_taken_back_do_not_count) {
  FrequencyFilter filter(2, random_);
  const std::string_view ann = "ann@post.test";
  EXPECT_EQ(mail(filter, ann, 2), 2);
  filter.take_back({1, "ap-guangzhou"}, {&ann, 1}, kNow);
  EXPECT_EQ(mail(filter, ann, 2), 1);
}

TEST_F(FrequencyFilterTest, a_clock_set_back_blocks_nobody) {
  FrequencyFilter filter(1, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 2), 1);
  EXPECT_EQ(mail(filter, "ann@post.test", 2, kNow - 24 * 60 * kMinute), 1);
}

TEST_F(FrequencyFilterTest, the_limit_holds_within_any_hour) {
  FrequencyFilter filter(10, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 1), 1);
  EXPECT_EQ(mail(filter, "ann@post.test", 20, kNow + 60 * kMinute - 5'000), 9);
  // The hour of the first one is over, that of the nine has just begun.
  EXPECT_EQ(mail(filter, "ann@post.test", 20, kNow + 60 * kMinute + 1'000), 1);
  EXPECT_EQ(mail(filter, "ann@post.test", 20, kNow + 120 * kMinute - 6'000), 0);
  EXPECT_EQ(mail(filter, "ann@post.test", 20, kNow + 120 * kMinute - 5'000), 9);
  EXPECT_EQ(mail(filter, "ann@post.test", 20, kNow + 120 * kMinute + 1'000), 1);
}

TEST_F(FrequencyFilterTest, nobody_is_refused_for_mails_of_long_ago) {
  FrequencyFilter filter(2, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 3), 2);
  // Where counters of 16 bits of minutes or seconds, or 32 of milliseconds, begin anew, and years later.
  for (const std::int64_t later_ms :
       {65'536 * kMinute, 65'536 * std::int64_t{1'000}, std::int64_t{1} << 32, 3650 * 24 * 60 * kMinute}) {
    if (later_ms < 60 * kMinute) continue;
    EXPECT_EQ(mail(filter, "ann@post.test", 3, kNow + later_ms), 2) << later_ms;
  }
}

TEST_F(FrequencyFilterTest, large_limits_are_exact) {
  FrequencyFilter filter(1'000, random_);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(mail(filter, "ann@post.test", 250, kNow + i * kMinute), 250);
  EXPECT_EQ(mail(filter, "ann@post.test", 1, kNow + 59 * kMinute), 0);
  EXPECT_EQ(mail(filter, "ann@post.test", 300, kNow + 60 * kMinute), 250);
}

TEST_F(FrequencyFilterTest, many_addresses_are_counted_apart) {
  FrequencyFilter filter(3, random_);
  for (int round = 0; round < 4; ++round) {
    int passed = 0;
    for (int i = 0; i < 20'000; ++i)
      passed += mail(filter, "reader" + std::to_string(i) + "@post.test", 1, kNow + round * kMinute);
    EXPECT_EQ(passed, round < 3 ? 20'000 : 0);
  }
}

TEST_F(FrequencyFilterTest, a_clock_that_steps_back_a_little_opens_no_door) {
  FrequencyFilter filter(2, random_);
  EXPECT_EQ(mail(filter, "ann@post.test", 2), 2);
  EXPECT_EQ(mail(filter, "ann@post.test", 1, kNow - 2'000), 0);
}

TEST_F(FrequencyFilterTest, a_full_table_replaces_the_entry_with_the_fewest_mails) {
  FrequencyFilter filter(3, random_, 8);
  EXPECT_EQ(mail(filter, "often@post.test", 3), 3);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(mail(filter, "reader" + std::to_string(i) + "@post.test", 1), 1);
  }
  EXPECT_EQ(mail(filter, "often@post.test", 1), 0);
}

}  // namespace
}  // namespace sesame::campaigns

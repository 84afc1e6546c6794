#include "actions/health.hpp"

#include <gtest/gtest.h>

#include "base/earliest_time.hpp"
#include "cloudapi/description.hpp"

namespace sesame::actions {
namespace {

using State = HealthCheck::State;

constexpr std::uint64_t kMiB = 1024 * 1024;
constexpr std::int64_t kNowMs = kEarliestMs + 1'000'000;

TEST(Health, of_the_disk_is_judged_by_its_free_space) {
  EXPECT_EQ(judge_disk({50'000 * kMiB, 100'000 * kMiB}).state, State::ok);
  EXPECT_EQ(judge_disk({900 * kMiB, 10'000 * kMiB}).state, State::ok) << "a small disk";
  EXPECT_EQ(judge_disk({900 * kMiB, 100'000 * kMiB}).state, State::warning);
  EXPECT_EQ(judge_disk({100 * kMiB, 1'000 * kMiB}).state, State::error);
  EXPECT_EQ(judge_disk({}).state, State::warning) << "it can't be told";
  EXPECT_EQ(judge_disk({900 * kMiB, 100'000 * kMiB}).detail, "900 MiB / 100000 MiB");
}

TEST(Health, of_the_clock_compares_it_with_what_was_stored) {
  EXPECT_EQ(judge_clock(kNowMs, 0, false).state, State::ok);
  EXPECT_EQ(judge_clock(kNowMs, kNowMs + 50'000, false).state, State::ok);
  EXPECT_EQ(judge_clock(kNowMs, kNowMs + 100'000, false).state, State::error);
  EXPECT_EQ(judge_clock(kNowMs, kNowMs + 100'000, false).detail, "100 s");
}

TEST(Health, tells_that_mail_waits_for_the_clock) {
  EXPECT_EQ(judge_clock(1'000'000, 0, true).state, State::error) << "long before this program existed";
  EXPECT_EQ(judge_clock(1'000'000, 0, true).detail, "1970-01-01 08:16:40");
  EXPECT_EQ(judge_clock(kNowMs, 0, true).state, State::warning);
}

TEST(Health, speaks_chinese) {
  for (const HealthCheck& check :
       {judge_disk({}), judge_disk({50'000 * kMiB, 100'000 * kMiB}), judge_disk({900 * kMiB, 100'000 * kMiB}),
        judge_disk({100 * kMiB, 1'000 * kMiB}), judge_clock(kNowMs, 0, false),
        judge_clock(kNowMs, kNowMs * 2, false), judge_clock(0, 0, true), judge_clock(kNowMs, 0, true)})
    EXPECT_NE(cloudapi::phrase_in(cloudapi::Language::zh, check.text), check.text);
}

}  // namespace
}  // namespace sesame::actions

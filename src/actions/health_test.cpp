#include "actions/health.hpp"

#include <gtest/gtest.h>

#include "cloudapi/description.hpp"

namespace sesame::actions {
namespace {

using State = HealthCheck::State;

constexpr std::uint64_t kMiB = 1024 * 1024;

TEST(Health, of_the_disk_is_judged_by_its_free_space) {
  EXPECT_EQ(judge_disk({50'000 * kMiB, 100'000 * kMiB}).state, State::ok);
  EXPECT_EQ(judge_disk({900 * kMiB, 10'000 * kMiB}).state, State::ok) << "a small disk";
  EXPECT_EQ(judge_disk({900 * kMiB, 100'000 * kMiB}).state, State::warning);
  EXPECT_EQ(judge_disk({100 * kMiB, 1'000 * kMiB}).state, State::error);
  EXPECT_EQ(judge_disk({}).state, State::warning) << "it can't be told";
  EXPECT_EQ(judge_disk({900 * kMiB, 100'000 * kMiB}).detail, "900 MiB / 100000 MiB");
}

TEST(Health, of_the_clock_compares_it_with_what_was_stored) {
  EXPECT_EQ(judge_clock(1'000'000, 0).state, State::ok);
  EXPECT_EQ(judge_clock(1'000'000, 1'050'000).state, State::ok);
  EXPECT_EQ(judge_clock(1'000'000, 1'100'000).state, State::error);
  EXPECT_EQ(judge_clock(1'000'000, 1'100'000).detail, "100 s");
}

TEST(Health, speaks_chinese) {
  for (const HealthCheck& check :
       {judge_disk({}), judge_disk({50'000 * kMiB, 100'000 * kMiB}), judge_disk({900 * kMiB, 100'000 * kMiB}),
        judge_disk({100 * kMiB, 1'000 * kMiB}), judge_clock(0, 0), judge_clock(0, 1'000'000)})
    EXPECT_NE(cloudapi::phrase_in(cloudapi::Language::zh, check.text), check.text);
}

}  // namespace
}  // namespace sesame::actions

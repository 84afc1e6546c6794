#include "base/duration_text.hpp"

#include <gtest/gtest.h>

namespace sesame {
namespace {

using std::chrono::seconds;

TEST(Durations, are_a_number_and_a_unit) {
  EXPECT_EQ(parse_duration("30s"), seconds(30));
  EXPECT_EQ(parse_duration("10m"), seconds(600));
  EXPECT_EQ(parse_duration("24h"), seconds(86'400));
  EXPECT_EQ(parse_duration("366d"), seconds(366 * 86'400));
  for (const std::string_view text : {"", "m", "10", "0m", "-1m", "+1m", "1.5h", "10 m", " 10m", "10m ", "1w",
                                      "10M", "367d", "4294967296s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Durations, are_written_in_their_largest_whole_unit) {
  EXPECT_EQ(to_text(seconds(90)), "90s");
  EXPECT_EQ(to_text(seconds(120)), "2m");
  EXPECT_EQ(to_text(seconds(5400)), "90m");
  EXPECT_EQ(to_text(seconds(86'400)), "24h");
  EXPECT_EQ(to_text(seconds(2 * 86'400)), "2d");
  EXPECT_EQ(to_text(seconds(0)), "0s");
}

}  // namespace
}  // namespace sesame

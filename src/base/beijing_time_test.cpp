#include "base/beijing_time.hpp"

#include <gtest/gtest.h>

namespace sesame {
namespace {

TEST(BeijingTime, is_eight_hours_ahead) {
  EXPECT_EQ(format_beijing_time(0), "1970-01-01 08:00:00");
  EXPECT_EQ(format_beijing_time(1'796'083'200'999), "2026-12-01 08:00:00");
  EXPECT_EQ(format_beijing_date(1'796'083'200'000 - 8 * 3'600'000 - 1), "2026-11-30");
  EXPECT_EQ(format_beijing_time(-8 * 3'600'000 - 1), "1969-12-31 23:59:59");
}

TEST(BeijingTime, reads_both_forms) {
  EXPECT_EQ(*parse_beijing_time("2026-12-01 08:00:00"), 1'796'083'200'000);
  EXPECT_EQ(*parse_beijing_time("2026-12-01"), 1'796'083'200'000 - 8 * 3'600'000);
  EXPECT_EQ(format_beijing_time(*parse_beijing_time("2024-02-29 23:59:59")), "2024-02-29 23:59:59");
}

TEST(BeijingTime, refuses_everything_else) {
  for (const char* text : {"", "2026", "2026-13-01", "2026-00-01", "2025-02-29", "2026-1-01",
                           "2026-12-01T08:00:00", "2026-12-01 24:00:00", "2026-12-01 08:60:00",
                           "2026-12-01 08:00:60", "2026-12-01 8:00:00", "2026-12-01 ", "2026-12-01 08:00:00 ",
                           " 2026-12-01", "2026/12/01", "+026-12-01", "2026-12-01 08:00:0x"}) {
    EXPECT_EQ(parse_beijing_time(text).error().reason(), "time.malformed") << text;
  }
  EXPECT_FALSE(parse_beijing_day("2026-12-01 08:00:00").ok());
}

TEST(BeijingTime, numbers_its_days) {
  EXPECT_EQ(beijing_day(0), 0);
  EXPECT_EQ(beijing_day(16 * 3'600'000 - 1), 0);
  EXPECT_EQ(beijing_day(16 * 3'600'000), 1);
  EXPECT_EQ(beijing_day(-8 * 3'600'000 - 1), -1);
  const std::int64_t day = *parse_beijing_day("2026-12-01");
  EXPECT_EQ(format_beijing_time(beijing_day_start_ms(day)), "2026-12-01 00:00:00");
  EXPECT_EQ(beijing_day(beijing_day_start_ms(day)), day);
}

}  // namespace
}  // namespace sesame

#include "commands/terminal.hpp"

#include <gtest/gtest.h>

namespace sesame::commands {
namespace {

TEST(Terminal, numbers_are_grouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Terminal, times_read_like_a_clock) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(67.9), "1:07");
  EXPECT_EQ(clock_text(3723), "1:02:03");
}

TEST(Terminal, wide_characters_take_two_columns) {
  EXPECT_EQ(columns_of("abc"), 3U);
  EXPECT_EQ(columns_of("Zürich"), 6U);
  EXPECT_EQ(columns_of("深圳"), 4U);
}

}  // namespace
}  // namespace sesame::commands

#include "shaping/limit_texts.hpp"

#include <gtest/gtest.h>

namespace sesame::shaping {
namespace {

TEST(LimitTexts, are_read_as_they_are_written) {
  for (const std::string_view text : {"50/s", "100/min", "3000/h", "20000/day", "1000000/s"})
    EXPECT_EQ(to_text(*parse_rate(text)), text);
  for (const std::string_view text :
       {"00:00 +08:00", "23:59 -12:00", "00:00 +00:00", "06:30 +05:45", "00:00 -00:30"})
    EXPECT_EQ(to_text(*parse_day_begin(text)), text);
  for (const std::string_view text : {"opportunistic", "require", "off"})
    EXPECT_EQ(to_text(*parse_tls(text)), text);
  for (const std::string_view text : {"off", "report", "obey"})
    EXPECT_EQ(to_text(*parse_sts_use(text)), text);
  EXPECT_EQ(to_text(Range{2, 10}), "2 to 10");
  EXPECT_EQ(to_text(Range{4, 4}), "4");
}

TEST(LimitTexts, are_nothing_else) {
  for (const std::string_view text :
       {"", "/", "50", "50/", "/s", "50 /s", "50/S", "+50/s", "50/s ", "4294967297/s", "0/day"})
    EXPECT_FALSE(parse_rate(text)) << text;
  for (const std::string_view text :
       {"", "00:00", "0:00 +08:00", "00:60 +08:00", "24:00 +08:00", "00:00 +14:01", "00:00 08:00",
        "00-00 +08:00", "00:00 +8:00 ", "-1:00 +08:00", "00:00  08:00"})
    EXPECT_FALSE(parse_day_begin(text)) << text;
  for (const std::string_view text : {"", "on", "required", "Off"}) EXPECT_FALSE(parse_tls(text)) << text;
  for (const std::string_view text : {"", "on", "enforce", "Obey"}) EXPECT_FALSE(parse_sts_use(text)) << text;
}

}  // namespace
}  // namespace sesame::shaping

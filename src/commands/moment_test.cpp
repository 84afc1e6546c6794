#include "commands/moment.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "commands/terminal.hpp"

namespace sesame::commands {
namespace {

/// In a zone with summer time: Berlin's rule, written out so that no table of zones is needed.
class MomentTest : public testing::Test {
 protected:
  void SetUp() override {
    if (const char* zone = std::getenv("TZ"); zone != nullptr) before_ = zone;
    set_time_zone("CET-1CEST,M3.5.0,M10.5.0/3");
  }
  void TearDown() override {
    if (before_.empty()) {
      unsetenv("TZ");
      tzset();
    } else {
      set_time_zone(before_);
    }
  }

  static std::string utc(std::string_view text) {
    const Result<std::int64_t> moment = parse_moment(text);
    return moment ? rfc3339(*moment) : std::string(moment.error().reason());
  }

 private:
  std::string before_;
};

TEST_F(MomentTest, an_offset_decides_whatever_the_zone_is) {
  for (const char* text : {"2026-12-01T08:00:00Z", "2026-12-01T09:00:00+01:00", "2026-12-01t08:00:00z",
                           "2026-12-01 16:00:00+08:00", "2026-12-01 16:00:00 +08:00",
                           "2026-11-30T22:30:00-09:30", "2026-12-01T08:00:00.25Z", " 2026-12-01T08:00Z "})
    EXPECT_EQ(utc(text), "2026-12-01T08:00:00Z") << text;
}

TEST_F(MomentTest, a_time_without_an_offset_is_local) {
  EXPECT_EQ(utc("2026-12-01 09:00"), "2026-12-01T08:00:00Z");
  EXPECT_EQ(utc("2026-12-01T09:00:30"), "2026-12-01T08:00:30Z");
  EXPECT_EQ(utc("2026-07-01 09:00"), "2026-07-01T07:00:00Z");
  EXPECT_EQ(utc("2028-02-29 00:00"), "2028-02-28T23:00:00Z");
}

TEST_F(MomentTest, a_local_time_must_exist_once) {
  EXPECT_EQ(utc("2026-03-29 01:59"), "2026-03-29T00:59:00Z");
  EXPECT_EQ(utc("2026-03-29 02:30"), "client.moment") << "skipped";
  EXPECT_EQ(utc("2026-03-29 03:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(utc("2026-10-25 01:59"), "2026-10-24T23:59:00Z");
  EXPECT_EQ(utc("2026-10-25 02:30"), "client.moment") << "twice";
  EXPECT_EQ(utc("2026-10-25 02:30:00+02:00"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(utc("2026-10-25 03:00"), "2026-10-25T02:00:00Z");
}

TEST_F(MomentTest, what_is_no_time_is_refused) {
  for (const char* text :
       {"", "tomorrow", "2026-12-01", "09:00", "2026-13-01 09:00", "2026-02-29 09:00", "2026-12-01 24:00",
        "2026-12-01 09:60", "2026-12-01 09:00:60", "2026-12-01 9:00", "2026-12-01T09:00:00+0100",
        "2026-12-01T09:00:00+24:00", "2026-12-01T09:00:00Z now", "26-12-01 09:00"})
    EXPECT_EQ(utc(text), "client.moment") << text;
}

}  // namespace
}  // namespace sesame::commands

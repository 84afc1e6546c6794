#include "shaping/path_rows.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::shaping {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

class PathRows : public testing::Test {
 protected:
  PathMemories read(std::size_t most = 100) {
    return database.look([=](storage::Reader& reader) { return read_paths(reader, most); });
  }
  void write(const PathMemories& paths, std::int64_t now_ms = kNow) {
    database.change([&](storage::Writer& writer) { write_paths(writer, paths, now_ms); });
  }
  std::int64_t forget(std::int64_t now_ms, std::int64_t most) {
    return database.change([=](storage::Writer& writer) { return delete_old_paths(writer, now_ms, most); });
  }
  testkit::TempDatabase database;
};

TEST_F(PathRows, keep_all_that_was_learned) {
  const PathMemory memory{.mails_per_second = 12.5,
                          .connections = 3,
                          .messages_per_connection = 20,
                          .messages_until_ms = kNow + 1,
                          .held_since_ms = kNow + 2,
                          .hold_began_ms = kNow + 3,
                          .held_until_ms = kNow + 4,
                          .paused_until_ms = kNow + 5,
                          .holds = 5,
                          .rule = "qq-ip-too-fast",
                          .reply = "550 Ip frequency limited"};
  write({{"provider qq", memory}, {"site 1", {}}});
  EXPECT_EQ(read(), (PathMemories{{"provider qq", memory}, {"site 1", {}}}));
  write({{"provider qq", {}}});
  EXPECT_EQ(read().at("provider qq"), PathMemory{});
}

TEST_F(PathRows, never_round_a_rate_down_to_nothing) {
  write({{"site 1", {.mails_per_second = 1.0 / 7200}}});
  EXPECT_GT(read().at("site 1").mails_per_second, 0);
}

TEST_F(PathRows, are_read_from_the_newest) {
  write({{"site old", {}}}, kNow - 1);
  write({{"site new", {}}}, kNow);
  EXPECT_TRUE(read(1).contains("site new"));
}

TEST_F(PathRows, are_forgotten_when_nothing_changed_for_long) {
  write({{"site old", {}}, {"site held", {.held_until_ms = kNow + kPathKeptMs}}}, kNow);
  write({{"site new", {}}}, kNow + 1'000);
  EXPECT_EQ(forget(kNow + kPathKeptMs + 1, 10), 1);
  EXPECT_TRUE(read().contains("site held"));
  EXPECT_TRUE(read().contains("site new"));
}

}  // namespace
}  // namespace sesame::shaping

#include "server/hold_mark.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "server/errors.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::server {
namespace {

class HoldMarkTest : public testing::Test {
 protected:
  testkit::TempDir folder_;
  const std::string database_ = folder_.file("sesame.db");
};

TEST_F(HoldMarkTest, lasts_until_it_is_removed) {
  EXPECT_FALSE(find_hold_mark(database_));
  ASSERT_TRUE(set_hold_mark(database_, {1'700'000'000'000, "restored from a file"}));
  const auto mark = find_hold_mark(database_);
  ASSERT_TRUE(mark);
  EXPECT_EQ(mark->since_ms, 1'700'000'000'000);
  EXPECT_EQ(mark->why, "restored from a file");
  EXPECT_TRUE(std::filesystem::exists(hold_mark_path(database_)));
  ASSERT_TRUE(remove_hold_mark(database_));
  EXPECT_FALSE(find_hold_mark(database_));
  EXPECT_TRUE(remove_hold_mark(database_)) << "once more does no harm";
}

TEST_F(HoldMarkTest, that_cannot_be_read_holds) {
  for (const char* content : {"", "nonsense", "-5 x", "0"}) {
    folder_.write("sesame.db.held", content);
    const auto mark = find_hold_mark(database_);
    ASSERT_TRUE(mark) << content;
    EXPECT_GT(mark->since_ms, 0) << content;
  }
  std::filesystem::remove(hold_mark_path(database_));
  std::filesystem::create_symlink("nowhere", hold_mark_path(database_));
  EXPECT_TRUE(find_hold_mark(database_));
}

TEST_F(HoldMarkTest, that_cannot_be_set_or_removed_is_an_error) {
  EXPECT_TRUE(set_hold_mark(folder_.file("none/sesame.db"), {1, "x"}).error().is(errors::kHoldMark));
  std::filesystem::create_directory(hold_mark_path(database_));
  EXPECT_TRUE(remove_hold_mark(database_).error().is(errors::kHoldMark));
  EXPECT_TRUE(find_hold_mark(database_));
}

}  // namespace
}  // namespace sesame::server

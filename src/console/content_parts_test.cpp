#include "console/content_parts.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"

namespace sesame::console {
namespace {

using std::chrono::seconds;

class ContentPartsTest : public testing::Test {
 protected:
  std::string keep(const std::string& session, std::size_t bytes = 3) {
    return parts_.keep(session, {"text/html", std::string(bytes, 'x'), false}, random_, now_).value();
  }
  bool has(const std::string& capability, const std::string& session = "s") {
    return parts_.find(capability, session, now_).has_value();
  }

  testkit::SeededRandom random_;
  ContentParts parts_;
  ContentParts::Time now_{std::chrono::hours(1)};
};

TEST_F(ContentPartsTest, only_the_session_that_made_a_part_reads_it_and_only_for_a_minute) {
  const std::string capability = keep("s");
  EXPECT_EQ(capability.size(), 32u);
  EXPECT_TRUE(has(capability));
  EXPECT_FALSE(has(capability, "another"));
  EXPECT_FALSE(has("0123"));
  now_ += ContentParts::kLifetime - seconds(1);
  EXPECT_TRUE(has(capability));
  now_ += seconds(1);
  EXPECT_FALSE(has(capability));
}

TEST_F(ContentPartsTest, a_session_has_so_many_parts_and_the_oldest_makes_room) {
  const std::string first = keep("s");
  const std::string others = keep("another");
  std::string second;
  for (std::size_t i = 1; i <= ContentParts::kPartsPerSessionMax; ++i) {
    const std::string made = keep("s");
    if (i == 1) second = made;
  }
  EXPECT_FALSE(has(first));
  EXPECT_TRUE(has(second));
  EXPECT_TRUE(has(others, "another"));
}

TEST_F(ContentPartsTest, all_parts_together_fit_their_memory) {
  EXPECT_EQ(
      parts_.keep("s", {"text/html", std::string(ContentParts::kPartBytesMax + 1, 'x'), false}, random_, now_)
          .error()
          .reason(),
      "console.part_too_large");
  const std::string first = keep("s0", ContentParts::kPartBytesMax);
  for (std::size_t i = 1; i < ContentParts::kBytesMax / ContentParts::kPartBytesMax; ++i)
    keep("s" + std::to_string(i), ContentParts::kPartBytesMax);
  EXPECT_TRUE(has(first, "s0"));
  keep("one more", 1);
  EXPECT_FALSE(has(first, "s0"));
}

TEST_F(ContentPartsTest, parts_whose_time_is_over_free_their_memory_without_a_further_one) {
  keep("s", 1000);
  now_ += seconds(30);
  keep("s", 10);
  now_ += ContentParts::kLifetime - seconds(30);
  parts_.drop_expired(now_);
  EXPECT_EQ(parts_.bytes(), 10U);
  now_ += seconds(30);
  parts_.drop_expired(now_);
  EXPECT_EQ(parts_.bytes(), 0U);
}

}  // namespace
}  // namespace sesame::console

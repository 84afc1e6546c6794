#include "campaigns/message_ids.hpp"

#include <gtest/gtest.h>

#include <set>

#include "testkit/seeded_random.hpp"

namespace sesame::campaigns {
namespace {

constexpr std::int64_t kStart = 1'790'000'000'000;

TEST(MessageIds, have_the_clouds_shape) {
  testkit::SeededRandom random(1);
  const MessageIds ids(MessageIds::make_key(random), "1443273655", kStart);
  const std::string id = ids.api_id(7);
  EXPECT_EQ(id.substr(0, 28), "qcloudses-30-1443273655-date") << id;
  ASSERT_EQ(id.size(), std::string("qcloudses-30-1443273655-date-20260909225220-ITGLqmvUAl4Y1").size());
  EXPECT_EQ(id.back(), '1');
  EXPECT_LE(id.size(), 64U);
}

TEST(MessageIds, are_the_same_again_after_a_restart) {
  testkit::SeededRandom random(1);
  const std::string key = MessageIds::make_key(random);
  EXPECT_EQ(MessageIds(key, "1", kStart).api_id(42), MessageIds(key, "1", kStart).api_id(42));
  EXPECT_EQ(MessageIds(key, "1", kStart).header_id(42, "a.test"),
            MessageIds(key, "1", kStart).header_id(42, "a.test"));
}

TEST(MessageIds, differ_for_each_recipient_and_each_run) {
  testkit::SeededRandom random(1);
  const MessageIds one(MessageIds::make_key(random), "1", kStart);
  const MessageIds other(MessageIds::make_key(random), "1", kStart);
  std::set<std::string> seen;
  for (std::uint32_t ordinal = 0; ordinal < 20'000; ++ordinal) {
    EXPECT_TRUE(seen.insert(one.api_id(ordinal)).second) << ordinal;
    EXPECT_TRUE(seen.insert(one.header_id(ordinal, "mail.example")).second) << ordinal;
  }
  EXPECT_FALSE(seen.contains(other.api_id(1)));
}

TEST(MessageIds, header_ids_are_in_the_senders_domain) {
  testkit::SeededRandom random(1);
  const std::string id = MessageIds(MessageIds::make_key(random), "1", kStart).header_id(1, "mail.example");
  EXPECT_EQ(id.substr(id.find('@')), "@mail.example");
}

TEST(HeaderId, is_read_with_and_without_brackets) {
  EXPECT_EQ(read_header_id("<a.1@shop.test>"), "a.1@shop.test");
  EXPECT_EQ(read_header_id("a.1@shop.test"), "a.1@shop.test");
  for (const std::string_view bad : {"", "<>", "no-at", "a b@shop.test", "<a@b>>", "a@b\r\n", "ä@shop.test",
                                     "<@>", "<a@b@c>", "<a@>", "@b", "<<a@b>", "@@"})
    EXPECT_FALSE(read_header_id(bad)) << bad;
  EXPECT_FALSE(read_header_id(std::string(250, 'x') + "@"));
}

}  // namespace
}  // namespace sesame::campaigns

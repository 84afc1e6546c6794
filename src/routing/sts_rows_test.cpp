#include "routing/sts_rows.hpp"

#include <gtest/gtest.h>

#include "testkit/temp_database.hpp"

namespace sesame::routing {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

StoredPolicy enforce(std::int64_t fetched_ms, std::int64_t max_age_s = 3600) {
  StsPolicy policy{"7", StsPolicy::Mode::enforce, max_age_s, {"mx.shop.test", "*.pool.test"}};
  return {std::move(policy), fetched_ms, fetched_ms + max_age_s * 1000};
}

class StsRows : public testing::Test {
 protected:
  StsPolicyRows read(std::int64_t now_ms = kNow, std::size_t most = 100) {
    return database.look([=](storage::Reader& reader) { return read_sts_policies(reader, now_ms, most); });
  }
  void write(const StsPolicyRows& rows) {
    database.change([&](storage::Writer& writer) { write_sts_policies(writer, rows); });
  }
  testkit::TempDatabase database;
};

TEST_F(StsRows, keep_a_policy_until_it_is_replaced_or_deleted) {
  const StoredPolicy none{{"8", StsPolicy::Mode::none, 86'400, {}}, kNow, kNow + 86'400'000};
  write({{"shop.test", enforce(kNow)}, {"other.test", none}});
  EXPECT_EQ(read(), (StsPolicyRows{{"shop.test", enforce(kNow)}, {"other.test", none}}));
  write({{"shop.test", none}, {"other.test", std::nullopt}});
  EXPECT_EQ(read(), (StsPolicyRows{{"shop.test", none}}));
}

TEST_F(StsRows, are_read_from_the_newest_until_they_expire) {
  write({{"old.test", enforce(kNow - 1)}, {"new.test", enforce(kNow)}});
  EXPECT_EQ(read(kNow, 1), (StsPolicyRows{{"new.test", enforce(kNow)}}));
  EXPECT_EQ(read(kNow + kHourMs - 1), (StsPolicyRows{{"new.test", enforce(kNow)}}));
  EXPECT_TRUE(read(kNow + kHourMs).empty());
}

TEST_F(StsRows, of_a_clock_that_ran_ahead_are_brought_back) {
  write({{"shop.test", enforce(kNow + 1000 * kHourMs)}});
  EXPECT_EQ(read().at("shop.test"), enforce(kNow));
}

TEST_F(StsRows, are_deleted_when_they_have_expired) {
  write({{"a.test", enforce(kNow - 2 * kHourMs)},
         {"b.test", enforce(kNow - kHourMs)},
         {"c.test", enforce(kNow)}});
  const auto remove = [&](std::int64_t most) {
    return database.change(
        [=](storage::Writer& writer) { return delete_expired_sts_policies(writer, kNow, most); });
  };
  EXPECT_EQ(remove(1), 1);
  EXPECT_EQ(remove(10), 1);
  EXPECT_EQ(remove(10), 0);
  EXPECT_TRUE(read().contains("c.test"));
}

}  // namespace
}  // namespace sesame::routing

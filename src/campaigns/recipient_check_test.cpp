#include "campaigns/recipient_check.hpp"

#include <gtest/gtest.h>

#include "audience/custom_blocks.hpp"
#include "audience/unsubscribes.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/suppression_filter.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::campaigns {
namespace {

using List = Obstacle::List;

constexpr std::int64_t kNow = 1'796'083'200'000;
constexpr std::int64_t kDayMs = 86'400'000;

class RecipientCheckTest : public ::testing::Test {
 protected:
  RecipientCheck check(std::string_view address, std::string_view domain = "shop.test",
                       std::int64_t now_ms = kNow, std::int64_t account_id = 1) {
    const accounts::Scope scope{account_id, "ap-guangzhou"};
    return database_.look([&](storage::Reader& reader) {
      return check_recipient(reader, filters_, {scope, domain}, address, rules_, now_ms);
    });
  }
  void bounce(std::string_view address, bool shared, std::int64_t at_ms = kNow - kDayMs) {
    database_.change([&](storage::Writer& writer) {
      const audience::NewHardBounce bounces[] = {{scope_, address, "550 5.1.1 unknown", at_ms, shared}};
      audience::record_hard_bounces(writer, bounces, rules_, at_ms);
    });
  }
  void leave(std::string_view address, std::string_view domain, audience::UnsubscribeReason reason) {
    database_.change([&](storage::Writer& writer) {
      audience::add_unsubscribe(writer, {scope_, domain, address, reason, kNow - 5});
    });
  }
  static std::vector<List> lists_of(const RecipientCheck& check) {
    std::vector<List> lists;
    for (const Obstacle& obstacle : check.obstacles) lists.push_back(obstacle.list);
    return lists;
  }

  const accounts::Scope scope_{1, "ap-guangzhou"};
  const audience::SuppressionRules rules_;
  testkit::TempDatabase database_;
  testkit::SeededRandom random_{3};
  SuppressionFilter suppression_{rules_};
  FrequencyFilter frequency_{2, random_};
  const MailFilters filters_{{&suppression_, &frequency_}};
};

TEST_F(RecipientCheckTest, lets_an_address_that_is_on_no_list_be_mailed) {
  const RecipientCheck found = check("ann@post.test");
  EXPECT_FALSE(found.verdict.withheld());
  EXPECT_TRUE(found.fault.empty());
  EXPECT_TRUE(found.obstacles.empty());
}

TEST_F(RecipientCheckTest, names_the_fault_of_a_malformed_address) {
  EXPECT_EQ(check("ann").fault, "there is no @ in the address");
}

TEST_F(RecipientCheckTest, shows_a_bounce_with_the_reply_and_its_end) {
  bounce("Gone@post.test", true);
  const RecipientCheck found = check("gone@POST.test");
  EXPECT_EQ(found.verdict.send_status, 1007);
  ASSERT_EQ(lists_of(found), std::vector{List::hard_bounce});
  EXPECT_EQ(found.obstacles[0].reply, "550 5.1.1 unknown");
  EXPECT_EQ(found.obstacles[0].since_ms, kNow - kDayMs);
  const std::int64_t until_ms = found.obstacles[0].until_ms.value();
  EXPECT_TRUE(check("gone@post.test", "shop.test", until_ms - 1).verdict.withheld());
  EXPECT_FALSE(check("gone@post.test", "shop.test", until_ms).verdict.withheld());
  EXPECT_TRUE(check("gone@post.test", "shop.test", until_ms).obstacles.empty());
}

TEST_F(RecipientCheckTest, shows_others_a_bounce_without_its_reply_and_time) {
  bounce("gone@post.test", true);
  bounce("mine@post.test", false);
  const RecipientCheck found = check("gone@post.test", "shop.test", kNow, 2);
  EXPECT_EQ(found.verdict.send_status, 1007);
  ASSERT_EQ(lists_of(found), std::vector{List::hard_bounce});
  EXPECT_EQ(found.obstacles[0].reply, "");
  EXPECT_EQ(found.obstacles[0].since_ms, 0);
  EXPECT_FALSE(check("mine@post.test", "shop.test", kNow, 2).verdict.withheld());
}

TEST_F(RecipientCheckTest, shows_a_block_until_the_end_of_its_last_day) {
  const std::int64_t today = beijing_day(kNow);
  database_.change([&](storage::Writer& writer) {
    const std::string addresses[] = {"no@post.test"};
    EXPECT_TRUE(audience::add_custom_blocks(writer, scope_, addresses, today, kNow));
  });
  const RecipientCheck found = check("no@post.test");
  EXPECT_EQ(found.verdict.send_status, 3020);
  ASSERT_EQ(lists_of(found), std::vector{List::custom_block});
  const std::int64_t until_ms = found.obstacles[0].until_ms.value();
  EXPECT_EQ(until_ms, beijing_day_start_ms(today + 1));
  EXPECT_TRUE(check("no@post.test", "shop.test", until_ms).obstacles.empty());
}

TEST_F(RecipientCheckTest, shows_unsubscriptions_of_the_domain_or_of_all) {
  leave("ann@post.test", "shop.test", audience::UnsubscribeReason::unsubscribed);
  leave("ann@post.test", "club.test", audience::UnsubscribeReason::complained);
  const RecipientCheck of_domain = check("ann@post.test");
  EXPECT_EQ(of_domain.verdict.send_status, 1013);
  EXPECT_EQ(lists_of(of_domain), std::vector{List::unsubscribed});
  const RecipientCheck of_all = check("ann@post.test", "");
  EXPECT_FALSE(of_all.verdict.withheld());
  EXPECT_EQ(lists_of(of_all), (std::vector{List::complained, List::unsubscribed}));
  EXPECT_EQ(of_all.obstacles[0].sender_domain, "club.test");
}

TEST_F(RecipientCheckTest, lists_every_entry_behind_one_verdict) {
  bounce("ann@post.test", true);
  leave("ann@post.test", "shop.test", audience::UnsubscribeReason::unsubscribed);
  EXPECT_EQ(lists_of(check("ann@post.test")), (std::vector{List::hard_bounce, List::unsubscribed}));
}

TEST_F(RecipientCheckTest, counts_nothing_and_sees_what_was_counted) {
  const std::string_view address = "ann@post.test";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(check(address).verdict.withheld());
  database_.look([&](storage::Reader& reader) {
    for (int i = 0; i < 2; ++i)
      EXPECT_FALSE(filters_.judge(reader, {scope_, "shop.test"}, {&address, 1}, kNow)[0].withheld());
  });
  const RecipientCheck found = check(address);
  EXPECT_EQ(found.verdict.send_status, 1006);
  EXPECT_EQ(lists_of(found), std::vector{List::too_frequent});
}

}  // namespace
}  // namespace sesame::campaigns

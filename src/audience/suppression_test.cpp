#include "audience/suppression.hpp"

#include "audience/audience_fixture.hpp"
#include "audience/custom_blocks.hpp"
#include "base/beijing_time.hpp"

namespace sesame::audience {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

class SuppressionLists : public AudienceTest {
 protected:
  void SetUp() override { open(); }

  void bounce(const std::string& address, std::int64_t at_ms,
              const std::string& reply = "550 5.1.1 unknown") {
    bounce_of(scope_, address, at_ms, true, reply);
  }
  void bounce_of(const accounts::Scope& scope, const std::string& address, std::int64_t at_ms, bool shared,
                 const std::string& reply = "550 5.1.1 unknown") {
    database_.change([&](storage::Writer& writer) {
      const NewHardBounce bounces[] = {{scope, address, reply, at_ms, shared}};
      record_hard_bounces(writer, bounces, rules_, at_ms);
    });
  }
  void forget(const accounts::Scope& scope, const std::vector<std::string>& addresses) {
    database_.change([&](storage::Writer& writer) { delete_hard_bounces(writer, scope, addresses, now()); });
  }
  Suppression of(std::string_view address, const accounts::Scope& scope) {
    return suppressed({address}, {}, scope).front();
  }
  HardBouncePage bounces(HardBounceFilter filter = {}) {
    if (filter.to_ms == 0) filter.to_ms = now() + 100 * kDayMs;
    return bounces_of(scope_, filter);
  }
  HardBouncePage bounces_of(const accounts::Scope& scope, const HardBounceFilter& filter) {
    return database_.look(
        [&](storage::Reader& r) { return list_hard_bounces(r, scope, filter, rules_, now()); });
  }
  Result<BlockCounts> block(const std::vector<std::string>& addresses,
                            std::optional<std::int64_t> last_day = {},
                            std::uint64_t max = CustomBlockOptions{}.blocks_max) {
    return database_.change([&](storage::Writer& writer) {
      return add_custom_blocks(writer, scope_, addresses, last_day, now(), max);
    });
  }
  CustomBlockPage blocks(const CustomBlockFilter& filter = {}) { return blocks_at(now(), filter); }
  CustomBlockPage blocks_at(std::int64_t now_ms, const CustomBlockFilter& filter) {
    return database_.look([&](storage::Reader& r) { return list_custom_blocks(r, scope_, filter, now_ms); });
  }
  Status change(std::int64_t id, std::string_view address, std::optional<std::int64_t> last_day = {}) {
    return database_.change([&](storage::Writer& writer) {
      return change_custom_block(writer, scope_, id, address, last_day, now());
    });
  }
  std::vector<Suppression> suppressed(const std::vector<std::string_view>& addresses,
                                      std::optional<std::int64_t> at_ms = {},
                                      std::optional<accounts::Scope> scope = {}) {
    return database_.look([&](storage::Reader& reader) {
      return find_suppressed(reader, scope.value_or(scope_), "shop.test", addresses, rules_,
                             at_ms.value_or(now()));
    });
  }
  Suppression of(std::string_view address) { return suppressed({address}).front(); }

  SuppressionRules rules_;
};

TEST_F(SuppressionLists, keep_nobody_from_mail_while_they_are_empty) {
  EXPECT_EQ(suppressed({"ann@shop.test", "bob@shop.test"}),
            (std::vector<Suppression>{Suppression::none, Suppression::none}));
}

TEST_F(SuppressionLists, are_heeded_by_all_but_show_an_account_its_own_bounces_only) {
  bounce("ann@shop.test", now());
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  HardBounceFilter all;
  all.to_ms = now() + kDayMs;
  EXPECT_EQ(bounces_of(scope_, all).total, 1U);
  EXPECT_EQ(bounces_of(other, all).total, 0U);
  EXPECT_TRUE(bounces_of(other, all).bounces.empty());
  EXPECT_EQ(suppressed({"ann@shop.test"}, {}, other).front(), Suppression::bounced);
  HardBounceFilter by_name = all;
  by_name.address = "ann@shop.test";
  // A query by name shows the address, but neither the reply nor the time, whatever days it names.
  for (const std::int64_t from_ms : {std::int64_t{0}, now() + kDayMs / 2}) {
    by_name.from_ms = from_ms;
    const HardBouncePage page = bounces_of(other, by_name);
    ASSERT_EQ(page.total, 1U);
    EXPECT_EQ(page.bounces.at(0).address, "ann@shop.test");
    EXPECT_EQ(page.bounces.at(0).reply, "");
    EXPECT_EQ(page.bounces.at(0).bounced_ms, 0);
  }
}

TEST_F(SuppressionLists, show_an_account_its_own_reply_whoever_mailed_the_address_later) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  bounce("ann@shop.test", now(), "550 5.1.1 for the first");
  bounce_of(other, "ann@shop.test", now() + 1, true, "550 5.1.1 for the second");
  ASSERT_EQ(bounces().total, 1U);
  EXPECT_EQ(bounces().bounces.at(0).reply, "550 5.1.1 for the first");
  EXPECT_EQ(bounces_of(other, {.to_ms = now() + kDayMs}).bounces.at(0).reply, "550 5.1.1 for the second");
  EXPECT_EQ(bounces({.address = "ann@shop.test"}).bounces.at(0).bounced_ms, now());
}

TEST_F(SuppressionLists, show_an_address_by_name_that_bounced_for_others_after_its_own_bounce) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  const std::int64_t day_ms = now() - now() % kDayMs;
  HardBounceFilter later{
      .from_ms = day_ms + 5 * kDayMs, .to_ms = day_ms + 6 * kDayMs, .address = "ann@shop.test"};
  bounce_of(scope_, "ann@shop.test", day_ms, true, "550 5.1.1 own");
  EXPECT_EQ(bounces(later).total, 0U) << "of other days, and of nobody else";
  bounce_of(other, "ann@shop.test", day_ms + 1, true, "550 5.1.1 for the other");
  ASSERT_EQ(bounces(later).total, 1U);
  EXPECT_EQ(bounces(later).bounces.at(0).reply, "");
  later.from_ms = day_ms;
  EXPECT_EQ(bounces(later).bounces.at(0).reply, "550 5.1.1 own");
}

TEST_F(SuppressionLists, stay_for_others_when_an_account_takes_an_address_off) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  const accounts::Scope third{scope_.account_id + 2, scope_.region};
  bounce("ann@shop.test", now());
  forget(other, {"Ann@shop.test"});
  EXPECT_EQ(of("ann@shop.test", other), Suppression::none);
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::bounced);
  EXPECT_EQ(of("ann@shop.test", third), Suppression::bounced);
  EXPECT_EQ(bounces_of(other, {.to_ms = now() + kDayMs, .address = "ann@shop.test"}).total, 0U);
  EXPECT_EQ(bounces().bounces.at(0).reply, "550 5.1.1 unknown");
  // The account whose mail it was takes it off for itself, too.
  forget(scope_, {"ann@shop.test"});
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::none);
  EXPECT_EQ(bounces().total, 0U);
  EXPECT_EQ(of("ann@shop.test", third), Suppression::bounced);
  // The next bounce counts for all.
  bounce_of(third, "ann@shop.test", now() + 1, true);
  EXPECT_EQ(of("ann@shop.test", other), Suppression::bounced);
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::bounced);
}

TEST_F(SuppressionLists, exempt_from_a_bounce_whose_clock_was_ahead) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  bounce("ann@shop.test", now() + 365 * kDayMs);
  forget(other, {"ann@shop.test"});
  EXPECT_EQ(of("ann@shop.test", other), Suppression::none);
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::bounced);
}

TEST_F(SuppressionLists, know_who_bounced_whatever_the_case_and_the_account) {
  bounce("Ann@Shop.test", now());
  EXPECT_EQ(suppressed({"bob@shop.test", "ann@SHOP.test"}),
            (std::vector<Suppression>{Suppression::none, Suppression::bounced}));
  EXPECT_EQ(suppressed({"ann@shop.test"}, now(), accounts::Scope{99, "ap-hongkong"}).front(),
            Suppression::bounced);
}

TEST_F(SuppressionLists, believe_what_came_by_mail_for_the_account_that_had_sent_it) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  const accounts::Scope elsewhere{scope_.account_id, "ap-hongkong"};
  bounce_of(scope_, "ann@shop.test", now(), false);
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::bounced);
  EXPECT_EQ(of("ann@shop.test", elsewhere), Suppression::bounced);
  EXPECT_EQ(of("ann@shop.test", other), Suppression::none);
  HardBounceFilter by_name;
  by_name.to_ms = now() + kDayMs;
  by_name.address = "ann@shop.test";
  EXPECT_EQ(bounces_of(other, by_name).total, 0U);
  EXPECT_EQ(bounces_of(elsewhere, by_name).total, 1U);
  // Each account has an entry of its own, and removes only that.
  bounce_of(other, "ann@shop.test", now(), false);
  EXPECT_EQ(of("ann@shop.test", other), Suppression::bounced);
  forget(other, {"ann@shop.test"});
  EXPECT_EQ(of("ann@shop.test", other), Suppression::none);
  EXPECT_EQ(of("ann@shop.test", scope_), Suppression::bounced);
}

TEST_F(SuppressionLists, are_not_prolonged_for_others_by_what_came_by_mail) {
  const accounts::Scope other{scope_.account_id + 1, scope_.region};
  bounce_of(scope_, "ann@shop.test", now(), false);
  bounce("ann@shop.test", now());
  EXPECT_EQ(bounces().total, 1U);
  bounce_of(other, "ann@shop.test", now() + 10 * kDayMs, false);
  EXPECT_EQ(bounces_of(other, {.to_ms = now() + 100 * kDayMs}).total, 1U);
  const std::int64_t over = now() + 15 * kDayMs;
  EXPECT_EQ(suppressed({"ann@shop.test"}, over, scope_).front(), Suppression::none);
  EXPECT_EQ(suppressed({"ann@shop.test"}, over, other).front(), Suppression::bounced);
}

TEST_F(SuppressionLists, forget_a_bounce_after_fourteen_days) {
  bounce("ann@shop.test", now());
  EXPECT_EQ(suppressed({"ann@shop.test"}, now() + 14 * kDayMs - 1).front(), Suppression::bounced);
  EXPECT_EQ(suppressed({"ann@shop.test"}, now() + 14 * kDayMs).front(), Suppression::none);
  // The next bounces remove the expired ones.
  bounce("bob@shop.test", now() + 20 * kDayMs);
  rules_.bounce_days = 1000;
  EXPECT_EQ(bounces().total, 1u);
}

TEST_F(SuppressionLists, start_anew_for_an_address_that_bounces_again) {
  bounce("ann@shop.test", now());
  bounce("ANN@shop.test", now() + kDayMs, "550 5.1.1 gone");
  const HardBouncePage page = bounces();
  ASSERT_EQ(page.bounces.size(), 1u);
  EXPECT_EQ(page.bounces[0].reply, "550 5.1.1 gone");
  EXPECT_EQ(suppressed({"ann@shop.test"}, now() + 15 * kDayMs - 1).front(), Suppression::bounced);
}

TEST_F(SuppressionLists, show_bounces_by_day_and_address_page_by_page) {
  for (int i = 0; i < 5; ++i) bounce("u" + std::to_string(i) + "@shop.test", now() + i);
  EXPECT_EQ(bounces().total, 5u);
  EXPECT_EQ(bounces({.offset = 1, .limit = 2}).bounces.at(0).address, "u3@shop.test");
  EXPECT_EQ(bounces({.from_ms = now() + 2, .to_ms = now() + 4}).total, 2u);
  EXPECT_EQ(bounces({.address = "U2@shop.test"}).bounces.at(0).address, "u2@shop.test");
  EXPECT_EQ(bounces({.from_ms = now() + 3, .address = "u2@shop.test"}).total, 0u);
  EXPECT_TRUE(bounces({.address = "u2@shop.test", .offset = 1}).bounces.empty());
}

TEST_F(SuppressionLists, mail_an_address_again_that_was_taken_off) {
  bounce("ann@shop.test", now());
  forget(scope_, {"ANN@shop.test", "nobody@shop.test", "no address"});
  EXPECT_EQ(of("ann@shop.test"), Suppression::none);
}

TEST_F(SuppressionLists, of_an_account_count_what_they_were_given) {
  const std::string long_one = std::string(250, 'x') + "@shop.test";
  const auto counts = block({"ann@shop.test", "ANN@shop.test", "no address", "", long_one, "bob@shop.test"});
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->total, 6u);
  EXPECT_EQ(counts->valid, 2u);
  EXPECT_EQ(counts->repeat, 1u);
  EXPECT_EQ(counts->invalid, 2u);
  EXPECT_EQ(counts->too_long, 1u);
  EXPECT_EQ(block({"bob@shop.test"})->repeat, 1u);
  EXPECT_EQ(of("Bob@shop.test"), Suppression::blocked);
  EXPECT_EQ(suppressed({"bob@shop.test"}, now(), accounts::Scope{scope_.account_id, "ap-hongkong"}).front(),
            Suppression::none);
}

TEST_F(SuppressionLists, of_an_account_count_to_the_end_of_their_last_day_in_beijing) {
  const std::int64_t today = beijing_day(now());
  ASSERT_TRUE(block({"ann@shop.test"}, today));
  const std::int64_t end_ms = beijing_day_start_ms(today + 1);
  EXPECT_EQ(suppressed({"ann@shop.test"}, end_ms - 1).front(), Suppression::blocked);
  EXPECT_EQ(suppressed({"ann@shop.test"}, end_ms).front(), Suppression::none);
  EXPECT_EQ(block({"bob@shop.test"}, today - 1).error().reason(), "audience.block_expired");
}

TEST_F(SuppressionLists, of_an_account_take_an_expired_address_as_a_new_one) {
  ASSERT_TRUE(block({"ann@shop.test"}, beijing_day(now())));
  const std::int64_t later = now() + 2 * kDayMs;
  EXPECT_EQ(blocks_at(later, {.active = false}).total, 1u);
  EXPECT_EQ(blocks_at(later, {.active = true}).total, 0u);
  const auto again = database_.change([&](storage::Writer& writer) {
    return add_custom_blocks(writer, scope_, std::vector<std::string>{"ann@shop.test"}, std::nullopt, later);
  });
  EXPECT_EQ(again->valid, 1u);
  const CustomBlockPage page = blocks_at(later, {});
  ASSERT_EQ(page.blocks.size(), 1u);
  EXPECT_TRUE(page.blocks[0].active);
  EXPECT_FALSE(page.blocks[0].last_day);
}

TEST_F(SuppressionLists, of_an_account_keep_the_later_end) {
  const std::int64_t today = beijing_day(now());
  const auto end_after = [&](std::optional<std::int64_t> first, std::optional<std::int64_t> second) {
    const std::vector<std::string> ann = {"ann@shop.test"};
    database_.change([&](storage::Writer& writer) { remove_custom_blocks(writer, scope_, ann); });
    EXPECT_EQ(block(ann, first)->valid, 1U);
    EXPECT_EQ(block({"ANN@shop.test"}, second)->repeat, 1U);
    const CustomBlockPage page = blocks();
    EXPECT_EQ(page.total, 1U);
    return page.blocks.at(0).last_day;
  };
  EXPECT_EQ(end_after(today, std::nullopt), std::nullopt);
  EXPECT_EQ(end_after(std::nullopt, today), std::nullopt);
  EXPECT_EQ(end_after(today, today + 3), today + 3);
  EXPECT_EQ(end_after(today + 3, today), today + 3);
  EXPECT_EQ(end_after(today + 3, today + 3), today + 3);
  EXPECT_EQ(end_after(std::nullopt, std::nullopt), std::nullopt);
  // Within one request the first one counts, the second is a repeat with the same end.
  EXPECT_EQ(block({"bob@shop.test", "bob@shop.test"}, today)->repeat, 1U);
}

TEST_F(SuppressionLists, of_an_account_are_listed_the_newest_first) {
  ASSERT_TRUE(block({"a@shop.test", "b@shop.test", "c@shop.test"}));
  EXPECT_EQ(blocks({.offset = 1, .limit = 1}).blocks.at(0).address, "b@shop.test");
  EXPECT_EQ(blocks({.offset = 3}).total, 3u);
  EXPECT_EQ(blocks({.address = "B@shop.test"}).total, 1u);
  EXPECT_EQ(blocks({.active = false, .address = "b@shop.test"}).total, 0u);
}

TEST_F(SuppressionLists, of_an_account_can_be_changed) {
  ASSERT_TRUE(block({"a@shop.test", "b@shop.test"}));
  const std::int64_t id = blocks({.address = "a@shop.test"}).blocks.at(0).id;
  EXPECT_EQ(change(id, "b@shop.test").error().reason(), "audience.block_repeated");
  EXPECT_EQ(change(id, "no address").error().reason(), "audience.block_address");
  EXPECT_EQ(change(id + 7, "c@shop.test").error().reason(), "audience.custom_block_missing");
  EXPECT_EQ(change(id, "c@shop.test", beijing_day(now()) - 1).error().reason(), "audience.block_expired");
  ASSERT_TRUE(change(id, "c@shop.test", beijing_day(now()) + 3));
  EXPECT_EQ(of("a@shop.test"), Suppression::none);
  EXPECT_EQ(of("c@shop.test"), Suppression::blocked);
  EXPECT_EQ(blocks({.address = "c@shop.test"}).blocks.at(0).last_day, beijing_day(now()) + 3);
}

TEST_F(SuppressionLists, of_an_account_have_a_limit) {
  ASSERT_TRUE(block({"a@shop.test", "b@shop.test"}, {}, 2));
  EXPECT_EQ(block({"c@shop.test"}, {}, 2).error().reason(), "audience.too_many_blocks");
  EXPECT_EQ(of("c@shop.test"), Suppression::none) << "a part of the refused request was stored";
  EXPECT_EQ(block({"a@shop.test"}, {}, 2)->repeat, 1u);
  const std::vector<std::string> gone = {"A@shop.test", "nobody@shop.test"};
  database_.change([&](storage::Writer& writer) { remove_custom_blocks(writer, scope_, gone); });
  EXPECT_TRUE(block({"c@shop.test"}, {}, 2));
}

TEST_F(SuppressionLists, find_each_of_many) {
  std::vector<std::string> listed;
  std::vector<std::string_view> asked;
  for (int i = 0; i < 500; ++i) listed.push_back("u" + std::to_string(i) + "@shop.test");
  ASSERT_TRUE(block({listed.begin(), listed.begin() + 250}));
  asked.assign(listed.begin(), listed.end());
  const std::vector<Suppression> found = suppressed(asked);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(found[i] == Suppression::blocked, i < 250) << i;
}

}  // namespace
}  // namespace sesame::audience

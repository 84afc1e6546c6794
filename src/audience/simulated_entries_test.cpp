// Entries that SimulateMailEvent makes: they keep only mail into the sandbox, and never hide a real one.
#include "audience/audience_fixture.hpp"
#include "audience/hard_bounces.hpp"
#include "audience/suppression.hpp"
#include "audience/unsubscribes.hpp"

namespace sesame::audience {
namespace {

constexpr std::string_view kAddress = "ann@post.test";

class SimulatedEntries : public AudienceTest {
 protected:
  void SetUp() override { open(); }

  static SuppressionRules rules(bool sandbox) {
    SuppressionRules rules;
    rules.sandbox = sandbox;
    return rules;
  }
  void bounce(bool simulated, const std::string& reply) {
    database_.change([&](storage::Writer& writer) {
      const NewHardBounce bounces[] = {{scope_, kAddress, reply, now(), !simulated, simulated}};
      record_hard_bounces(writer, bounces, {}, now());
    });
  }
  bool leave(bool simulated) {
    return database_.change([&](storage::Writer& writer) {
      return add_unsubscribe(
          writer, {scope_, "shop.test", kAddress, UnsubscribeReason::unsubscribed, now(), simulated});
    });
  }
  Suppression in(bool sandbox) {
    return database_.look([&](storage::Reader& reader) {
      return find_suppressed(reader, scope_, "shop.test", std::span(&kAddress, 1), rules(sandbox), now())
          .front();
    });
  }
  HardBouncePage listed(bool sandbox, std::string_view address = {}) {
    HardBounceFilter filter;
    filter.to_ms = INT64_MAX;
    filter.address = address;
    return database_.look([&](storage::Reader& reader) {
      return list_hard_bounces(reader, scope_, filter, rules(sandbox), now());
    });
  }
};

TEST_F(SimulatedEntries, of_unsubscribing_are_not_what_the_person_asked_for) {
  const auto reason = [&] {
    return database_.look(
        [&](storage::Reader& reader) { return find_unsubscribe(reader, scope_, "shop.test", kAddress); });
  };
  const auto complain = [&](bool simulated) {
    database_.change([&](storage::Writer& writer) {
      add_unsubscribe(writer,
                      {scope_, "shop.test", kAddress, UnsubscribeReason::complained, now(), simulated});
    });
  };
  leave(true);
  EXPECT_EQ(reason(), std::nullopt) << "the page still offers to unsubscribe";
  leave(false);
  EXPECT_EQ(reason(), UnsubscribeReason::unsubscribed);
  complain(true);
  EXPECT_EQ(reason(), UnsubscribeReason::unsubscribed) << "a simulated complaint changes no real entry";
  complain(false);
  EXPECT_EQ(reason(), UnsubscribeReason::complained);
}

TEST_F(SimulatedEntries, of_a_bounce_count_for_mail_into_the_sandbox_only) {
  bounce(true, "550 simulated");
  EXPECT_EQ(in(true), Suppression::bounced);
  EXPECT_EQ(in(false), Suppression::none);
  EXPECT_EQ(listed(true).total, 1u);
  EXPECT_TRUE(listed(true).bounces.at(0).simulated);
  EXPECT_TRUE(listed(true, kAddress).bounces.at(0).simulated);
  EXPECT_EQ(listed(false).total, 0u);
  EXPECT_TRUE(listed(false).bounces.empty());
  EXPECT_EQ(listed(false, kAddress).total, 0u);
}

TEST_F(SimulatedEntries, of_a_bounce_give_way_to_a_real_one_and_never_replace_it) {
  bounce(true, "550 simulated");
  bounce(false, "550 real");
  EXPECT_EQ(in(false), Suppression::bounced);
  bounce(true, "550 simulated again");
  EXPECT_EQ(in(false), Suppression::bounced);
  ASSERT_EQ(listed(false).total, 1u);
  EXPECT_EQ(listed(false).bounces.at(0).reply, "550 real");
}

TEST_F(SimulatedEntries, of_a_bounce_take_the_place_of_a_real_one_that_has_expired) {
  bounce(false, "550 real");
  clock_.advance(std::chrono::hours(24) * SuppressionRules{}.bounce_days + std::chrono::hours(1));
  ASSERT_EQ(in(true), Suppression::none);
  bounce(true, "550 simulated");
  EXPECT_EQ(in(true), Suppression::bounced);
  EXPECT_EQ(in(false), Suppression::none);
  ASSERT_EQ(listed(true).total, 1u);
  EXPECT_EQ(listed(true).bounces.at(0).reply, "550 simulated");
}

TEST_F(SimulatedEntries, of_unsubscribing_count_for_mail_into_the_sandbox_only) {
  EXPECT_TRUE(leave(true));
  EXPECT_EQ(in(true), Suppression::unsubscribed);
  EXPECT_EQ(in(false), Suppression::none);
  EXPECT_FALSE(leave(true));
  EXPECT_TRUE(leave(false)) << "a real entry is a new one";
  EXPECT_EQ(in(false), Suppression::unsubscribed);
  EXPECT_FALSE(leave(true));
  EXPECT_EQ(in(false), Suppression::unsubscribed);
  const UnsubscribeList list =
      database_.look([&](storage::Reader& reader) { return list_unsubscribes(reader, scope_, {}); });
  ASSERT_EQ(list.entries.size(), 1u);
  EXPECT_FALSE(list.entries.at(0).simulated);
}

}  // namespace
}  // namespace sesame::audience

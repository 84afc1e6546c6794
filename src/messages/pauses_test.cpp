#include "messages/pauses.hpp"

#include <gtest/gtest.h>

#include "messages/changes.hpp"
#include "messages/errors.hpp"
#include "messages/pausing_admission.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/scripted_admission.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {
namespace {

constexpr std::int64_t kNow = testkit::ManualClock::kStartMs;

class Pauses : public testing::Test {
 protected:
  Pauses() { admission.begin_look(); }

  Status begin(std::string domain, std::int64_t account_id, std::optional<std::int64_t> until_ms = {}) {
    const Pause pause{{std::move(domain), account_id}, clock.now_ms(), until_ms, "why"};
    return database.change(
        [&](storage::Writer& writer) { return begin_pause(writer, pause, clock.now_ms()); });
  }
  bool end(std::string domain, std::int64_t account_id) {
    return database.change([&](storage::Writer& writer) {
      return end_pause(writer, {domain, account_id}, clock.now_ms()).has_value();
    });
  }
  /// Whether the tables say so; the admission has to say the same.
  bool held(std::int64_t account_id, const std::string& domain) {
    const bool by_table = database.look([&](storage::Reader& reader) {
      return PauseLookup(reader, clock.now_ms()).find(account_id, domain) != nullptr;
    });
    const auto crowd = admission.ask({.account_id = account_id, .domain = domain});
    EXPECT_EQ(crowd.has_value(), by_table) << account_id << " " << domain;
    EXPECT_EQ(crowd ? admission.room(*crowd) : 0, 0U);
    return by_table;
  }

  testkit::TempDatabase database;
  testkit::ManualClock clock;
  Changes changes{*database};
  PausingAdmission admission{*database, changes, clock, nullptr};
};

TEST_F(Pauses, hold_mail_by_its_domain_its_account_or_both) {
  EXPECT_FALSE(held(1, "a.test"));
  EXPECT_FALSE(admission.may_refuse()) << "so that nothing is done for mail that might be refused";
  ASSERT_TRUE(begin("a.test", 0));
  ASSERT_TRUE(begin("b.test", 2));
  ASSERT_TRUE(begin("", 3));
  EXPECT_TRUE(held(1, "a.test"));
  EXPECT_TRUE(held(2, "A.Test"));
  EXPECT_FALSE(held(1, "sub.a.test")) << "another domain";
  ASSERT_TRUE(begin("xn--bcher-kva.test", 0));
  EXPECT_TRUE(held(1, "b\u00fccher.test"));
  EXPECT_FALSE(held(1, "b.test"));
  EXPECT_TRUE(held(2, "b.test"));
  EXPECT_TRUE(held(3, "c.test"));
  EXPECT_TRUE(admission.pauses_account(3));
  EXPECT_FALSE(admission.pauses_account(2)) << "only its mail to one domain";
  EXPECT_TRUE(end("a.test", 0));
  EXPECT_FALSE(end("b.test", 0)) << "another pause";
  EXPECT_FALSE(held(1, "a.test"));
  EXPECT_TRUE(held(3, "a.test"));
}

TEST_F(Pauses, end_by_themselves) {
  ASSERT_TRUE(begin("a.test", 1, kNow + 1'000));
  const auto crowd = admission.ask({.account_id = 1, .domain = "a.test"});
  ASSERT_TRUE(crowd);
  EXPECT_TRUE(held(1, "a.test"));
  clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(held(1, "a.test"));
  EXPECT_GT(admission.room(*crowd), 0U) << "what waits for it goes on";
  EXPECT_LE(admission.room(*crowd), 1'000U) << "but not all in one look";
  PausingAdmission unread(*database, changes, clock, nullptr);
  EXPECT_EQ(unread.room(*crowd), 0U) << "the pauses are not known";
  EXPECT_FALSE(end("a.test", 1));
  database.change([&](storage::Writer& writer) {
    EXPECT_EQ(delete_ended_pauses(writer, clock.now_ms() + 1, 10), 1);
    return 0;
  });
}

TEST_F(Pauses, are_in_force_again_when_the_clock_is_set_back) {
  ASSERT_TRUE(begin("a.test", 1, kNow + 1'000));
  clock.set_ms(kNow + 2'000);
  ASSERT_TRUE(begin("b.test", 1));
  EXPECT_FALSE(held(1, "a.test"));
  clock.set_ms(kNow);
  EXPECT_TRUE(held(1, "a.test")) << "the tables say so, and mail judged by them would come back at once";
}

TEST_F(Pauses, cost_nothing_when_all_have_ended) {
  ASSERT_TRUE(begin("a.test", 1, kNow + 1'000));
  EXPECT_TRUE(admission.may_refuse());
  clock.set_ms(kNow + 1'000);
  EXPECT_FALSE(admission.may_refuse());
}

TEST_F(Pauses, are_replaced_by_one_for_the_same_mail) {
  ASSERT_TRUE(begin("a.test", 1, kNow + 1'000));
  const auto first = admission.ask({.account_id = 1, .domain = "a.test"});
  ASSERT_TRUE(begin("a.test", 1));
  clock.advance(std::chrono::hours(1));
  EXPECT_TRUE(held(1, "a.test"));
  EXPECT_EQ(admission.ask({.account_id = 1, .domain = "a.test"}), first) << "what waited waits on";
  const PausePage page =
      database.look([&](storage::Reader& reader) { return list_pauses(reader, {.now_ms = clock.now_ms()}); });
  EXPECT_EQ(page.total, 1);
}

TEST_F(Pauses, forbid_mail_that_was_judged_before) {
  Envelope mail;
  mail.id = {1, accounts::MailId::Kind::send, 7, 0};
  mail.scope.account_id = 1;
  mail.to_address = "u@A.test";
  std::uint64_t judged = changes.number();
  ASSERT_TRUE(begin("b.test", 0));
  EXPECT_FALSE(changes.any_since(judged, mail));
  ASSERT_TRUE(begin("a.test", 2));
  EXPECT_TRUE(changes.any_since(judged, mail)) << "it is judged again, and may go";
  judged = changes.number();
  ASSERT_TRUE(begin("", 1));
  EXPECT_TRUE(changes.any_since(judged, mail));
}

TEST_F(Pauses, go_before_the_room_of_the_outlet) {
  testkit::ScriptedAdmission outlet;
  outlet.give("a.test", 0);
  PausingAdmission both(*database, changes, clock, &outlet);
  both.begin_look();
  ASSERT_TRUE(begin("b.test", 0));
  const auto crowded = both.ask({.account_id = 1, .domain = "a.test"});
  EXPECT_EQ(crowded, outlet.crowd_of("a.test"));
  EXPECT_EQ(both.room(*crowded), 0U);
  const std::size_t asked = outlet.asked;
  EXPECT_TRUE(both.ask({.account_id = 1, .domain = "b.test", .sandboxed = true}));
  EXPECT_EQ(outlet.asked, asked) << "paused mail takes no place";
  EXPECT_FALSE(both.ask({.account_id = 1, .domain = "c.test"}));
}

TEST_F(Pauses, are_as_many_as_an_account_may_have) {
  for (std::int64_t i = 0; i < kPausesMax; ++i)
    ASSERT_TRUE(begin("d" + std::to_string(i) + ".test", 1, kNow + 10'000));
  const Status refused = begin("one.more.test", 1);
  ASSERT_FALSE(refused);
  EXPECT_TRUE(refused.error().is(errors::kTooManyPauses));
  EXPECT_TRUE(begin("d7.test", 1)) << "it replaces another";
  EXPECT_TRUE(begin("one.more.test", 2));
  clock.advance(std::chrono::seconds(10));
  EXPECT_TRUE(begin("one.more.test", 1)) << "those that have ended do not count";
}

}  // namespace
}  // namespace sesame::messages

#include "effects/mail_effects.hpp"

#include <gtest/gtest.h>

#include "audience/suppression.hpp"
#include "audience/unsubscribes.hpp"
#include "base/beijing_time.hpp"
#include "effects/complaints.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "effects/volumes.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::effects {
namespace {

class MailEffectsTest : public ::testing::Test {
 protected:
  MailEffectsTest() { mails_.record(17, messages::DeliverStatus::delivered); }

  std::size_t apply(EventKind kind, bool hard = false) {
    MailEvent event;
    event.kind = kind;
    event.mail = mail_;
    event.happened_ms = kNoon + 1000;
    event.reason = "550 5.1.1 no such user";
    event.hard = hard;
    if (kind == EventKind::click) event.link = "https://shop.test/";
    return database_.change(
        [&](storage::Writer& writer) { return effects_.apply(writer, std::span(&event, 1)); });
  }
  void visit(EventKind kind, Visitor visitor, std::int64_t at_ms) {
    MailEvent event;
    event.kind = kind;
    event.mail = mail_;
    event.happened_ms = at_ms;
    event.visitor = visitor;
    database_.change([&](storage::Writer& writer) { return effects_.apply(writer, std::span(&event, 1)); });
  }
  Volume volume() {
    const VolumeQuery query{scope_, beijing_day(kNoon), beijing_day(kNoon), "", ""};
    const auto days = database_.look([&](storage::Reader& reader) { return daily_volumes(reader, query); });
    return days.empty() ? Volume{} : days.front().volume;
  }
  audience::Suppression suppression(std::string_view address) {
    return database_.look([&](storage::Reader& reader) {
      return audience::find_suppressed(reader, scope_, "shop.test", std::span(&address, 1), {},
                                       clock_.now_ms())
          .front();
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  SentMails mails_{database_};
  accounts::MailId mail_ = mails_.id(17);
  RecordedEvents events_;
  const MailEffects effects_{{events_, {}, clock_}};
};

TEST_F(MailEffectsTest, every_open_counts_and_every_reader_clicks_once) {
  apply(EventKind::open);
  apply(EventKind::open);
  apply(EventKind::click);
  apply(EventKind::click);
  EXPECT_EQ(volume().opened, 2);
  EXPECT_EQ(volume().clicked, 1);
  ASSERT_EQ(events_.events.size(), 4U);
  EXPECT_EQ(events_.events.back().link, "https://shop.test/");
}

TEST_F(MailEffectsTest, a_repeated_unsubscription_or_complaint_changes_nothing) {
  for (int i = 0; i < 2; ++i) {
    apply(EventKind::unsubscribe);
    apply(EventKind::spamreport);
  }
  EXPECT_EQ(volume().unsubscribed, 1);
  EXPECT_EQ(volume().complained, 1);
  EXPECT_EQ(events_.events.size(), 2U);
  const auto page = database_.look([&](storage::Reader& reader) {
    ComplaintFilter filter;
    filter.to_ms = kNoon * 2;
    return list_complaints(reader, scope_, filter);
  });
  ASSERT_EQ(page.total, 1);
  EXPECT_EQ(page.complaints.front().subject, "Offers");
}

TEST_F(MailEffectsTest, an_unsubscription_suppresses_mail_of_the_domain) {
  apply(EventKind::unsubscribe);
  EXPECT_EQ(suppression("Reader@post.test"), audience::Suppression::unsubscribed);
}

TEST_F(MailEffectsTest, a_complaint_suppresses_mail_of_the_domain) {
  apply(EventKind::spamreport);
  EXPECT_EQ(suppression("reader@post.test"), audience::Suppression::unsubscribed);
}

TEST_F(MailEffectsTest, a_mail_whose_recipient_unsubscribes_again_and_again_causes_one_event) {
  const std::string reader = "reader@post.test";
  for (int i = 0; i < 5; ++i) {
    apply(EventKind::unsubscribe);
    EXPECT_EQ(suppression(reader), audience::Suppression::unsubscribed);
    database_.change([&](storage::Writer& writer) {
      return audience::remove_unsubscribes(writer, scope_, "shop.test", std::span(&reader, 1));
    });
    EXPECT_EQ(suppression(reader), audience::Suppression::none);
  }
  EXPECT_EQ(volume().unsubscribed, 1);
  EXPECT_EQ(events_.events.size(), 1U);
}

TEST_F(MailEffectsTest, a_returned_mail_is_no_longer_delivered_and_a_hard_one_suppresses) {
  apply(EventKind::bounce, true);
  apply(EventKind::bounce, true);
  EXPECT_EQ(volume().bounced, 1);
  EXPECT_EQ(volume().delivered, -1);
  ASSERT_EQ(events_.events.size(), 1U);
  EXPECT_TRUE(events_.events.front().hard);
  EXPECT_EQ(suppression("reader@post.test"), audience::Suppression::bounced);
}

TEST_F(MailEffectsTest, a_soft_bounce_suppresses_nobody) {
  apply(EventKind::bounce);
  EXPECT_EQ(volume().bounced, 1);
  EXPECT_EQ(suppression("reader@post.test"), audience::Suppression::none);
}

TEST_F(MailEffectsTest, events_of_unknown_mails_are_ignored) {
  mail_.account_id = 2;
  EXPECT_EQ(apply(EventKind::open), 0U);
  EXPECT_TRUE(events_.events.empty());
}

TEST_F(MailEffectsTest, visits_of_machines_are_counted_apart_without_an_event) {
  for (const EventKind kind : {EventKind::open, EventKind::click, EventKind::click})
    visit(kind, Visitor::machine, kNoon + 60'000);
  Volume machines;
  machines.machine_opened = 1;
  machines.machine_clicked = 2;
  EXPECT_EQ(volume(), machines);
  EXPECT_FALSE(mails_.has(mail_, messages::Mark::opened) || mails_.has(mail_, messages::Mark::clicked));
  EXPECT_TRUE(events_.events.empty());
}

TEST_F(MailEffectsTest, a_click_right_after_the_delivery_is_a_machines) {
  mail_ = mails_.id(18);
  mails_.record(18, messages::DeliverStatus::delivered, kNoon);
  visit(EventKind::click, Visitor::person, kNoon + 1999);
  EXPECT_EQ(volume().machine_clicked, 1);
  EXPECT_EQ(volume().clicked, 0);
  visit(EventKind::click, Visitor::person, kNoon + 2000);
  EXPECT_EQ(volume().clicked, 1);
}

TEST_F(MailEffectsTest, clicks_on_all_links_at_once_within_a_minute_are_a_scanners) {
  mail_ = mails_.id(18);
  mails_.record(18, messages::DeliverStatus::delivered, kNoon);
  const auto click = [&](bool all_links, std::int64_t at_ms) {
    MailEvent event;
    event.kind = EventKind::click;
    event.mail = mail_;
    event.happened_ms = at_ms;
    event.all_links = all_links;
    database_.change([&](storage::Writer& writer) { effects_.apply(writer, std::span(&event, 1)); });
  };
  click(true, kNoon + 59'999);
  EXPECT_EQ(volume().machine_clicked, 1);
  EXPECT_EQ(volume().clicked, 0);
  click(true, kNoon + 60'000);
  EXPECT_EQ(volume().clicked, 1);
  EXPECT_EQ(volume().machine_clicked, 1);
}

TEST_F(MailEffectsTest, a_click_while_the_mail_is_handed_over_is_a_machines) {
  mail_ = mails_.queue_send();
  visit(EventKind::click, Visitor::person, kNoon);
  visit(EventKind::open, Visitor::proxy, kNoon);
  visit(EventKind::open, Visitor::person, kNoon);
  EXPECT_EQ(volume().machine_clicked, 1);
  EXPECT_EQ(volume().machine_opened, 1);
  EXPECT_EQ(volume().opened, 1);
  // The attempt is uncertain: the reply may have been lost and the mail be read.
  mail_ = mails_.id(18);
  mails_.record(18, messages::DeliverStatus::deferred);
  visit(EventKind::click, Visitor::person, kNoon);
  EXPECT_EQ(volume().clicked, 1);
}

TEST_F(MailEffectsTest, an_image_is_a_machines_if_a_proxy_fetched_it_right_after_the_delivery) {
  mail_ = mails_.id(18);
  mails_.record(18, messages::DeliverStatus::delivered, kNoon);
  visit(EventKind::open, Visitor::proxy, kNoon + 1000);
  EXPECT_EQ(volume().machine_opened, 1);
  visit(EventKind::open, Visitor::person, kNoon + 1000);
  visit(EventKind::open, Visitor::proxy, kNoon + 5000);
  EXPECT_EQ(volume().opened, 2);
}

}  // namespace
}  // namespace sesame::effects

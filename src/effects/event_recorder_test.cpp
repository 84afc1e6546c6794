#include "effects/event_recorder.hpp"

#include "effects/outcome_fixture.hpp"

namespace sesame::effects {
namespace {

using messages::DeliverStatus;

class EventRecorderTest : public OutcomeSinkTest {
 protected:
  std::vector<EventKind> kinds() const {
    std::vector<EventKind> found;
    for (const Event& event : events_.events) found.push_back(event.kind);
    return found;
  }

  RecordedEvents events_;
  EventRecorder recorder_{events_, classifier_};
};

TEST_F(EventRecorderTest, every_status_is_an_event_of_its_kind) {
  record(recorder_, outcome(DeliverStatus::deferred, "451 4.7.1 try later"));
  record(recorder_, outcome(DeliverStatus::delivered, "250 ok"));
  EXPECT_EQ(kinds(), (std::vector{EventKind::deferred, EventKind::delivered}));
  const Event& last = events_.events.back();
  EXPECT_EQ(last.mail.message_id, "id-17");
  EXPECT_EQ(last.mail.to_address, "Reader@post.test");
  EXPECT_EQ(last.happened_ms, kNoon + 1000);
  EXPECT_EQ(last.reason, "250 ok");
}

TEST_F(EventRecorderTest, each_deferral_is_an_event) {
  for (int i = 0; i < 3; ++i) record(recorder_, outcome(DeliverStatus::deferred));
  EXPECT_EQ(kinds().size(), 3U);
}

TEST_F(EventRecorderTest, a_mail_that_waits_on_without_an_attempt_is_no_further_event) {
  messages::Outcome waits = outcome(DeliverStatus::deferred, "connection refused");
  waits.attempt.reset();
  for (int i = 0; i < 3; ++i) record(recorder_, waits);
  record(recorder_, outcome(DeliverStatus::deferred, "451 4.7.1 try later"));
  EXPECT_EQ(kinds(), (std::vector{EventKind::deferred, EventKind::deferred}));
}

TEST_F(EventRecorderTest, a_repeated_outcome_is_no_event) {
  record(recorder_, outcome(DeliverStatus::delivered));
  record(recorder_, outcome(DeliverStatus::delivered));
  record(recorder_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  record(recorder_, outcome(DeliverStatus::deferred));
  EXPECT_EQ(kinds(), (std::vector{EventKind::delivered}));
}

TEST_F(EventRecorderTest, a_refusal_that_says_there_is_no_such_user_is_hard) {
  record(recorder_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_EQ(kinds(), (std::vector{EventKind::bounce}));
  EXPECT_TRUE(events_.events.front().hard);
}

TEST_F(EventRecorderTest, a_full_mailbox_is_not_hard) {
  record(recorder_, outcome(DeliverStatus::refused, "552 5.2.2 mailbox full"));
  EXPECT_EQ(kinds(), (std::vector{EventKind::bounce}));
  EXPECT_FALSE(events_.events.front().hard);
}

TEST_F(EventRecorderTest, a_refusal_of_the_sender_is_not_hard) {
  messages::Outcome refused = outcome(DeliverStatus::refused, "550 5.1.1 no such user");
  refused.about_recipient = false;
  record(recorder_, refused);
  EXPECT_FALSE(events_.events.front().hard);
}

TEST_F(EventRecorderTest, a_dropped_mail_is_an_event_with_its_reason) {
  messages::Outcome dropped = outcome(DeliverStatus::dropped, "the recipient is suppressed");
  dropped.send_status = 1007;
  record(recorder_, dropped);
  EXPECT_EQ(kinds(), (std::vector{EventKind::dropped}));
  EXPECT_EQ(events_.events.front().reason, "the recipient is suppressed");
  EXPECT_FALSE(events_.events.front().hard);
}

}  // namespace
}  // namespace sesame::effects

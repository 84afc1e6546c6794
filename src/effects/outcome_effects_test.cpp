#include "effects/outcome_effects.hpp"

#include "audience/hard_bounces.hpp"
#include "base/beijing_time.hpp"
#include "effects/outcome_fixture.hpp"
#include "effects/volumes.hpp"

namespace sesame::effects {
namespace {

using messages::DeliverStatus;

class VolumeCounterTest : public OutcomeSinkTest {
 protected:
  Volume volume() {
    const VolumeQuery query{scope_, beijing_day(kNoon), beijing_day(kNoon), "shop.test", "post.test"};
    const auto days = database_.look([&](storage::Reader& reader) { return daily_volumes(reader, query); });
    return days.empty() ? Volume{} : days.front().volume;
  }
  VolumeCounter volumes_;
};

TEST_F(VolumeCounterTest, the_first_outcome_of_a_mail_counts_it_as_requested) {
  record(volumes_, outcome(DeliverStatus::delivered));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1, .delivered = 1}));
}

TEST_F(VolumeCounterTest, a_deferred_mail_is_requested_once_and_delivered_later) {
  record(volumes_, outcome(DeliverStatus::deferred));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1}));
  record(volumes_, outcome(DeliverStatus::deferred));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1}));
  record(volumes_, outcome(DeliverStatus::delivered));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1, .delivered = 1}));
}

TEST_F(VolumeCounterTest, a_deferred_mail_that_is_refused_later_bounces_once) {
  record(volumes_, outcome(DeliverStatus::deferred));
  record(volumes_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  record(volumes_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1, .bounced = 1}));
}

TEST_F(VolumeCounterTest, a_repeated_outcome_does_not_count) {
  record(volumes_, outcome(DeliverStatus::delivered));
  record(volumes_, outcome(DeliverStatus::delivered));
  record(volumes_, outcome(DeliverStatus::refused));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1, .delivered = 1}));
}

TEST_F(VolumeCounterTest, a_withheld_mail_is_requested_but_not_accepted) {
  messages::Outcome withheld = outcome(DeliverStatus::dropped);
  withheld.send_status = 1007;
  record(volumes_, withheld);
  EXPECT_EQ(volume(), (Volume{.requested = 1}));
}

TEST_F(VolumeCounterTest, a_deferred_mail_that_is_dropped_later_stays_accepted) {
  record(volumes_, outcome(DeliverStatus::deferred));
  record(volumes_, outcome(DeliverStatus::dropped, "4.4.7 expired"));
  EXPECT_EQ(volume(), (Volume{.requested = 1, .accepted = 1}));
}

class BounceSuppressorTest : public OutcomeSinkTest {
 protected:
  bool suppressed() {
    return database_.look([&](storage::Reader& reader) {
      const audience::HardBounceFilter filter{.to_ms = kNoon + kNoon, .address = "reader@post.test"};
      return audience::list_hard_bounces(reader, scope_, filter, rules_, clock_.now_ms()).total > 0;
    });
  }
  audience::SuppressionRules rules_{.bounce_days = 100'000};
  BounceSuppressor suppressor_{rules_, classifier_, clock_};
};

TEST_F(BounceSuppressorTest, an_address_that_does_not_exist_is_suppressed) {
  record(suppressor_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_TRUE(suppressed());
}

TEST_F(BounceSuppressorTest, an_address_that_is_refused_after_a_deferral_is_suppressed) {
  record(suppressor_, outcome(DeliverStatus::deferred, "451 4.7.1 try later"));
  EXPECT_FALSE(suppressed());
  record(suppressor_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_TRUE(suppressed());
}

TEST_F(BounceSuppressorTest, a_full_mailbox_is_not_suppressed) {
  record(suppressor_, outcome(DeliverStatus::refused, "552 5.2.2 mailbox full"));
  EXPECT_FALSE(suppressed());
}

TEST_F(BounceSuppressorTest, a_refusal_of_the_sender_suppresses_nobody) {
  messages::Outcome refused = outcome(DeliverStatus::refused, "550 5.1.1 no such user");
  refused.about_recipient = false;
  record(suppressor_, refused);
  EXPECT_FALSE(suppressed());
}

TEST_F(BounceSuppressorTest, a_deferral_suppresses_nobody_whatever_its_words) {
  record(suppressor_, outcome(DeliverStatus::deferred, "450 5.1.1 no such user"));
  EXPECT_FALSE(suppressed());
}

TEST_F(BounceSuppressorTest, a_repeated_outcome_suppresses_nobody) {
  record(suppressor_, outcome(DeliverStatus::delivered));
  record(suppressor_, outcome(DeliverStatus::refused, "550 5.1.1 no such user"));
  EXPECT_FALSE(suppressed());
}

}  // namespace
}  // namespace sesame::effects

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "bounces/classifier.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "messages/source.hpp"

namespace sesame::effects {

/// Outcomes that are recorded as the delivery does it: the message row, then the sink, in one job.
class OutcomeSinkTest : public ::testing::Test {
 protected:
  messages::Outcome outcome(messages::DeliverStatus status, std::string text = "") const {
    messages::Outcome made;
    made.id = mails_.id(17);
    made.scope = scope_;
    made.message_id = "id-17";
    made.from_address = "news@shop.test";
    made.to_address = "Reader@post.test";
    made.requested_ms = kNoon;
    made.happened_ms = kNoon + 1000;
    made.next_attempt_ms = status == messages::DeliverStatus::deferred ? kNoon + 60'000 : 0;
    made.status = status;
    made.attempt.emplace();
    made.about_recipient = true;
    made.text = std::move(text);
    return made;
  }
  void record(messages::OutcomeSink& sink, const messages::Outcome& given) {
    database_.change([&](storage::Writer& writer) {
      std::vector<messages::Outcome> outcomes{given};
      messages::record_outcomes(writer, outcomes);
      sink.record(writer, outcomes);
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  SentMails mails_{database_};
  const bounces::Classifier classifier_;
};

}  // namespace sesame::effects

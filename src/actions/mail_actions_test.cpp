#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "actions/families.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/suppression_filter.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/description.hpp"
#include "delivery/inbox.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "messages/marks.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

namespace json = boost::json;
using testing::ElementsAre;

// A server in mode sandbox with a single send whose mail lies in the inbox. Every answer is checked against
// the description.
class MailActionsTest : public testing::Test {
 protected:
  MailActionsTest() {
    api_.clock.set_ms(effects::kNoon + 6);
    rules_.sandbox = true;
    add_mail_actions(api_.actions, {classifier_, filters_, rules_, [] { return std::nullopt; }});
    add_simulate_action(api_.actions, {*api_.database, effects_, events_, classifier_});
    add_recipient_check_action(api_.actions, {filters_, classifier_, rules_, marks_});
    const accounts::MailId id = mails_.queue_send();
    api_.database.change([&](storage::Writer& writer) {
      const auto row = messages::find_message(writer, id);
      message_id_ = row->message_id;
      messages::AttemptTrace trace{.host = "sandbox", .stage = smtp::Stage::dot, .code = 250};
      trace.plain = true;
      record_attempt(writer, *row, messages::DeliverStatus::delivered, "250 2.0.0 kept in the sandbox inbox",
                     std::move(trace));
      delivery::InboxMail copy = delivery::pack_mail("Subject: Offers\r\n\r\nHello\r\n");
      copy.scope = row->scope;
      copy.message_id = message_id_;
      copy.to_address = row->to_address;
      copy.received_ms = effects::kNoon + 4;
      delivery::store_mail(writer, copy);
      delivery::trim_inbox(writer, row->scope, 1, 10);
    });
  }

  /// Records the first attempt at a mail that waits.
  static void record_attempt(storage::Writer& writer, const auto& row, messages::DeliverStatus status,
                             const std::string& text, messages::AttemptTrace trace) {
    messages::Outcome outcome{messages::Envelope(row), {}};
    outcome.row_id = row.row_id;
    outcome.status = status;
    outcome.text = text;
    outcome.attempts = 1;
    outcome.happened_ms = outcome.first_attempt_ms = effects::kNoon + 5;
    outcome.attempt = std::move(trace);
    messages::record_outcomes(writer, std::span(&outcome, 1));
  }

  json::object call(std::string_view action, const json::object& parameters) {
    json::object answer = api_.call(action, json::serialize(parameters), kOwnVersion);
    EXPECT_FALSE(answer.contains("Error")) << answer;
    answer.erase("RequestId");
    EXPECT_TRUE(cloudapi::check_answer(*cloudapi::find_action(kOwnVersion, action), answer)) << answer;
    return answer;
  }
  std::string code(std::string_view action, const json::object& parameters) {
    const std::string outcome = api_.outcome(api_.request(action, json::serialize(parameters), kOwnVersion));
    return outcome.substr(0, outcome.find(':'));
  }
  json::object simulate(std::string_view event, json::object more = {}) {
    more["MessageId"] = message_id_;
    more["Event"] = event;
    return call("SimulateMailEvent", more).at("Mail").as_object();
  }
  json::object mail() { return call("GetMail", {{"MessageId", message_id_}}); }
  bool may_be_mailed() {
    return call("CheckRecipient", {{"EmailAddress", "reader@post.test"}, {"SenderDomain", "shop.test"}})
        .at("MayBeMailed")
        .as_bool();
  }
  static std::vector<std::string> lists_of(const json::object& answer) {
    std::vector<std::string> lists;
    for (const json::value& list : answer.at("Lists").as_array()) {
      EXPECT_TRUE(list.at("Simulated").as_bool());
      lists.emplace_back(list.at("List").as_string());
    }
    return lists;
  }

  testkit::CloudApi api_;
  audience::SuppressionRules rules_ = [] {
    audience::SuppressionRules rules;
    rules.sandbox = true;
    return rules;
  }();
  const senders::SandboxMarks marks_;
  campaigns::SuppressionFilter suppression_{rules_};
  const campaigns::MailFilters filters_{{&suppression_}};
  const bounces::Classifier classifier_;
  effects::SentMails mails_{api_.database};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, rules_, api_.clock, {}}};
  std::string message_id_;
};

TEST_F(MailActionsTest, list_and_describe_a_mail) {
  const json::object page = call("ListMails", {{"Limit", 10}, {"ToEmailAddress", "READER@post.test"}});
  ASSERT_EQ(page.at("Data").as_array().size(), 1u);
  EXPECT_EQ(page.at("Position").as_string(), "");
  const json::object found = mail();
  EXPECT_EQ(found.at("Mail"), page.at("Data").at(0));
  EXPECT_EQ(found.at("Mail").at("State").as_string(), "delivered");
  EXPECT_EQ(found.at("SenderDomain").as_string(), "shop.test");
  EXPECT_EQ(found.at("InboxMailId").as_int64(), 1);
  EXPECT_EQ(found.at("Recipients").as_array().size(), 1u);
}

TEST_F(MailActionsTest, tell_each_attempt_and_count_simulated_events_as_none) {
  const json::array before = mail().at("Attempts").as_array();
  ASSERT_EQ(before.size(), 1u);
  const json::object& attempt = before[0].as_object();
  EXPECT_EQ(attempt.at("Result").as_string(), "delivered");
  EXPECT_EQ(attempt.at("Host").as_string(), "sandbox");
  EXPECT_EQ(attempt.at("Reply").as_string(), "250 2.0.0 kept in the sandbox inbox");
  EXPECT_TRUE(attempt.at("DurationMs").is_null());
  simulate("hard_bounce");
  const json::array after = mail().at("Attempts").as_array();
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0].at("Result").as_string(), "delivered");
}

TEST_F(MailActionsTest, explain_the_reply_of_an_attempt) {
  const accounts::MailId id = mails_.queue_send();
  const std::string message_id = api_.database.change([&](storage::Writer& writer) {
    const auto row = messages::find_message(writer, id);
    const std::string reply = "550 5.1.1 no such user";
    record_attempt(
        writer, *row, messages::DeliverStatus::refused, reply,
        {.host = "mx.post.test[192.0.2.7]:25", .stage = smtp::Stage::rcpt, .code = 550, .text = reply});
    return row->message_id;
  });
  const json::object attempt = call("GetMail", {{"MessageId", message_id}}).at("Attempts").at(0).as_object();
  EXPECT_EQ(attempt.at("Result").as_string(), "refused");
  EXPECT_EQ(attempt.at("Stage").as_string(), "rcpt");
  EXPECT_EQ(attempt.at("Reason").as_string(), "the mailbox does not exist");
  EXPECT_EQ(attempt.at("Class").as_string(), "hard_unknown_user");
  EXPECT_EQ(attempt.at("Status").as_string(), "5.1.1");
  EXPECT_EQ(attempt.at("DurationMs").as_int64(), 0);
}

TEST_F(MailActionsTest, go_on_behind_a_position_and_refuse_any_other) {
  mails_.queue_send();
  const json::object first = call("ListMails", {{"Limit", 1}});
  ASSERT_NE(first.at("Position").as_string(), "");
  const json::object second = call("ListMails", {{"Limit", 1}, {"Position", first.at("Position")}});
  EXPECT_EQ(second.at("Data").at(0).at("MessageId").as_string(), message_id_);
  for (const char* position : {"x", "1", "1-", "-", "1-2x", "99999999999999999999-1"})
    EXPECT_EQ(code("ListMails", {{"Limit", 1}, {"Position", position}}), "InvalidParameterValue") << position;
  EXPECT_EQ(code("ListMails", {{"Limit", 1}, {"RequestDate", "2026-02-30"}}), "InvalidParameterValue");
  EXPECT_EQ(code("ListMails", {{"Limit", 101}}), "FailedOperation.InvalidLimit");
  EXPECT_EQ(code("GetMail", {{"MessageId", "nonsense"}}), "ResourceNotFound");
  EXPECT_EQ(code("GetMail", {{"MessageId", message_id_}, {"ToEmailAddress", "other@post.test"}}),
            "ResourceNotFound");
}

TEST_F(MailActionsTest, simulate_a_hard_bounce_as_a_real_one) {
  EXPECT_TRUE(may_be_mailed());
  const json::object after = simulate("hard_bounce", {{"Reply", "550 5.1.1 no such user"}});
  EXPECT_EQ(after.at("State").as_string(), "refused");
  EXPECT_EQ(after.at("Reply").as_string(), "550 5.1.1 no such user");
  EXPECT_EQ(after.at("Class").as_string(), "hard_unknown_user");
  EXPECT_FALSE(may_be_mailed());
  EXPECT_THAT(lists_of(mail()), ElementsAre("hard_bounce"));
  ASSERT_EQ(events_.events.size(), 1u);
  EXPECT_EQ(events_.events[0].kind, effects::EventKind::bounce);
  EXPECT_TRUE(events_.events[0].hard);
}

TEST_F(MailActionsTest, simulate_what_does_not_suppress) {
  EXPECT_EQ(simulate("soft_bounce").at("State").as_string(), "refused");
  EXPECT_TRUE(may_be_mailed());
  EXPECT_TRUE(simulate("open").at("UserOpened").as_bool());
  EXPECT_TRUE(simulate("click", {{"Link", "https://shop.test/"}}).at("UserClicked").as_bool());
  simulate("delivered");
  EXPECT_TRUE(may_be_mailed());
  ASSERT_EQ(events_.events.size(), 4u);
  EXPECT_EQ(events_.events[2].link, "https://shop.test/");
  EXPECT_EQ(events_.events[3].kind, effects::EventKind::delivered);
}

TEST_F(MailActionsTest, simulate_unsubscribing_and_a_complaint) {
  EXPECT_TRUE(simulate("unsubscribe").at("UserUnsubscribed").as_bool());
  EXPECT_FALSE(may_be_mailed());
  EXPECT_THAT(lists_of(mail()), ElementsAre("unsubscribed"));
  EXPECT_TRUE(simulate("complaint").at("UserComplained").as_bool());
  EXPECT_THAT(lists_of(mail()), ElementsAre("complained"));
}

TEST_F(MailActionsTest, simulate_nothing_for_a_mail_that_is_not_in_the_inbox) {
  api_.database.change([](storage::Writer& writer) { delivery::empty_inbox(writer, {1, "ap-guangzhou"}); });
  EXPECT_EQ(code("SimulateMailEvent", {{"MessageId", message_id_}, {"Event", "open"}}), "ResourceNotFound");
  EXPECT_EQ(code("SimulateMailEvent", {{"MessageId", "none"}, {"Event", "open"}}), "ResourceNotFound");
  EXPECT_EQ(code("SimulateMailEvent", {{"MessageId", message_id_}, {"Event", "rain"}}),
            "InvalidParameterValue");
  EXPECT_EQ(mail().at("InboxMailId").as_int64(), 0);
}

}  // namespace
}  // namespace sesame::actions

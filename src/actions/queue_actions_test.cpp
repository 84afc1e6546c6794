#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/families.hpp"
#include "messages/queues_fixture.hpp"
#include "messages/sweeps.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::StartsWith;

// A server whose caller manages accounts, with two mails that wait.
class QueueActionsTest : public testing::Test {
 protected:
  QueueActionsTest() {
    add_queue_actions(api_.actions);
    add_pause_actions(api_.actions, {[] {}});
    add_sweep_actions(api_.actions, {[] {}});
    std::vector<messages::NewMessage> mails;
    for (const char* to : {"ann@shop.test", "bob@b\u00fccher.test"}) {
      messages::NewMessage mail;
      mail.id = {1, accounts::MailId::Kind::send, 7, static_cast<std::uint32_t>(mails.size())};
      mail.scope = {1, "ap-guangzhou"};
      mail.message_id = "id-7";
      mail.from_address = "a@sender.test";
      mail.to_address = to;
      mail.requested_ms = api_.clock.now_ms();
      mails.push_back(std::move(mail));
    }
    api_.database.change([&](storage::Writer& writer) { messages::enqueue(writer, mails); });
  }

  std::string outcome(std::string_view action, std::string_view body) {
    api_.clock.advance(std::chrono::seconds(1));
    return api_.outcome(api_.request(action, body, kOwnVersion));
  }
  std::size_t sweeps() {
    return api_.database.look([](storage::Reader& reader) { return messages::read_sweeps(reader).size(); });
  }

  testkit::CloudApi api_;
};

TEST_F(QueueActionsTest, refuse_what_is_no_domain) {
  for (const std::string_view domain :
       {"@", "ann@", "@shop.test", "ann@shop.test", " ", ".", "shop", "a..test"}) {
    const std::string part = R"("Domain":")" + std::string(domain) + R"(")";
    const std::string whole = "{" + part + R"(,"Reason":"sold","AppId":1250000000})";
    for (const std::string_view action : {"DropWaitingMail", "PauseDelivery"}) {
      const std::string said = outcome(action, "{" + part + R"(,"Reason":"sold"})");
      EXPECT_THAT(said, StartsWith("InvalidParameterValue: ")) << action;
      EXPECT_THAT(said, testing::AllOf(HasSubstr("Domain"), HasSubstr(std::string(domain)))) << action;
    }
    for (const std::string_view action : {"RetryWaitingMail", "ResumeDelivery"})
      EXPECT_THAT(outcome(action, "{" + part + "}"), StartsWith("InvalidParameterValue: ")) << action;
    for (const std::string_view action : {"ListDeliveryQueues", "ListDeliveryPauses", "ListWaitingMails"})
      EXPECT_THAT(outcome(action, "{" + part + R"(,"Offset":0,"Limit":10})"),
                  StartsWith("InvalidParameterValue: "))
          << action;
  }
  EXPECT_EQ(sweeps(), 0U) << "nothing was ordered";
}

TEST_F(QueueActionsTest, concern_all_mail_only_when_told_so) {
  EXPECT_THAT(outcome("DropWaitingMail", R"({"Reason":"sold"})"), StartsWith("MissingParameter"));
  EXPECT_THAT(outcome("DropWaitingMail", R"({"Domain":"","Reason":"sold"})"), StartsWith("MissingParameter"));
  EXPECT_THAT(outcome("PauseDelivery", R"({"Domain":"","Reason":"sold"})"), StartsWith("MissingParameter"));
  EXPECT_EQ(sweeps(), 0U);
}

TEST_F(QueueActionsTest, know_a_domain_in_each_of_its_forms) {
  for (const std::string_view domain : {"b\u00fccher.test", "B\u00dcCHER.Test", "XN--bcher-kva.test"}) {
    api_.clock.advance(std::chrono::seconds(1));
    const json::object counted = api_.call(
        "DropWaitingMail", R"({"Domain":")" + std::string(domain) + R"(","Reason":"sold"})", kOwnVersion);
    EXPECT_EQ(counted.at("Count"), 1) << domain;
  }
  EXPECT_EQ(sweeps(), 3U);
}

}  // namespace
}  // namespace sesame::actions

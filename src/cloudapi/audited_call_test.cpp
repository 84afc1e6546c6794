#include "cloudapi/audited_call.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

AuditedCall begun(std::string name, const SessionCaller* session = nullptr) {
  ActionDescription action;
  action.name = std::move(name);
  accounts::Credential caller;
  caller.secret_id = "AKID1";
  caller.account_id = 7;
  return begin_audit(action, caller, session, "cli");
}

std::string target_of(const char* parameters) {
  AuditedCall audited = begun("DeleteReceiver");
  add_target(audited, json::parse(parameters).as_object());
  return audited.entry.target;
}

TEST(AuditedCall, names_the_actor) {
  EXPECT_EQ(begun("DeleteReceiver").entry.actor, "AKID1");
  EXPECT_EQ(begun("DeleteReceiver").entry.actor_kind, accounts::ActorKind::credential);
  SessionCaller ann;
  ann.user = "ann";
  EXPECT_EQ(begun("DeleteReceiver", &ann).entry.actor, "ann");
  EXPECT_EQ(begun("DeleteReceiver", &ann).entry.actor_kind, accounts::ActorKind::user);
  EXPECT_EQ(begun("DeleteReceiver", &ann).entry.account_id, 7);
}

TEST(AuditedCall, is_counted_when_its_action_comes_by_the_thousand) {
  EXPECT_TRUE(begun("SendEmail").counted);
  EXPECT_TRUE(begun("CreateReceiverDetail").counted);
  EXPECT_TRUE(begun("CreateReceiverDetailWithData").counted);
  EXPECT_FALSE(begun("BatchSendEmail").counted);
}

TEST(AuditedCall, target_is_what_the_parameters_name_and_nothing_else) {
  EXPECT_EQ(target_of(R"({"ReceiverId":17,"Enabled":false,"Name":"ann"})"),
            "ReceiverId=17, Enabled=false, Name=ann");
  EXPECT_EQ(
      target_of(
          R"({"Password":"secret","Url":"https://x/?token=1","Subject":"Hi","Template":{"TemplateID":3},)"
          R"("TemplateContent":{"Html":"x"},"TemplateData":"{}"})"),
      "");
  EXPECT_EQ(target_of(R"({"Domain":"shop.test","Reason":"sold"})"), "Domain=shop.test");
  EXPECT_EQ(target_of(R"({"Emails":["a@b.test","c@d.test","e@f.test"]})"), "Emails=a@b.test +2");
  EXPECT_EQ(target_of(R"({"Emails":[],"TaskId":null,"AppId":18446744073709551615})"),
            "AppId=18446744073709551615");
  EXPECT_LT(target_of((R"({"Name":")" + std::string(5000, 'x') + "\"}").c_str()).size(), 200U);
}

TEST(AuditedCall, a_name_cannot_be_read_as_another_parameter) {
  EXPECT_EQ(target_of(R"({"Name":"x, AppId=1","TaskId":2})"), R"(Name="x, AppId=1", TaskId=2)");
  EXPECT_EQ(target_of(R"({"ReceiversName":"the \"best\" +2"})"), R"(ReceiversName="the \"best\" +2")");
  EXPECT_EQ(target_of(R"({"Emails":["ann=x@b.test","c@d.test"]})"), R"(Emails="ann=x@b.test" +1)");
  EXPECT_EQ(target_of(R"({"ReceiversName":"asked: x"})"), R"(ReceiversName="asked: x")");
}

TEST(AuditedCall, what_a_refused_call_names_is_marked) {
  EXPECT_EQ(asked_target("TaskId=17"), "asked: TaskId=17");
  EXPECT_EQ(asked_target(""), "");
}

TEST(AuditedCall, adds_what_was_made_once) {
  std::string target = "TaskId=4";
  add_made(target,
           json::parse(R"({"TaskId":5,"ReceiverId":6,"SecretId":"AKID2","SecretKey":"hush"})").as_object());
  EXPECT_EQ(target, "TaskId=4, ReceiverId=6, SecretId=AKID2");
}

}  // namespace
}  // namespace sesame::cloudapi

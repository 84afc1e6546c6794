#include "cloudapi/check.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "cloudapi/patterns.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

std::string fact(const Error& error, std::string_view name) {
  for (const Error::Fact& fact : error.facts()) {
    if (fact.name == name) return fact.value;
  }
  return "-";
}

/// "code name" of the refusal, or "fine".
std::string verdict(std::string_view action, const json::value& parameters,
                    std::span<const SettingBound> settings = {}) {
  const Status status =
      check_parameters(*find_action("2020-10-02", action), parameters.as_object(), settings);
  if (status) return "fine";
  return std::string(code_of(status.error())) + " " + fact(status.error(), "name");
}

std::string verdict_of(std::string_view action, std::string_view text) {
  return verdict(action, json::parse(text));
}

struct Case {
  std::string_view action, parameters, verdict;
};

TEST(Check, refuses_names_it_does_not_know) {
  for (const Case& c : std::initializer_list<Case>{
           {"ListEmailAddress", R"({"$schema":1})", "UnknownParameter $schema"},
           {"ListEmailAddress", R"({"":1})", "UnknownParameter "},
           {"CreateReceiver", R"({"receiversName":"a"})", "UnknownParameter receiversName"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Template":{"TemplateId":1}})",
            "UnknownParameter Template.TemplateId"},
           {"SendEmail",
            R"({"FromEmailAddress":"a@b.test","Subject":"s","Attachments":[{"FileName":"a","X":1}]})",
            "UnknownParameter Attachments.0.X"},
           {"CreateReceiverDetailWithData",
            R"({"ReceiverId":1,"Datas":[{"Email":"a","TemplateData":""},{"Email":"a","Templatedata":""}]})",
            "UnknownParameter Datas.1.Templatedata"}}) {
    EXPECT_EQ(verdict_of(c.action, c.parameters), c.verdict) << c.parameters;
  }
}

TEST(Check, refuses_what_is_missing_and_takes_null_for_missing) {
  for (const Case& c : std::initializer_list<Case>{
           {"CreateReceiver", "{}", "MissingParameter ReceiversName"},
           {"CreateReceiver", R"({"ReceiversName":null})", "MissingParameter ReceiversName"},
           {"CreateReceiver", R"({"ReceiversName":"a","Desc":null})", "fine"},
           {"CreateReceiverDetail", R"({"ReceiverId":1})", "MissingParameter.EmailsNecessary Emails"},
           {"CreateReceiverDetail", R"({"ReceiverId":1,"Emails":[]})",
            "MissingParameter.EmailsNecessary Emails"},
           {"CreateReceiverDetail", R"({"Emails":["a"]})", "MissingParameter.ReceiverIdNecessary ReceiverId"},
           {"DeleteReceiver", "{}", "MissingParameter.ReceiverIdNecessary ReceiverId"},
           {"BatchSendEmail", "{}", "MissingParameter.SendParamNecessary FromEmailAddress"},
           {"GetSendEmailStatus", R"({"Offset":0,"Limit":1})", "MissingParameter RequestDate"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Template":{"TemplateData":"{}"}})",
            "MissingParameter Template.TemplateID"},
           {"SendEmail",
            R"({"FromEmailAddress":"a@b.test","Subject":"s","Attachments":[{"FileName":"a"},{}]})",
            "MissingParameter Attachments.1.FileName"}}) {
    EXPECT_EQ(verdict_of(c.action, c.parameters), c.verdict) << c.parameters;
  }
}

TEST(Check, refuses_elements_that_break_the_rules_of_their_list) {
  const auto events = [](std::string_view list) {
    const std::string text = R"({"Url":"https://shop.test/","Events":)" + std::string(list) + "}";
    const Status status =
        check_parameters(*find_action("2026-12-01", "PutWebhook"), json::parse(text).as_object());
    if (status) return std::string("fine");
    return std::string(code_of(status.error())) + " " + fact(status.error(), "name") + " " +
           fact(status.error(), "value");
  };
  EXPECT_EQ(events(R"(["bounce","foo"])"), "InvalidParameterValue Events.1 foo");
  EXPECT_EQ(events(R"(["Bounce"])"), "InvalidParameterValue Events.0 Bounce");
  EXPECT_EQ(events(R"(["bounce",""])"), "InvalidParameterValue Events.1 ");
  EXPECT_EQ(events(R"(["bounce","open "])"), "InvalidParameterValue Events.1 open ");
  EXPECT_EQ(events(R"(["bounce","open"])"), "fine");
  EXPECT_EQ(events("[]"), "fine");
}

TEST(Check, takes_types_exactly) {
  for (const Case& c : std::initializer_list<Case>{
           {"DeleteReceiver", R"({"ReceiverId":"1"})", "InvalidParameter ReceiverId"},
           {"DeleteReceiver", R"({"ReceiverId":1.0})", "InvalidParameter ReceiverId"},
           {"DeleteReceiver", R"({"ReceiverId":-1})", "InvalidParameter ReceiverId"},
           {"DeleteReceiver", R"({"ReceiverId":true})", "InvalidParameter ReceiverId"},
           {"DeleteReceiver", R"({"ReceiverId":[1]})", "InvalidParameter ReceiverId"},
           {"DeleteReceiver", R"({"ReceiverId":18446744073709551615})", "fine"},
           {"DeleteReceiver", R"({"ReceiverId":18446744073709551616})", "InvalidParameter ReceiverId"},
           {"CreateReceiver", R"({"ReceiversName":1})", "InvalidParameter ReceiversName"},
           {"UpdateEmailIdentity", R"({"EmailIdentity":"a.test","NewAPI":"true"})",
            "InvalidParameter NewAPI"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Unsubscribe":0})",
            "InvalidParameter Unsubscribe"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Template":[]})",
            "InvalidParameter Template"},
           {"CreateReceiverDetail", R"({"ReceiverId":1,"Emails":"a"})", "InvalidParameter Emails"},
           {"CreateReceiverDetail", R"({"ReceiverId":1,"Emails":["a",null]})", "InvalidParameter Emails.1"},
           {"CreateReceiverDetailWithData", R"({"ReceiverId":1,"Datas":["a"]})",
            "InvalidParameter Datas.0"}}) {
    EXPECT_EQ(verdict_of(c.action, c.parameters), c.verdict) << c.parameters;
  }
}

TEST(Check, names_the_type_it_wants) {
  const auto type = [](std::string_view parameters) {
    const Status status =
        check_parameters(*find_action("2020-10-02", "DeleteReceiver"), json::parse(parameters).as_object());
    return fact(status.error(), "type");
  };
  EXPECT_EQ(type(R"({"ReceiverId":"1"})"), "integer");
  EXPECT_EQ(type(R"({"ReceiverId":-1})"), "unsigned integer");
}

TEST(Check, holds_values_to_their_rules) {
  for (const Case& c : std::initializer_list<Case>{
           {"ListReceivers", R"({"Offset":0,"Limit":100})", "fine"},
           {"ListReceivers", R"({"Offset":0,"Limit":101})", "FailedOperation.InvalidLimit Limit"},
           {"ListReceivers", R"({"Offset":0,"Limit":18446744073709551615})",
            "FailedOperation.InvalidLimit Limit"},
           {"ListReceivers", R"({"Offset":0,"Limit":0})", "fine"},
           {"ListReceivers", R"({"Offset":0,"Limit":1,"Status":4})", "InvalidParameterValue Status"},
           {"CreateReceiver", R"({"ReceiversName":""})",
            "InvalidParameterValue.ReceiverNameIllegal ReceiversName"},
           {"CreateReceiver", R"({"ReceiversName":"春 a-_é7"})", "fine"},
           {"CreateReceiver", R"({"ReceiversName":"a\nb"})",
            "InvalidParameterValue.ReceiverNameIllegal ReceiversName"},
           {"CreateReceiver", R"({"ReceiversName":"a","Desc":""})",
            "InvalidParameterValue.ReceiverDescIllegal Desc"},
           {"CreateReceiver", R"({"ReceiversName":"a","Desc":"<b>"})",
            "InvalidParameterValue.ReceiverDescIllegal Desc"},
           {"ListReceiverDetails", R"({"ReceiverId":1,"Offset":0,"Limit":1,"CreateTimeBegin":"2026-02-29"})",
            "InvalidParameterValue CreateTimeBegin"},
           {"GetSendEmailStatus", R"({"RequestDate":"2026-2-3","Offset":0,"Limit":1})",
            "InvalidParameterValue.WrongDate RequestDate"},
           {"GetSendEmailStatus", R"({"RequestDate":"2024-02-29","Offset":0,"Limit":1})", "fine"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Unsubscribe":"12"})", "fine"},
           {"SendEmail", R"({"FromEmailAddress":"a@b.test","Subject":"s","Unsubscribe":"13"})",
            "InvalidParameterValue Unsubscribe"}}) {
    EXPECT_EQ(verdict_of(c.action, c.parameters), c.verdict) << c.parameters;
  }
}

TEST(Check, counts_lengths_in_code_points) {
  std::string subject;
  for (int i = 0; i < 100; ++i) subject += "信";
  json::object task{
      {"FromEmailAddress", "a@b.test"}, {"ReceiverId", 1}, {"Subject", subject}, {"TaskType", 1}};
  EXPECT_EQ(verdict("BatchSendEmail", task), "fine");
  task["Subject"] = subject + "!";
  EXPECT_EQ(verdict("BatchSendEmail", task), "InvalidParameterValue.SubjectLengthError Subject");
}

TEST(Check, holds_arrays_to_their_bounds) {
  json::object mail{
      {"FromEmailAddress", "a@b.test"}, {"Subject", "s"}, {"Destination", json::array(50, "c@d.test")}};
  EXPECT_EQ(verdict("SendEmail", mail), "fine");
  mail["Destination"].as_array().emplace_back("c@d.test");
  EXPECT_EQ(verdict("SendEmail", mail), "FailedOperation.TooManyRecipients Destination");
}

TEST(Check, lets_a_setting_replace_a_bound) {
  const json::object upload{{"ReceiverId", 1}, {"Emails", json::array(20001, "c@d.test")}};
  EXPECT_EQ(verdict("CreateReceiverDetail", upload), "LimitExceeded.ReceiverDetailRequestLimit Emails");
  const SettingBound wider[] = {{"limits.recipients_per_request", 30000}};
  EXPECT_EQ(verdict("CreateReceiverDetail", upload, wider), "fine");
  const SettingBound none[] = {{"limits.recipients_per_request", 0}};
  EXPECT_EQ(verdict("CreateReceiverDetail", upload, none), "fine");
  const SettingBound narrow[] = {{"limits.recipients_per_request", 5}};
  const Status status = check_parameters(*find_action("2020-10-02", "CreateReceiverDetail"), upload, narrow);
  ASSERT_FALSE(status);
  EXPECT_EQ(fact(status.error(), "limit"), "5");
  EXPECT_EQ(fact(status.error(), "value"), "20001");
}

TEST(Check, speaks_of_unknown_names_first_then_of_missing_ones) {
  EXPECT_EQ(verdict_of("ListReceivers", R"({"Offset":"x","Limit":101,"Zoo":1})"), "UnknownParameter Zoo");
  EXPECT_EQ(verdict_of("ListReceivers", R"({"Limit":"x"})"), "MissingParameter Offset");
  EXPECT_EQ(verdict_of("ListReceivers", R"({"Limit":101,"Offset":"x"})"), "InvalidParameter Offset");
}

/// The parameters without their empty optionals.
std::string kept(std::string_view version, std::string_view action, std::string_view text) {
  json::object parameters = json::parse(text).as_object();
  drop_empty_optionals(*find_action(version, action), parameters);
  return json::serialize(parameters);
}

TEST(Check, empty_optionals_are_dropped_at_every_depth) {
  const std::string_view ses = "2020-10-02";
  EXPECT_EQ(kept(ses, "BatchSendEmail",
                 R"({"TaskType":1,"CycleParam":{},"TimedParam":{"BeginTime":""},"Unsubscribe":"",
                     "Attachments":[],"Simple":{"Html":null,"Text":""},"ADLocation":null})"),
            R"({"TaskType":1})");
  EXPECT_EQ(kept(ses, "ListReceiverDetails",
                 R"({"ReceiverId":1,"CreateTimeBegin":"","CreateTimeEnd":"","Status":"","Email":""})"),
            R"({"ReceiverId":1})");
  EXPECT_EQ(kept(ses, "ListAddressUnsubscribeConfig", R"({"Offset":"","Limit":""})"), "{}");
  EXPECT_EQ(kept(ses, "SendEmail", R"({"Attachments":[{"FileName":"a.txt","Content":"eA==","FileURL":""}]})"),
            R"({"Attachments":[{"FileName":"a.txt","Content":"eA=="}]})");
  EXPECT_EQ(kept(ses, "CreateEmailTemplate", R"({"TemplateContent":{"Html":"","Text":"eA=="}})"),
            R"({"TemplateContent":{"Text":"eA=="}})");
}

TEST(Check, what_says_something_is_kept_and_so_is_what_is_required) {
  const std::string_view ses = "2020-10-02";
  for (const auto& [action, text] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"CreateReceiver", R"({"ReceiversName":""})"},
           {"BatchSendEmail", R"({"CycleParam":{"BeginTime":"","IntervalTime":0}})"},
           {"BatchSendEmail", R"({"ADLocation":0,"Unsubscribe":" "})"},
           {"UpdateEmailIdentity", R"({"NewAPI":false})"},
           {"CreateReceiverDetailWithData", R"({"Datas":[{"Email":"","TemplateData":""}]})"},
           {"ListReceivers", R"({"Unknown":""})"}}) {
    EXPECT_EQ(kept(ses, action, text), text);
  }
  // An empty variable of a script must not make a credential that may do everything.
  EXPECT_EQ(kept("2026-12-01", "CreateCredential", R"({"Name":"","Permission":""})"), R"({"Permission":""})");
}

TEST(Patterns, know_days_that_exist) {
  const Pattern date = find_pattern("date"), datetime = find_pattern("datetime");
  EXPECT_TRUE(date("2024-02-29"));
  EXPECT_FALSE(date("2100-02-29"));
  EXPECT_FALSE(date("2024-13-01"));
  EXPECT_FALSE(date("2024-00-01"));
  EXPECT_FALSE(date("2024-01-01 "));
  EXPECT_TRUE(datetime("2024-02-29 23:59:59"));
  EXPECT_FALSE(datetime("2024-02-29T23:59:59"));
  EXPECT_FALSE(datetime("2024-02-29 24:00:00"));
  const Pattern digits = find_pattern("digits");
  EXPECT_TRUE(digits("0") && digits("0100"));
  EXPECT_FALSE(digits("") || digits("-1") || digits("1.0") || digits("1 "));
  EXPECT_EQ(find_pattern("zodiac"), nullptr);
}

TEST(Patterns, refuse_broken_utf8_and_hidden_directions) {
  for (const std::string_view name : {"label", "prose", "line"}) {
    EXPECT_FALSE(find_pattern(name)("a\xC3")) << name;
    EXPECT_FALSE(find_pattern(name)("a\u202Eb")) << name;
    EXPECT_TRUE(find_pattern(name)("Ünï 7")) << name;
  }
  EXPECT_FALSE(find_pattern("label")(" a"));
}

/// The shortest of five.
template <class Work>
std::chrono::nanoseconds shortest(const Work& work) {
  const SystemClock clock;
  auto best = std::chrono::nanoseconds::max();
  for (int round = 0; round < 5; ++round) {
    const auto start = clock.steady_now();
    work();
    best = std::min<std::chrono::nanoseconds>(best, clock.steady_now() - start);
  }
  return best;
}

// The check looks at each row once. The bound catches work that grows faster than the rows, or copies each of
// them several times; it holds on a busy machine, as both sides slow down.
TEST(Check, of_a_full_upload_costs_about_as_much_as_reading_it) {
  const json::object plain{{"ReceiverId", 1}, {"Emails", json::array(20000, "someone@mail.test")}};
  const json::object row{{"Email", "someone@mail.test"}, {"TemplateData", R"({"name":"Ann"})"}};
  const json::object rich{{"ReceiverId", 1}, {"Datas", json::array(20000, row)}};
  for (const auto& upload :
       {std::pair("CreateReceiverDetail", &plain), std::pair("CreateReceiverDetailWithData", &rich)}) {
    const char* const name = upload.first;
    const json::object& parameters = *upload.second;
    const ActionDescription& action = *find_action("2020-10-02", name);
    const std::string text = json::serialize(parameters);
    const auto checked = shortest([&] { EXPECT_TRUE(check_parameters(action, parameters)); });
    const auto read = shortest([&] { EXPECT_TRUE(json::parse(text).is_object()); });
    RecordProperty(name, std::to_string(checked.count()) + " ns of " + std::to_string(read.count()));
    EXPECT_LT(checked, 2 * read) << name;
  }
}

}  // namespace
}  // namespace sesame::cloudapi

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "accounts/accounts.hpp"
#include "actions/families.hpp"
#include "base/base64.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/description.hpp"
#include "content/composer.hpp"
#include "content/findings.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

namespace json = boost::json;

// Every answer is checked against the description.
class TemplateCheckActionsTest : public testing::Test {
 protected:
  TemplateCheckActionsTest() {
    EXPECT_TRUE(api_.database.change([&](storage::Writer& writer) {
      return accounts::create_account(writer, api_.random, "shop", 10, 1);
    }));
    add_template_actions(api_.actions, {});
    add_template_check_actions(api_.actions, {links_, {}, {}});
  }

  json::object call(std::string_view action, const json::object& parameters) {
    json::object answer = api_.call(action, json::serialize(parameters), kOwnVersion);
    EXPECT_FALSE(answer.contains("Error")) << answer;
    answer.erase("RequestId");
    EXPECT_TRUE(cloudapi::check_answer(*cloudapi::find_action(kOwnVersion, action), answer)) << answer;
    return answer;
  }
  std::string code(const json::object& parameters) {
    const std::string outcome =
        api_.outcome(api_.request("RenderEmailTemplate", json::serialize(parameters), kOwnVersion));
    return outcome.substr(0, outcome.find(':'));
  }
  static json::object content(std::string_view html, std::string_view text) {
    return {{"Html", encode_base64(html)}, {"Text", encode_base64(text)}};
  }
  static std::string decoded(const json::object& answer, std::string_view name) {
    return decode_base64_lines(answer.at(name).as_string()).value();
  }

  const content::MailTokens tokens_{content::MailTokens::Key{1, 2, 3}};
  const content::Links links_{tokens_, "https://links.example", ""};
  testkit::CloudApi api_;
};

TEST_F(TemplateCheckActionsTest, render_a_stored_template_and_given_content_alike) {
  const json::object given = content("<p>Dear {{name}}</p>", "Dear {{name}}");
  const json::object made =
      api_.call("CreateEmailTemplate",
                json::serialize(json::object{{"TemplateName", "a"}, {"TemplateContent", given}}));
  json::object request{{"Subject", "For {{name}}"}, {"TemplateData", R"({"name":"Ann & Bob"})"}};
  request["TemplateContent"] = given;
  const json::object of_content = call("RenderEmailTemplate", request);
  request.erase("TemplateContent");
  request["TemplateID"] = made.at("TemplateID");
  EXPECT_EQ(call("RenderEmailTemplate", request), of_content);
  EXPECT_EQ(of_content.at("Subject").as_string(), "For Ann & Bob");
  EXPECT_EQ(decoded(of_content, "Html"), "<p>Dear Ann &amp; Bob</p>");
  EXPECT_EQ(decoded(of_content, "Text"), "Dear Ann & Bob");
}

TEST_F(TemplateCheckActionsTest, show_what_a_composed_mail_has) {
  content::Mailing mailing;
  mailing.from = {"", "news@shop.test"};
  mailing.subject = "For {{name}}";
  mailing.html = "<p>Dear {{name}}, {{ other }}</p>";
  const auto composer = content::Composer::create(mailing, nullptr);
  ASSERT_TRUE(composer);
  const auto mail = composer->compose({.to = {"ada@post.test"},
                                       .envelope_to = "ada@post.test",
                                       .data_json = R"({"name":"<Ada>"})",
                                       .message_id = "1@shop.test"});
  ASSERT_TRUE(mail);
  const json::object preview = call("RenderEmailTemplate", {{"TemplateContent", content(mailing.html, "")},
                                                            {"Subject", mailing.subject},
                                                            {"TemplateData", R"({"name":"<Ada>"})"}});
  std::string body = mail->bytes.substr(mail->bytes.find("\r\n\r\n") + 4);
  for (std::size_t at = body.find("=\r\n"); at != body.npos; at = body.find("=\r\n")) body.erase(at, 3);
  EXPECT_EQ(body, decoded(preview, "Html") + "\r\n");
  EXPECT_NE(mail->bytes.find("Subject: " + std::string(preview.at("Subject").as_string())),
            std::string::npos);
}

TEST_F(TemplateCheckActionsTest, add_the_footer_that_is_asked_for) {
  const json::object answer =
      call("RenderEmailTemplate", {{"TemplateContent", content("", "Hello")}, {"Unsubscribe", "2"}});
  EXPECT_NE(decoded(answer, "Text").find("https://links.example/u/preview"), std::string::npos);
}

TEST_F(TemplateCheckActionsTest, tell_where_variables_and_faults_stand) {
  const json::object answer =
      call("RenderEmailTemplate", {{"TemplateContent", content("<p>\n {{name}} {{#if}}</p>", "")}});
  const json::object& variable = answer.at("Variables").at(0).as_object();
  EXPECT_EQ(variable.at("Name").as_string(), "name");
  EXPECT_FALSE(variable.at("HasValue").as_bool());
  EXPECT_EQ(variable.at("Places").at(0).at("Line").as_int64(), 2);
  EXPECT_EQ(variable.at("Places").at(0).at("Column").as_int64(), 2);
  ASSERT_EQ(answer.at("Findings").as_array().size(), 1u);
  const json::object& finding = answer.at("Findings").at(0).as_object();
  EXPECT_EQ(finding.at("Rule").as_string(), "placeholder_unknown");
  EXPECT_EQ(finding.at("Excerpt").as_string(), "{{#if}}");
}

TEST_F(TemplateCheckActionsTest, check_the_whole_mail) {
  const json::object answer =
      call("CheckEmailTemplate", {{"TemplateContent", content("<img src='x'><a href='y'>z</a>", "")}});
  EXPECT_EQ(answer.at("HtmlBytes").as_int64(), 30);
  EXPECT_EQ(answer.at("ImageCount").as_int64(), 1);
  EXPECT_EQ(answer.at("LinkCount").as_int64(), 1);
  EXPECT_GT(answer.at("FindingCount").as_int64(), 5);
}

TEST_F(TemplateCheckActionsTest, refuse_what_can_not_be_rendered) {
  const json::object sound = content("<p>a</p>", "");
  EXPECT_EQ(code({}), "InvalidParameterValue");
  EXPECT_EQ(code({{"TemplateID", 1}, {"TemplateContent", sound}}), "InvalidParameterValue");
  EXPECT_EQ(code({{"TemplateID", 7}}), "InvalidParameterValue.TemplateNotExist");
  EXPECT_EQ(code({{"TemplateContent", {{"Html", "*"}}}}), "InvalidParameterValue.TemplateContentIsWrong");
  EXPECT_EQ(code({{"TemplateContent", content("\xff", "")}}), "InvalidParameterValue.TemplateContentIsWrong");
  EXPECT_EQ(code({{"TemplateContent", {{"Html", "\r\n"}}}}), "InvalidParameterValue.TemplateContentIsNULL");
  EXPECT_EQ(code({{"TemplateContent", content(std::string(1024 * 1024 + 1, 'a'), "")}}),
            "FailedOperation.TemplateContentToolarge");
  EXPECT_EQ(code({{"TemplateContent", sound}, {"TemplateData", "[]"}}),
            "InvalidParameterValue.TemplateDataError");
}

TEST(FindingRules, have_chinese_sentences) {
  for (const content::FindingRule& rule : content::finding_rules()) {
    for (const std::string_view english : {rule.text, rule.remedy})
      EXPECT_NE(cloudapi::phrase_in(cloudapi::Language::zh, english), english) << rule.name;
  }
}

}  // namespace
}  // namespace sesame::actions

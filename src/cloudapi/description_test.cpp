#include "cloudapi/description.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <set>
#include <string>

#include "cloudapi/check.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/flatten.hpp"
#include "cloudapi/request_head.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

/// Every code that an action's fields and its list may answer.
std::set<std::string> codes_of(const std::vector<Field>& fields) {
  std::set<std::string> codes;
  for (const Field& field : fields) {
    codes.insert(field.required_code);
    for (const Rule& rule : field.rules) codes.insert(rule.code);
    if (field.structure) codes.merge(codes_of(field.structure->fields));
  }
  codes.erase("");
  return codes;
}

void expect_complete(const std::vector<Field>& fields, const std::string& where) {
  std::set<std::string> names;
  EXPECT_LE(fields.size(), 64u) << where;
  for (const Field& field : fields) {
    EXPECT_FALSE(field.text.en.empty() || field.text.zh.empty()) << where << '.' << field.name;
    EXPECT_TRUE(names.insert(field.name).second) << where << '.' << field.name << " is described twice";
    const bool nests =
        field.type == Type::object || (field.type == Type::array && field.item == Type::object);
    EXPECT_EQ(nests, field.structure != nullptr) << where << '.' << field.name;
  }
}

/// The checker follows structures down: one inside itself would make the description endless.
std::size_t depth_of(const std::vector<Field>& fields, std::size_t so_far = 0) {
  std::size_t deepest = so_far;
  if (so_far > 8) return so_far;
  for (const Field& field : fields) {
    if (field.structure) deepest = std::max(deepest, depth_of(field.structure->fields, so_far + 1));
  }
  return deepest;
}

TEST(Description, says_of_each_action_what_a_call_does) {
  std::map<std::string, std::set<std::string>> names;
  for (const ActionDescription& action : description().actions)
    names[std::string(effect_name(action.effect))].insert(action.name);
  EXPECT_EQ(names["sends_mail"], (std::set<std::string>{"SendEmail", "BatchSendEmail", "ResumeSendTask",
                                                        "ResendSendTask", "UpdateSendTask", "ResumeDelivery",
                                                        "RetryWaitingMail", "EndDeliveryHold"}));
  for (const std::string& name : names["delete"])
    EXPECT_TRUE(name.starts_with("Delete") || name == "UndoImport" || name == "DropWaitingMail") << name;
  for (const char* listing : {"ListReceivers", "GetSendTask", "ClassifyMail"})
    EXPECT_TRUE(names["read"].contains(listing)) << listing;
  EXPECT_EQ(names.size(), 4u);
}

/// Consoles hide these from people who may not see addresses: a field that is forgotten shows them.
TEST(Description, marks_the_fields_that_hold_addresses_of_people) {
  const std::set<std::string> addresses{
      "Email", "Emails", "EmailAddressList", "ToEmailAddress",  "ToAddress",     "Destination", "Cc",
      "Bcc",   "To",     "Recipient",        "ReportedAddress", "OriginalRcptTo"};
  const auto expect_marked = [&](const std::vector<Field>& fields, const std::string& where) {
    for (const Field& field : fields) {
      const bool is_text = field.type == Type::string || field.type == Type::array;
      // The destinations of a mail are a list of addresses, that of a site is one domain.
      const bool is_domain = field.name == "Destination" && field.type == Type::string;
      const bool is_address =
          is_text && !is_domain && addresses.contains(field.name) && field.structure == nullptr;
      EXPECT_TRUE(field.personal || !is_address) << where << '.' << field.name;
    }
  };
  for (const ActionDescription& action : description().actions) {
    expect_marked(action.input, action.name);
    expect_marked(action.output, action.name);
  }
  for (const auto& [name, structure] : description().structures) expect_marked(structure.fields, name);
}

TEST(Description, knows_the_actions_of_both_versions) {
  EXPECT_NE(find_action("2020-10-02", "CreateReceiver"), nullptr);
  EXPECT_NE(find_action("2026-12-01", "ListInboxMails"), nullptr);
  EXPECT_EQ(find_action("2026-12-01", "CreateReceiver"), nullptr);
  EXPECT_EQ(find_action("2020-10-02", "createreceiver"), nullptr);
  EXPECT_TRUE(description().has_version("2020-10-02"));
  EXPECT_FALSE(description().has_version("2020-10-03"));
}

TEST(Description, says_everything_in_both_languages) {
  for (const ActionDescription& action : description().actions) {
    EXPECT_FALSE(action.summary.en.empty() || action.summary.zh.empty()) << action.name;
    expect_complete(action.input, action.name);
    expect_complete(action.output, action.name);
    EXPECT_LE(depth_of(action.input), 4u) << action.name;
    EXPECT_LE(depth_of(action.output), 4u) << action.name;
  }
  for (const auto& [name, structure] : description().structures) {
    EXPECT_FALSE(structure.text.en.empty() || structure.text.zh.empty()) << name;
    expect_complete(structure.fields, name);
  }
  for (const auto* texts : {&description().errors, &description().rules}) {
    for (const auto& [name, text] : *texts) EXPECT_FALSE(text.en.empty() || text.zh.empty()) << name;
  }
}

TEST(Description, has_a_text_for_every_code_and_every_rule) {
  const auto& errors = description().errors;
  const auto& common = description().common_errors;
  for (const std::string& code : common) EXPECT_TRUE(errors.contains(code)) << code;
  for (const ActionDescription& action : description().actions) {
    const std::set<std::string> listed(action.errors.begin(), action.errors.end());
    for (const std::string& code : listed) EXPECT_TRUE(errors.contains(code)) << code;
    for (const std::string& code : codes_of(action.input)) {
      const bool known = listed.contains(code) || std::ranges::find(common, code) != common.end();
      EXPECT_TRUE(known) << action.name << " does not list " << code;
    }
    for (const Field& field : action.input) {
      for (const Rule& rule : field.rules) {
        const std::string name = rule.pattern.empty() ? std::string(rule_name(rule.kind)) : rule.pattern;
        EXPECT_TRUE(description().rules.contains(name)) << name;
      }
    }
  }
}

TEST(Description, names_no_parameter_as_the_protocol_names_its_own) {
  for (const ActionDescription& action : description().actions) {
    for (const Field& field : action.input) {
      EXPECT_FALSE(is_common_parameter(field.name)) << action.name << "." << field.name;
    }
  }
}

TEST(Description, examples_are_what_the_description_says) {
  for (const ActionDescription& action : description().actions) {
    const json::object request = json::parse(action.example_request).as_object();
    const Status asked = check_parameters(action, request);
    EXPECT_TRUE(asked) << action.name << ": " << (asked ? "" : asked.error().facts()[0].value);
    const Status answered = check_answer(action, json::parse(action.example_response).as_object());
    EXPECT_TRUE(answered) << action.name << ": " << (answered ? "" : answered.error().facts()[0].value);
    const auto again = unflatten(action, flatten(request));
    ASSERT_TRUE(again) << action.name;
    EXPECT_EQ(*again, request) << action.name;
  }
}

TEST(Description, texts_stay_readable_with_and_without_facts) {
  const std::vector<Error::Fact> all{{"name", "N"},    {"value", "V"},      {"limit", "1"},  {"count", "2"},
                                     {"rule", "max"},  {"type", "T"},       {"action", "A"}, {"version", "W"},
                                     {"service", "s"}, {"request_id", "i"}, {"index", "0"}};
  for (const auto& [code, text] : description().errors) {
    for (const Language language : {Language::en, Language::zh}) {
      for (const std::string& said : {error_text(code, language, {}), error_text(code, language, all)}) {
        EXPECT_FALSE(said.empty()) << code;
        EXPECT_THAT(said, Not(HasSubstr("{?"))) << code;
        EXPECT_THAT(said, Not(HasSubstr("  "))) << code;
        // A choice that was not taken apart; the one text that really speaks of `|` is about file names.
        if (code == "FailedOperation.InvalidAttachName") continue;
        EXPECT_THAT(said, Not(HasSubstr("|"))) << code;
      }
    }
  }
}

TEST(ErrorText, says_what_clients_of_the_cloud_have_seen) {
  const std::vector<Error::Fact> facts{{"name", "Template.TemplateID"}, {"type", "integer"}};
  EXPECT_EQ(error_text("MissingParameter", Language::en, facts),
            "The request is missing a required parameter `Template.TemplateID`.");
  EXPECT_EQ(error_text("UnknownParameter", Language::en, facts),
            "The parameter `Template.TemplateID` is not recognized.");
  EXPECT_EQ(error_text("InvalidParameter", Language::en, facts),
            "The value type of parameter `Template.TemplateID` is not valid, input type should be `integer`");
  EXPECT_EQ(error_text("AuthFailure.SignatureFailure", Language::zh, {}),
            "请求签名验证失败，请检查您的签名计算是否正确。");
  const std::vector<Error::Fact> rate{{"count", "21"}, {"limit", "20"}};
  EXPECT_EQ(
      error_text("RequestLimitExceeded", Language::en, rate),
      "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a "
      "second. Please reduce the frequency of calls.");
  EXPECT_EQ(error_text("RequestLimitExceeded", Language::zh, rate),
            "您当前每秒请求 `21` 次，超过了每秒频率上限 `20`，请稍后重试。");
  const std::vector<Error::Fact> scope{{"rule", "auth_service"}};
  EXPECT_EQ(error_text("AuthFailure.InvalidAuthorization", Language::en, scope),
            "The request `Authorization` header does not conform to tencentcloud standards: `Service` in "
            "Credential "
            "not valid.");
  EXPECT_EQ(error_text(errors::kRegion.text(), Language::en, {}),
            "A value specified in `X-TC-Region` is not valid, is unsupported, or cannot be used.");
}

TEST(ErrorText, fills_facts_and_rules) {
  const std::vector<Error::Fact> taken{{"value", "Spring"}};
  EXPECT_EQ(error_text("InvalidParameterValue.RepeatReceiverName", Language::en, taken),
            "A recipient group named `Spring` already exists. Choose another name, or add recipients to that "
            "group.");
  EXPECT_EQ(error_text("InvalidParameterValue.RepeatReceiverName", Language::en, {}),
            "A recipient group with this name already exists. Choose another name, or add recipients to that "
            "group.");
  const std::vector<Error::Fact> low{
      {"field", "Status"}, {"value", "7"}, {"rule", "one_of"}, {"limit", "1, 2, 3"}};
  EXPECT_EQ(error_text("InvalidParameterValue", Language::en, low),
            "The value `7` of parameter `Status` is not valid: it must be one of 1, 2, 3.");
  const std::vector<Error::Fact> own{{"rule", "there is no {rule}"}};
  EXPECT_EQ(error_text("OperationDenied", Language::en, own), "The operation is denied: there is no {rule}.");
  EXPECT_THAT(error_text("FailedOperation.WrongContentJson", Language::en, {}),
              HasSubstr(R"("{\"name\":\"Ann\"}")"));
}

TEST(ErrorText, takes_the_domains_words_for_its_facts) {
  const std::vector<Error::Fact> domain{{"domain", "mail.shop.test"}};
  EXPECT_THAT(error_text("OperationDenied.DomainNotVerified", Language::en, domain),
              HasSubstr("The sender domain `mail.shop.test` is not verified"));
  const std::vector<Error::Fact> row{{"index", "7"}, {"value", "a@"}, {"rule", "the domain is missing"}};
  EXPECT_EQ(error_text("InvalidParameterValue.ReceiverEmailInvalid", Language::en, row),
            "`a@` is not an e-mail address (`Datas.7.Email`): the domain is missing. Nothing was stored or "
            "sent; correct "
            "the address and try again.");
}

TEST(ErrorText, falls_back_from_code_to_category) {
  EXPECT_EQ(error_text("ResourceInUse.Group", Language::en, {}),
            error_text("ResourceInUse", Language::en, {}));
  EXPECT_EQ(error_text("Nonsense", Language::en, {}), error_text("InternalError", Language::en, {}));
}

TEST(ErrorText, shows_no_more_of_a_value_than_a_person_reads) {
  std::string value;
  for (int i = 0; i < 200; ++i) value += "邮";
  const std::vector<Error::Fact> facts{{"value", "a\r\nb" + value}};
  const std::string said = error_text("InvalidParameterValue.RepeatReceiverName", Language::en, facts);
  EXPECT_THAT(said, HasSubstr("`a  b邮"));
  EXPECT_THAT(said, HasSubstr("邮…`"));
  EXPECT_LT(said.size(), 520u);
}

TEST(ErrorText, a_value_that_is_no_text_breaks_no_answer) {
  const std::vector<Error::Fact> bytes{{"name", "a\xff\n\xc2"}};
  EXPECT_EQ(error_text("UnknownParameter", Language::en, bytes), "The parameter `a? ?` is not recognized.");
  const std::vector<Error::Fact> nothing{{"name", ""}};
  EXPECT_EQ(error_text("UnknownParameter", Language::en, nothing), "The parameter is not recognized.");
}

}  // namespace
}  // namespace sesame::cloudapi

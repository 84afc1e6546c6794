#include "cloudapi/error_codes.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <set>

#include "audience/suppression.hpp"
#include "bounces/classification.hpp"
#include "campaigns/failure_text.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/send_codes.hpp"
#include "content/errors.hpp"
#include "messages/delivery_texts.hpp"
#include "messages/waiting_reason.hpp"
#include "mime/address.hpp"
#include "net/errors.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

constexpr ErrorName kPlain{"test.plain", Fault::state};
constexpr ErrorName kSpoken{
    "test.spoken", Fault::state, {"The box{? `{value}`} is shut.", "盒子{? `{value}`} 已关闭。"}};
constexpr ErrorName kValueWrong{
    "test.value_wrong", Fault::input, {"The colour{? `{value}`} is not known.", "没有颜色{? `{value}`}。"}};
constexpr ErrorName kOnlyEnglish{"test.only_english", Fault::input, {"A text for the log.", ""}};
constexpr ErrorName kNowhere{"test.nowhere", Fault::internal, {"secret", "secret"}};

constexpr ErrorCode kCodes[] = {{kPlain, "ResourceNotFound"}, {kSpoken, "OperationDenied"}};
constexpr ErrorCode kOtherText[] = {{kSpoken, "OperationDenied", "ResourceNotFound"}};

TEST(Translate, a_name_without_a_text_has_that_of_its_code) {
  const ApiError shown = translate(Error(kPlain).with("value", "7"), kCodes, Language::en);
  EXPECT_EQ(shown.code, "ResourceNotFound");
  EXPECT_EQ(shown.message, "`7` does not exist. Use the matching List action to see what there is.");
  EXPECT_FALSE(shown.unforeseen);
}

TEST(Translate, a_name_with_a_text_has_its_own) {
  EXPECT_EQ(translate(Error(kSpoken).with("value", "7"), kCodes, Language::en).message,
            "The box `7` is shut.");
  EXPECT_EQ(translate(Error(kSpoken), kCodes, Language::zh).message, "盒子 已关闭。");
}

TEST(Translate, a_table_may_name_the_code_whose_text_is_shown) {
  const ApiError shown = translate(Error(kSpoken).with("value", "7"), kOtherText, Language::en);
  EXPECT_EQ(shown.code, "OperationDenied");
  EXPECT_EQ(shown.message, "`7` does not exist. Use the matching List action to see what there is.");
}

TEST(Translate, what_no_table_has_is_an_internal_error_that_tells_nothing) {
  const ApiError shown = translate(Error(kNowhere), kCodes, Language::en);
  EXPECT_EQ(shown.code, "InternalError");
  EXPECT_EQ(shown.message, error_text("InternalError", Language::en, {}));
  EXPECT_TRUE(shown.unforeseen);
}

TEST(Translate, an_input_fault_with_its_own_texts_needs_no_code) {
  const ApiError shown = translate(Error(kValueWrong).with("value", "mauve"), kCodes, Language::en);
  EXPECT_EQ(shown.code, "InvalidParameterValue");
  EXPECT_EQ(shown.message, "The colour `mauve` is not known.");
  EXPECT_FALSE(shown.unforeseen);
  EXPECT_EQ(translate(Error(kValueWrong), kCodes, Language::zh).message, "没有颜色。");
}

TEST(Translate, an_input_fault_without_a_text_in_each_language_is_unforeseen) {
  EXPECT_EQ(translate(Error(kOnlyEnglish), kCodes, Language::en).code, "InternalError");
  EXPECT_TRUE(translate(Error(kOnlyEnglish), kCodes, Language::en).unforeseen);
}

TEST(Translate, a_fault_of_the_program_is_ours_whatever_its_code) {
  static constexpr ErrorName kDamaged{"test.damaged", Fault::internal};
  static constexpr ErrorName kWrong{"test.wrong", Fault::input};
  const ErrorCode codes[] = {{kDamaged, "FailedOperation"}, {kWrong, "FailedOperation"}};
  EXPECT_TRUE(translate(Error(kDamaged), codes, Language::en).ours);
  EXPECT_FALSE(translate(Error(kWrong), codes, Language::en).ours);
  EXPECT_TRUE(translate(Error(kNowhere), {}, Language::en).ours);
  EXPECT_TRUE(translate(Error(storage::errors::kFailed), {}, Language::en).ours);
  EXPECT_FALSE(translate(Error(storage::errors::kOverloaded), {}, Language::en).ours);
}

TEST(Translate, every_failure_of_the_database_has_the_code_for_it) {
  for (const ErrorName* name : {&storage::errors::kFailed, &storage::errors::kCorrupt,
                                &storage::errors::kJobFailed, &storage::errors::kSyncLost})
    EXPECT_EQ(translate(Error(*name), {}, Language::en).code, "InternalError.QueryDataBaseFailed");
}

TEST(Translate, the_common_reasons_need_no_table) {
  const ApiError database = translate(Error(storage::errors::kOverloaded), {}, Language::en);
  const ApiError pool = translate(Error(net::errors::kOverloaded), {}, Language::en);
  EXPECT_EQ(database.code, "RequestLimitExceeded");
  EXPECT_EQ(pool.code, "RequestLimitExceeded");
  EXPECT_EQ(database.message,
            "The server has more work waiting than it accepts. Nothing was done; try again in a second.");
  EXPECT_EQ(pool.message, database.message);
}

TEST(Translate, a_field_of_the_description_may_have_a_code_of_its_own) {
  const Error error =
      Error(errors::kValue).with("name", "Limit").with("code", "FailedOperation.InvalidLimit");
  EXPECT_EQ(translate(error, {}, Language::en).code, "FailedOperation.InvalidLimit");
  EXPECT_EQ(translate(Error(errors::kMissing).with("name", "Limit"), {}, Language::en).message,
            "The request is missing a required parameter `Limit`.");
}

TEST(SendCodes, every_reason_has_a_code_in_one_column_at_least_and_no_reason_stands_twice) {
  std::set<std::string_view> names;
  for (const SendCode& reason : kSendReasons) {
    EXPECT_TRUE(names.insert(reason.name.name()).second) << reason.name.name();
    EXPECT_FALSE(reason.send_email.empty() && reason.batch_send_email.empty()) << reason.name.name();
    for (const std::string_view code : {reason.send_email, reason.batch_send_email})
      EXPECT_TRUE(code.empty() || description().errors.contains(code)) << code;
  }
}

TEST(SendCodes, a_column_holds_its_own_codes_and_those_that_the_action_has) {
  constexpr auto kColumn =
      send_codes<&SendCode::batch_send_email>(std::to_array<ErrorCode>({{kPlain, "ResourceNotFound"}}));
  EXPECT_EQ(translate(Error(kPlain), kColumn, Language::en).code, "ResourceNotFound");
  EXPECT_EQ(translate(Error(errors::kReplyToMalformed), kColumn, Language::en).code, "InvalidParameterValue");
  EXPECT_TRUE(translate(Error(errors::kRecipientMissing), kColumn, Language::en).unforeseen);
}

TEST(Translate, a_page_limit_below_its_minimum_speaks_of_the_minimum) {
  const auto said = [](std::int64_t limit, Language language) {
    const boost::json::object parameters{
        {"StartTime", "2026-01-01"}, {"EndTime", "2026-01-02"}, {"Limit", limit}};
    const Status status = check_parameters(*find_action("2020-10-02", "GetAbuseReport"), parameters);
    return translate(status.error(), {}, language).message;
  };
  EXPECT_EQ(said(-1, Language::en),
            "`Limit` `-1` is not valid: it must be at least 0. Fetch further rows with `Offset`.");
  EXPECT_EQ(said(1001, Language::en),
            "`Limit` `1001` is not valid: it must be at most 1000. Fetch further rows with `Offset`.");
  EXPECT_EQ(said(-1, Language::zh), "操作失败。`Limit` `-1` 不正确：不能小于 0。请用 `Offset` 翻页。");
}

TEST(Phrases, every_fault_of_an_address_has_a_chinese_one) {
  for (unsigned number = 1; number < 64; ++number) {
    const std::string english(mime::explain(static_cast<mime::AddressFault>(number)));
    ASSERT_FALSE(english.empty());
    EXPECT_EQ(phrase_in(Language::en, english), english);
    EXPECT_NE(phrase_in(Language::zh, english), english) << "api/ses-2020-10-02.json lacks the phrase";
  }
  const Error error = Error(errors::kRecipientMalformed)
                          .with("name", "Destination.0")
                          .with("rule", std::string(mime::explain(mime::AddressFault::no_at)));
  EXPECT_NE(error_text("FailedOperation.IncorrectEmail", Language::zh, error.facts()).find("地址中没有 @"),
            std::string::npos);
}

TEST(Phrases, every_reason_why_a_mail_is_withheld_or_a_task_fails_has_a_chinese_one) {
  for (const auto why : {audience::Suppression::bounced, audience::Suppression::unsubscribed,
                         audience::Suppression::blocked}) {
    EXPECT_NE(phrase_in(Language::zh, audience::explain(why)), audience::explain(why));
  }
  EXPECT_EQ(phrase_in(Language::zh,
                      campaigns::failure_text(Error(content::errors::kTemplateMissing).with("value", "7"))),
            "模板已不存在 (content.template_missing value=7)");
  for (const char* english : {"not sent: an older mail of this task still waits for another attempt",
                              "not sent: too many mails to this address within an hour",
                              "stopped on request before everybody was mailed",
                              "stopped on request; no further run", "stopped on request before it began"}) {
    EXPECT_NE(phrase_in(Language::zh, english), english);
  }
  for (const messages::WaitingReason why : messages::kWaitingReasons)
    EXPECT_NE(phrase_in(Language::zh, messages::explain(why)), messages::explain(why));
  for (auto each = bounces::BounceClass::hard_unknown_user; each != bounces::BounceClass::other;
       each = static_cast<bounces::BounceClass>(static_cast<unsigned>(each) + 1)) {
    EXPECT_NE(phrase_in(Language::zh, bounces::explain(each)), bounces::explain(each));
  }
  for (const char* english :
       {"the receiving server refused the mail", "the receiving server did not take the mail yet",
        "its time ended while the task was paused", "no attempt succeeded within its time",
        "the recipient is not in the group any more"}) {
    EXPECT_NE(phrase_in(Language::zh, english), english);
  }
  EXPECT_NE(phrase_in(Language::zh, messages::kNeverConfirmed), messages::kNeverConfirmed);
  EXPECT_EQ(phrase_in(Language::zh, "550 5.1.1 no such user"), "550 5.1.1 no such user");
  EXPECT_EQ(phrase_in(Language::zh, ""), "");
}

}  // namespace
}  // namespace sesame::cloudapi

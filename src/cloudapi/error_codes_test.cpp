#include "cloudapi/error_codes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "cloudapi/errors.hpp"
#include "cloudapi/send_codes.hpp"
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

}  // namespace
}  // namespace sesame::cloudapi

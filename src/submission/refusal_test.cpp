// The lines that the API's SMTP documentation shows.
#include "submission/refusal.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

#include "campaigns/errors.hpp"
#include "cloudapi/errors.hpp"
#include "content/errors.hpp"
#include "net/errors.hpp"
#include "senders/errors.hpp"
#include "storage/errors.hpp"
#include "submission/errors.hpp"

namespace sesame::submission {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kId = "8f2a";
constexpr std::string_view kMark = "Error: transaction failed, blame it on the weather: ##SES-response-json:";

std::string code_in(const smtp::Answer& answer) {
  const std::string json = answer.text.substr(answer.text.find('{'));
  const boost::json::value whole = boost::json::parse(json);
  const auto& response = whole.at("Response");
  EXPECT_EQ(response.at("RequestId").as_string(), kId);
  return std::string(response.at("QcloudError").at("Error").at("Code").as_string());
}

TEST(Refusal, has_the_documented_form) {
  const auto answer = refusal(Error(errors::kFromMissing), cloudapi::Language::en, kId);
  EXPECT_EQ(answer.code, 554u);
  EXPECT_EQ(answer.enhanced, "5.0.0");
  EXPECT_THAT(answer.text,
              StartsWith(std::string(kMark) + R"({"Response":{"RequestId":"8f2a","QcloudError":)"));
  EXPECT_THAT(code_in(answer), StartsWith("FailedOperation.msg.From is null"));
}

TEST(Refusal, names_the_documented_causes) {
  const std::pair<const ErrorName*, std::string_view> kCauses[] = {
      {&errors::kSubjectMissing, "FailedOperation.msg.Subject is null"},
      {&errors::kBodyMissing, "FailedOperation.msg.Body is null"},
      {&errors::kContentType, "FailedOperation.Content-Type must in "},
      {&errors::kTransferEncoding, "FailedOperation.Content-Transfer-Encoding must in "},
      {&errors::kMimeVersion, "FailedOperation.Mime-Version must in "},
      {&errors::kTooComplex, "FailedOperation.ProtocolCheckErr."},
      {&content::errors::kTooLarge, "FailedOperation.EmailContentToolarge."},
      {&content::errors::kTooManyAttachments, "FailedOperation.TooManyAttachments."},
      {&campaigns::errors::kRecipientsSuppressed, "FailedOperation.EmailAddrInBlacklist."},
      {&senders::errors::kSenderNotVerified, "FailedOperation.NotAuthenticatedSender."}};
  for (const auto& [name, code] : kCauses) {
    for (const auto language : {cloudapi::Language::en, cloudapi::Language::zh}) {
      const auto answer = refusal(Error(*name), language, kId);
      EXPECT_EQ(answer.code, 554u) << name->name();
      EXPECT_THAT(code_in(answer), StartsWith(std::string(code))) << name->name();
    }
  }
}

TEST(Refusal, of_what_goes_away_by_itself_is_temporary) {
  for (const ErrorName* name :
       {&cloudapi::errors::kTooFrequent, &net::errors::kOverloaded, &storage::errors::kFull,
        &storage::errors::kFailed, &storage::errors::kCorrupt, &storage::errors::kJobFailed,
        &storage::errors::kSyncLost, &storage::errors::kOverloaded, &storage::errors::kStopped}) {
    const auto answer = refusal(Error(*name), cloudapi::Language::en, kId);
    EXPECT_EQ(answer.code, 451u) << name->name();
    EXPECT_EQ(answer.enhanced, "4.7.1") << name->name();
  }
  const auto answer = refusal(Error(cloudapi::errors::kTooFrequent), cloudapi::Language::en, kId);
  EXPECT_THAT(code_in(answer), StartsWith("RequestLimitExceeded.SmtpRateLimit.smtp sending frequency limit"));
}

TEST(Refusal, tells_no_cause) {
  const auto answer =
      refusal(Error(storage::errors::kFailed).because("/var/secret"), cloudapi::Language::en, kId);
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace sesame::submission

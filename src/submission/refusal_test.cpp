// The lines that the API's SMTP documentation shows.
#include "submission/refusal.hpp"

#include <gmock/gmock.h>

#include <boost/json.hpp>

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
  const auto answer = refusal(Error("submission.from_missing"), cloudapi::Language::en, kId);
  EXPECT_EQ(answer.code, 554u);
  EXPECT_EQ(answer.enhanced, "5.0.0");
  EXPECT_THAT(answer.text,
              StartsWith(std::string(kMark) + R"({"Response":{"RequestId":"8f2a","QcloudError":)"));
  EXPECT_THAT(code_in(answer), StartsWith("FailedOperation.msg.From is null"));
}

TEST(Refusal, names_the_documented_causes) {
  const std::pair<std::string_view, std::string_view> kCauses[] = {
      {"submission.subject_missing", "FailedOperation.msg.Subject is null"},
      {"submission.body_missing", "FailedOperation.msg.Body is null"},
      {"submission.content_type", "FailedOperation.Content-Type must in "},
      {"submission.transfer_encoding", "FailedOperation.Content-Transfer-Encoding must in "},
      {"submission.mime_version", "FailedOperation.Mime-Version must in "},
      {"submission.too_complex", "FailedOperation.ProtocolCheckErr."},
      {"mail.content_too_large", "FailedOperation.EmailContentToolarge."},
      {"content.too_many_attachments", "FailedOperation.TooManyAttachments."},
      {"mail.recipients_suppressed", "FailedOperation.EmailAddrInBlacklist."},
      {"senders.sender_not_verified", "FailedOperation.NotAuthenticatedSender."}};
  for (const auto& [reason, code] : kCauses) {
    for (const auto language : {cloudapi::Language::en, cloudapi::Language::zh}) {
      const auto answer = refusal(Error(reason), language, kId);
      EXPECT_EQ(answer.code, 554u) << reason;
      EXPECT_THAT(code_in(answer), StartsWith(std::string(code))) << reason;
    }
  }
}

TEST(Refusal, of_what_goes_away_by_itself_is_temporary) {
  for (const std::string_view reason : {"api.too_frequent", "net.overloaded", "storage.full",
                                        "storage.failed", "storage.overloaded", "storage.stopped"}) {
    const auto answer = refusal(Error(reason), cloudapi::Language::en, kId);
    EXPECT_EQ(answer.code, 451u) << reason;
    EXPECT_EQ(answer.enhanced, "4.7.1") << reason;
  }
  const auto answer = refusal(Error("api.too_frequent"), cloudapi::Language::en, kId);
  EXPECT_THAT(code_in(answer), StartsWith("RequestLimitExceeded.SmtpRateLimit.smtp sending frequency limit"));
}

TEST(Refusal, tells_no_cause) {
  const auto answer = refusal(Error("storage.failed").because("/var/secret"), cloudapi::Language::en, kId);
  EXPECT_THAT(answer.text, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace sesame::submission

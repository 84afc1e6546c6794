#include "submission/refusal.hpp"

#include <array>
#include <boost/json.hpp>

#include "base/log.hpp"
#include "cloudapi/error_codes.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/send_codes.hpp"
#include "submission/errors.hpp"

namespace sesame::submission {

namespace {

// SES: SMTP documentation, word for word.
constexpr std::string_view kStart = "Error: transaction failed, blame it on the weather: ";

constexpr auto kCodes =
    cloudapi::send_codes<&cloudapi::SendCode::send_email>(std::to_array<cloudapi::ErrorCode>(
        {{errors::kFromMissing, "FailedOperation"},
         {errors::kSubjectMissing, "FailedOperation"},
         {errors::kBodyMissing, "FailedOperation"},
         {errors::kContentType, "FailedOperation"},
         {errors::kTransferEncoding, "FailedOperation"},
         {errors::kMimeVersion, "FailedOperation"},
         {errors::kTooComplex, "FailedOperation.ProtocolCheckErr"},
         {errors::kHeader, "FailedOperation"},
         {errors::kTooManyHeaders, "FailedOperation"},
         {errors::kTooManyMailboxes, "FailedOperation"},
         {cloudapi::errors::kTooFrequent, "RequestLimitExceeded.SmtpRateLimit"}}));

}  // namespace

smtp::Answer protocol_refusal(std::string_view why) {
  return {554, "5.0.0", std::string(kStart).append(why)};
}

smtp::Answer refusal(const Error& error, cloudapi::Language language, std::string_view request_id) {
  const cloudapi::ApiError shown = cloudapi::translate(error, kCodes, language);
  log(shown.ours ? Level::error : Level::info, "submission.refused",
      {{"code", shown.code},
       {"reason", error.reason()},
       {"cause", error.cause()},
       {"request_id", request_id}});
  // SES: SMTP documentation: code and message share one text.
  boost::json::object code{{"Code", shown.code + "." + shown.message}};
  boost::json::object response{{"RequestId", request_id}, {"QcloudError", {{"Error", std::move(code)}}}};
  const boost::json::object answer{{"Response", std::move(response)}};
  smtp::Answer line = protocol_refusal("##SES-response-json:" + boost::json::serialize(answer));
  if (error.temporary() || shown.ours) {
    line.code = 451;
    line.enhanced = "4.7.1";
  }
  return line;
}

}  // namespace sesame::submission

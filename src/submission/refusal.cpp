#include "submission/refusal.hpp"

#include <array>
#include <boost/json.hpp>
#include <vector>

#include "base/log.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/send_codes.hpp"

namespace sesame::submission {

namespace {

constexpr std::string_view kStart = "Error: transaction failed, blame it on the weather: ";

// The part after '#' selects a text of the code.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kOwnCodes{{
    {"submission.from_missing", "FailedOperation#from_null"},
    {"submission.subject_missing", "FailedOperation#subject_null"},
    {"submission.body_missing", "FailedOperation#body_null"},
    {"submission.content_type", "FailedOperation#content_type"},
    {"submission.transfer_encoding", "FailedOperation#transfer_encoding"},
    {"submission.mime_version", "FailedOperation#mime_version"},
    {"submission.too_complex", "FailedOperation.ProtocolCheckErr"},
    {"api.too_frequent", "RequestLimitExceeded.SmtpRateLimit"},
}};

cloudapi::ErrorCodes codes() {
  static const auto all = [] {
    std::vector<std::pair<std::string_view, std::string_view>> both(kOwnCodes.begin(), kOwnCodes.end());
    both.insert(both.end(), cloudapi::kSendCodes.begin(), cloudapi::kSendCodes.end());
    return both;
  }();
  return all;
}

bool goes_away(std::string_view code) {
  return code.starts_with("RequestLimitExceeded") || code.starts_with("InternalError") ||
         code.starts_with("ServiceUnavailable") || code.starts_with("ResourceInsufficient");
}

}  // namespace

smtp::Answer protocol_refusal(std::string_view why) {
  return {554, "5.0.0", std::string(kStart).append(why)};
}

smtp::Answer refusal(const Error& error, cloudapi::Language language, std::string_view request_id) {
  const cloudapi::ApiError shown = cloudapi::translate(error, codes(), language);
  const bool ours = shown.unforeseen || shown.code.starts_with("InternalError");
  log(ours ? Level::error : Level::info, "submission.refused",
      {{"code", shown.code},
       {"reason", error.reason()},
       {"cause", error.cause()},
       {"request_id", request_id}});
  // SES: SMTP documentation: code and message share one text.
  boost::json::object code{{"Code", shown.code + "." + shown.message}};
  boost::json::object response{{"RequestId", request_id}, {"QcloudError", {{"Error", std::move(code)}}}};
  const boost::json::object answer{{"Response", std::move(response)}};
  smtp::Answer line = protocol_refusal("##SES-response-json:" + boost::json::serialize(answer));
  if (goes_away(shown.code)) {
    line.code = 451;
    line.enhanced = "4.7.1";
  }
  return line;
}

}  // namespace sesame::submission

#include "cloudapi/error_codes.hpp"

#include <algorithm>

#include "accounts/errors.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/errors.hpp"
#include "net/errors.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

// The codes of the protocol's own reasons and of the storage's.
constexpr ErrorCode kCommonCodes[] = {
    {errors::kMethod, "UnsupportedProtocol"},
    {errors::kTooLarge, "RequestSizeLimitExceeded"},
    {errors::kNotHttp, "InvalidRequest"},
    {errors::kContentType, "InvalidParameter"},
    {errors::kNotJson, "InvalidParameter"},
    {errors::kTooDeep, "InvalidParameter"},
    {errors::kForm, "InvalidParameter"},
    {errors::kNoVersion, "NoSuchVersion"},
    {errors::kNoAction, "InvalidAction"},
    {errors::kRegion, "InvalidParameterValue"},
    {errors::kRegionUnserved, "UnsupportedRegion"},
    {errors::kTooFrequent, "RequestLimitExceeded"},
    {errors::kAuthMalformed, "AuthFailure.InvalidAuthorization"},
    {errors::kAuthExpired, "AuthFailure.SignatureExpire"},
    {errors::kUnknownId, "AuthFailure.SecretIdNotFound"},
    {errors::kWrongSignature, "AuthFailure.SignatureFailure"},
    {errors::kV1TooLarge, "AuthFailure.SignatureFailure"},
    {errors::kToken, "AuthFailure.TokenFailure"},
    {errors::kNotAllowed, "AuthFailure.UnauthorizedOperation"},
    {accounts::errors::kTokenWrong, "AuthFailure.TokenFailure"},
    {accounts::errors::kTokenExpired, "AuthFailure.TokenFailure"},
    {net::errors::kOverloaded, "RequestLimitExceeded"},
    {storage::errors::kOverloaded, "RequestLimitExceeded"},
    {storage::errors::kFull, "ResourceInsufficient"},
    {storage::errors::kStopped, "ServiceUnavailable"},
    {storage::errors::kFailed, "InternalError.QueryDataBaseFailed"},
};

/// nullptr when the table has no code for it.
const ErrorCode* find_code(ErrorCodes codes, const Error& error) {
  const auto found = std::ranges::find_if(codes, [&](const ErrorCode& each) { return error.is(*each.name); });
  return found == codes.end() ? nullptr : &*found;
}

}  // namespace

ApiError translate(const Error& error, ErrorCodes family, Language language) {
  const ErrorCode* known = find_code(family, error);
  std::string_view code = known == nullptr ? code_of(error) : known->code;
  if (code.empty()) {
    known = find_code(kCommonCodes, error);
    if (known != nullptr) code = known->code;
  }
  const ErrorText& own = error.name().text();
  // Refusing a value needs no code of its own.
  const bool of_value = code.empty() && error.name().fault() == Fault::input && !own.zh.empty();
  if (of_value) code = "InvalidParameterValue";
  ApiError out;
  out.unforeseen = code.empty();
  if (out.unforeseen) code = "InternalError";
  out.code = code;
  const bool of_code = !of_value && (known == nullptr || own.en.empty() || !known->text_of.empty());
  if (known != nullptr && !known->text_of.empty()) code = known->text_of;
  out.message =
      of_code ? error_text(code, language, error.facts()) : error_text(own, language, error.facts());
  return out;
}

}  // namespace sesame::cloudapi

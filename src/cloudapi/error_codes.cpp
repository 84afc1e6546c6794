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
    {errors::kRegionUnserved, "UnsupportedRegion"},
    {errors::kTooFrequent, "RequestLimitExceeded"},
    {errors::kAuthMalformed, "AuthFailure.InvalidAuthorization"},
    {errors::kAuthExpired, "AuthFailure.SignatureExpire"},
    {errors::kReplayed, "AuthFailure.SignatureExpire"},
    {errors::kUnknownId, "AuthFailure.SecretIdNotFound"},
    {errors::kWrongSignature, "AuthFailure.SignatureFailure"},
    {errors::kV1TooLarge, "AuthFailure.SignatureFailure"},
    {errors::kToken, "AuthFailure.TokenFailure"},
    {errors::kNotAllowed, "AuthFailure.UnauthorizedOperation"},
    {errors::kIdempotencyKeyUnderWay, "ResourceInUse"},
    {accounts::errors::kTokenWrong, "AuthFailure.TokenFailure"},
    {accounts::errors::kTokenExpired, "AuthFailure.TokenFailure"},
    {net::errors::kOverloaded, "RequestLimitExceeded"},
    {storage::errors::kOverloaded, "RequestLimitExceeded"},
    {storage::errors::kFull, "ResourceInsufficient"},
    {storage::errors::kStopped, "ServiceUnavailable"},
    {storage::errors::kFailed, "InternalError.QueryDataBaseFailed"},
    {storage::errors::kCorrupt, "InternalError.QueryDataBaseFailed"},
    {storage::errors::kJobFailed, "InternalError.QueryDataBaseFailed"},
    {storage::errors::kSyncLost, "InternalError.QueryDataBaseFailed"},
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
  bool shows_own = !own.en.empty() && known != nullptr && known->text_of.empty();
  // Refusing a value needs no row in a table, only the texts that say why.
  if (code.empty() && error.name().fault() == Fault::input && !own.zh.empty()) {
    code = "InvalidParameterValue";
    shows_own = true;
  }
  ApiError out;
  out.unforeseen = code.empty();
  if (out.unforeseen) code = "InternalError";
  out.code = code;
  // A read or write of the database that failed is temporary, and yet the API calls it an internal error.
  out.ours = error.name().fault() == Fault::internal || code.starts_with("InternalError");
  if (known != nullptr && !known->text_of.empty()) code = known->text_of;
  out.message =
      shows_own ? error_text(own, language, error.facts()) : error_text(code, language, error.facts());
  return out;
}

}  // namespace sesame::cloudapi

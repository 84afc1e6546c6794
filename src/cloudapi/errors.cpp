#include "cloudapi/errors.hpp"

#include <algorithm>

#include "cloudapi/check.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// The codes of the protocol's own reasons and of the storage's. The part after '#' selects a text of the
// code.
constexpr Pair kCommonCodes[] = {
    {"api.method", "UnsupportedProtocol"},
    {"api.too_large", "RequestSizeLimitExceeded"},
    {"api.not_http", "InvalidRequest#http"},
    {"api.content_type", "InvalidParameter#content_type"},
    {"api.not_json", "InvalidParameter#body"},
    {"api.too_deep", "InvalidParameter#depth"},
    {"api.form", "InvalidParameter#form"},
    {"api.no_version", "NoSuchVersion"},
    {"api.no_action", "InvalidAction"},
    {"api.region", "InvalidParameterValue#region"},
    {"api.region_unserved", "UnsupportedRegion"},
    {"api.too_frequent", "RequestLimitExceeded"},
    {"auth.malformed", "AuthFailure.InvalidAuthorization"},
    {"auth.expired", "AuthFailure.SignatureExpire"},
    {"auth.unknown_id", "AuthFailure.SecretIdNotFound"},
    {"auth.wrong_signature", "AuthFailure.SignatureFailure"},
    {"auth.v1_too_large", "AuthFailure.SignatureFailure#size"},
    {"auth.token", "AuthFailure.TokenFailure"},
    {"auth.not_allowed", "AuthFailure.UnauthorizedOperation"},
    {"accounts.token_wrong", "AuthFailure.TokenFailure"},
    {"accounts.token_expired", "AuthFailure.TokenFailure#expired"},
    {"net.overloaded", "RequestLimitExceeded#overload"},
    {"storage.overloaded", "RequestLimitExceeded#overload"},
    {"storage.full", "ResourceInsufficient"},
    {"storage.stopped", "ServiceUnavailable"},
    {"storage.failed", "InternalError.QueryDataBaseFailed"},
};

std::string_view find_code(ErrorCodes codes, std::string_view reason) {
  const auto found =
      std::find_if(codes.begin(), codes.end(), [&](const Pair& p) { return p.first == reason; });
  return found == codes.end() ? std::string_view() : found->second;
}

}  // namespace

ApiError translate(const Error& error, ErrorCodes family, Language language) {
  std::string_view code = find_code(family, error.reason());
  if (code.empty()) code = code_of(error);
  if (code.empty()) code = find_code(kCommonCodes, error.reason());
  ApiError out;
  out.unforeseen = code.empty();
  if (out.unforeseen) code = "InternalError";
  out.code = wire_code(code);
  out.message = error_text(code, language, error.facts());
  return out;
}

}  // namespace sesame::cloudapi

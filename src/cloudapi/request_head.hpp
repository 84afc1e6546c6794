#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/flatten.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// Limits of the protocol; a POST body's own (10 MiB) is the HTTP server's.
inline constexpr std::size_t kQueryBytesMax = 32 * 1024;
inline constexpr std::size_t kV1BodyBytesMax = 1024 * 1024;

/// The common parameters of a request: TC3 has them in X-TC-* headers, version 1 in the query or form among
/// the action's own parameters.
struct RequestHead {
  enum class Signing : std::uint8_t { tc3, v1 };

  Signing signing = Signing::tc3;
  std::string action, version, region, token;
  std::string timestamp;  // As sent, since the signature covers the text.
  std::int64_t timestamp_s = 0;
  // Version 1 only: all signed parameters, and those that belong to the action.
  std::vector<Parameter> signed_parameters;
  std::vector<Parameter> action_parameters;

  /// The value of a signed parameter, or "".
  std::string_view parameter(std::string_view name) const;
};

/// Whether version 1 reserves the parameter's name, so that no action can have it.
bool is_common_parameter(std::string_view name);

/// The kind of signature that a request carries, or was meant to carry.
RequestHead::Signing signing_of(const net::HttpRequest& request);

/// The language of the answer; `fallback` when the request names none. TC3 names it in a header, version 1 in
/// the parameters.
Language language_of(const net::HttpRequest& request, Language fallback = Language::en);
Language language_named(std::string_view name);

/// Reads the common parameters; the region may be absent here. Errors: errors::kMethod, errors::kTooLarge,
/// errors::kV1TooLarge, errors::kContentType, errors::kForm, errors::kMissing, errors::kType (the timestamp
/// must be a number). Pure. Thread: any.
Result<RequestHead> read_head(const net::HttpRequest& request);

/// The error `name` with the facts of a head whose version or action nobody serves. Pure. Thread: any.
Error unknown_name(const ErrorName& name, const RequestHead& head);

/// Reads the common parameters of a POST of the console's session, which has neither signature nor
/// timestamp. Errors: errors::kContentType, errors::kMissing. Pure. Thread: any.
Result<RequestHead> read_session_head(const net::HttpRequest& request);

}  // namespace sesame::cloudapi

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace sesame::cloudapi {

/// The Cloud API's signatures as pure functions, both for checking (the gateway) and for signing (`sesame
/// call`, the tests). OpenSSL's contexts are kept per thread, its algorithms fetched once. Thread: any.

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
Digest hmac_sha256(std::string_view key, std::string_view bytes);
/// 64 lower-case hex digits.
std::string hex_digest(const Digest& digest);

// ------------------------------------------------------------------------ TC3-HMAC-SHA256

/// The value of X-TC-Content-SHA256 with which a client leaves the body unhashed; hashed in the body's place.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

struct CanonicalHeader {
  std::string_view name;   // Lower-case.
  std::string_view value;  // As signed: trimmed, lower-case.
};

struct CanonicalRequest {
  std::string_view method;
  std::string_view path = "/";
  std::string_view query;                    // As sent, after the '?'; empty for POST.
  std::span<const CanonicalHeader> headers;  // In the order of `signed_headers`.
  std::string_view signed_headers;           // "content-type;host"
  std::string_view payload_hash;             // Hex.
};
std::string canonical_text(const CanonicalRequest& request);

/// "2026-01-01": the UTC day of the timestamp, as in the credential's scope.
std::string scope_date(std::int64_t timestamp_s);

/// The key that signs one day and service. Costs three HMACs; SigningKeys caches it.
Digest tc3_signing_key(std::string_view secret_key, std::string_view date, std::string_view service);

/// The signature of a canonical text; `hex_digest` of it stands in the header.
Digest tc3_signature(const Digest& signing_key, std::string_view timestamp, std::string_view date,
                     std::string_view service, std::string_view canonical_text);

/// The parts of a request that a client signs.
struct Tc3Request {
  std::string_view method = "POST";
  std::string_view host;
  std::string_view content_type = "application/json";
  std::string_view query;
  std::string_view body;
  std::string_view service = "ses";
  std::int64_t timestamp_s = 0;
  bool unsigned_payload = false;
};
/// The whole Authorization header; signs content-type and host.
std::string tc3_authorization(const Tc3Request& request, std::string_view secret_id,
                              std::string_view secret_key);

// ------------------------------------------------------------------------ version 1

enum class V1Method : std::uint8_t { hmac_sha1, hmac_sha256 };

/// Decoded names and values, in any order; v1_text leaves "Signature" out.
using V1Parameters = std::span<const std::pair<std::string, std::string>>;
std::string v1_text(std::string_view method, std::string_view host, V1Parameters parameters);
/// Base64, not percent-encoded.
std::string v1_signature(V1Method method, std::string_view secret_key, std::string_view text);

}  // namespace sesame::cloudapi

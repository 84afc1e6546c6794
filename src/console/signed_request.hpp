#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "net/http_client.hpp"

/// Calls as a client would sign them, with every text on the way. Pure. Thread: any.
namespace sesame::console {

enum class Signing : std::uint8_t { tc3, hmac_sha1, hmac_sha256 };

/// A call to be signed.
struct CallOrder {
  std::string action, version, region, language;
  std::string body;  // The parameters as JSON text; a POST with TC3 sends it byte for byte.
  bool get = false;  // By GET, with the parameters in the query.
  Signing signing = Signing::tc3;
  /// TC3 by POST only: the signature covers the word UNSIGNED-PAYLOAD in place of the body.
  bool unsigned_payload = false;
  std::string host;  // The value of the Host header.
  std::int64_t timestamp_s = 0;
  std::uint64_t nonce = 0;  // Version 1 only.
};

/// The pair that signs. Only the keys of a published pair may be shown.
struct SigningPair {
  std::string_view secret_id, secret_key;
  bool published = false;
};

struct SigningStep {
  std::string_view name;  // A literal; the pages know it.
  std::string text;
};

struct SignedRequest {
  std::string method, path;  // The path with its query.
  net::HttpHeaders headers;  // All that are sent, Host and Content-Length included.
  std::string body;
  std::vector<SigningStep>
      steps;  // In their order. Keys between the secret and the signature: published pairs.

  /// The request line and the headers, joined by CRLF, without the empty line.
  std::string head() const;
};

/// Signs a call. Error: errors::kBadRequest: the parameters have to become a query or a form, and are not one
/// JSON object.
Result<SignedRequest> sign_request(const CallOrder& order, const SigningPair& pair);

}  // namespace sesame::console

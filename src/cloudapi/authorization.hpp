#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::net {
struct HttpRequest;
}

namespace sesame::cloudapi {

/// A parsed TC3 Authorization header. Everything points into the header's text.
struct Authorization {
  std::string_view secret_id;
  std::string_view date;
  std::string_view service;
  std::string_view signed_header_list;           // "content-type;host"
  std::vector<std::string_view> signed_headers;  // The same, split.
  std::string_view signature;                    // 64 lower-case hex digits.
};

/// "auth.malformed" with fact "detail" naming what does not conform.
Result<Authorization> parse_authorization(std::string_view header);

/// Signing keys by secret id, date and service: a client's next calls cost one HMAC instead of four. Bounded:
/// at the limit all are forgotten. Safe from any thread.
class SigningKeys {
 public:
  explicit SigningKeys(std::size_t keys_max = 4096) : keys_max_(keys_max) {}
  /// `secret_key` belongs to the id for good; `forget` is called when it changes.
  Digest key_for(std::string_view secret_id, std::string_view secret_key, std::string_view date,
                 std::string_view service);
  void forget();

 private:
  const std::size_t keys_max_;
  std::mutex mutex_;
  std::unordered_map<std::string, Digest>
      keys_;  // Guarded by mutex_. The name holds a hash of the secret key too.
};

/// Whether the request's signature is the one that `key` makes. Clients spell the signed host in several ways
/// (behind their own HTTP library, without the port, with a scheme), and some sign header values raw: any
/// spelling of the same request is accepted. Compares in constant time.
bool signature_matches(const net::HttpRequest& request, const Authorization& authorization, const Digest& key,
                       std::string_view timestamp);

}  // namespace sesame::cloudapi

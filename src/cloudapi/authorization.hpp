#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "accounts/keyring.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::net {
struct HttpRequest;
}

namespace sesame::cloudapi {

/// A parsed TC3 Authorization header. All views point into the header's text.
struct Authorization {
  std::string_view secret_id;
  std::string_view date;
  std::string_view service;
  std::string_view signed_header_list;           // "content-type;host"
  std::vector<std::string_view> signed_headers;  // The names of signed_header_list.
  std::string_view signature;
};

/// Parses the header. Error: errors::kAuthMalformed with the fact "rule": auth_syntax, auth_service,
/// auth_date or auth_headers. Pure. Thread: any.
Result<Authorization> parse_authorization(std::string_view header);

/// Signing keys by credential, date and service: a client's next calls cost one HMAC instead of four.
/// Bounded: at the limit all are dropped. Thread: any.
class SigningKeys {
 public:
  explicit SigningKeys(std::size_t keys_max = 4096) : keys_max_(keys_max) {}

  using CredentialPointer = std::shared_ptr<const accounts::Credential>;
  struct SigningKey {
    Digest key;
    bool cached = false;  // Else it was made anew, and is not cached.
  };
  SigningKey key_for(const CredentialPointer& credential, std::string_view date,
                     std::string_view service) const;
  /// Caches a key. Only for keys that verified a signature: otherwise any client could fill the cache.
  void keep(const CredentialPointer& credential, std::string_view date, std::string_view service,
            const Digest& key);

 private:
  struct Entry {
    // Holding the object makes comparing pointers safe; a changed credential is another object.
    CredentialPointer credential;
    Digest key;
  };
  const std::size_t keys_max_;
  mutable Mutex mutex_;
  std::unordered_map<std::string, Entry> keys_ SESAME_GUARDED_BY(mutex_);
};

/// The spellings of the host that a client may have signed: as sent, without a scheme, without the port; each
/// in lower case and as sent. Pure. Thread: any.
std::vector<std::string> host_spellings(std::string_view host);

/// Whether the TC3 signature is the one that `key` makes of any spelling of the request: hosts as above,
/// header values in lower case or raw, the path sent or "/". Compares in constant time. `payload_hash`
/// receives the digest of the body, in hex. Thread: any.
bool signature_matches(const net::HttpRequest& request, const Authorization& authorization, const Digest& key,
                       std::string_view timestamp, std::string* payload_hash = nullptr);

/// As signature_matches() for a request of which only digests are left: the body's and the signature's, both
/// SHA-256 in hex. Thread: any.
bool signature_has_digest(const net::HttpRequest& request, const Authorization& authorization,
                          const Digest& key, std::string_view timestamp, std::string_view payload_hash,
                          std::string_view signature_digest);

/// The first of `hosts` for which a signature that does not match would: the host that the client signed,
/// before a proxy replaced it. Empty when none does. Thread: any.
std::string signed_host(const net::HttpRequest& request, const Authorization& authorization,
                        const Digest& key, std::string_view timestamp, std::span<const std::string> hosts);

}  // namespace sesame::cloudapi

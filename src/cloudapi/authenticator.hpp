#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "accounts/keyring.hpp"
#include "accounts/session_tokens.hpp"
#include "base/result.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/request_head.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// The signature that a request carries, without blanks around it; empty when it carries none. Pure.
/// Thread: any.
std::string_view signature_of(const net::HttpRequest& request, const RequestHead& head);

/// Finds the credential that a request names and verifies its signature. Keyring and tokens outlive it.
/// Thread: any.
class Authenticator {
 public:
  Authenticator(const accounts::Keyring& keyring, const accounts::SessionTokens& tokens,
                std::chrono::seconds clock_window, std::vector<std::string> own_hosts = {})
      : keyring_(keyring), tokens_(tokens), clock_window_(clock_window), own_hosts_(std::move(own_hosts)) {}

  /// The credential that signed the request. Errors: errors::kAuthMalformed, errors::kAuthExpired,
  /// errors::kUnknownId (also for a disabled credential), errors::kWrongSignature, errors::kToken (a
  /// temporary id without its token, or a token with a permanent id), accounts::errors::kTokenWrong,
  /// accounts::errors::kTokenExpired. `payload_hash` receives the digest of a TC3 request's body once it is
  /// computed, in hex.
  Result<SigningKeys::CredentialPointer> authenticate(const net::HttpRequest& request,
                                                      const RequestHead& head, std::int64_t now_s,
                                                      std::string* payload_hash = nullptr);

  /// Judges a TC3 request before its body has come. Errors: those of authenticate() without
  /// errors::kWrongSignature.
  Status judge_head(const net::HttpRequest& request, const RequestHead& head, std::int64_t now_s) const;

 private:
  /// The credential of a TC3 request, whose signature is not verified yet.
  Result<SigningKeys::CredentialPointer> find_tc3(const Authorization& authorization, const RequestHead& head,
                                                  std::int64_t now_s) const;
  Result<SigningKeys::CredentialPointer> check_tc3(const net::HttpRequest& request, const RequestHead& head,
                                                   std::int64_t now_s, std::string* payload_hash);
  Result<SigningKeys::CredentialPointer> check_v1(const net::HttpRequest& request, const RequestHead& head,
                                                  std::int64_t now_s) const;
  Error wrong_signature(const net::HttpRequest& request, const Authorization& authorization,
                        const Digest& key, std::string_view timestamp) const;
  Status check_clock(const RequestHead& head, std::int64_t now_s) const;
  Result<SigningKeys::CredentialPointer> find(std::string_view secret_id, std::string_view token,
                                              std::int64_t now_s) const;

  const accounts::Keyring& keyring_;
  const accounts::SessionTokens& tokens_;
  const std::chrono::seconds clock_window_;
  const std::vector<std::string> own_hosts_;  // Names of this server that clients may sign.
  SigningKeys signing_keys_;
};

}  // namespace sesame::cloudapi

#pragma once

#include <chrono>
#include <memory>

#include "accounts/keyring.hpp"
#include "base/result.hpp"
#include "cloudapi/authorization.hpp"
#include "cloudapi/request_head.hpp"
#include "net/http_server.hpp"

namespace sesame::cloudapi {

/// Who signed a request, and whether they did. Safe from any thread; the keyring outlives it.
class Authenticator {
 public:
  Authenticator(const accounts::Keyring& keyring, std::chrono::seconds clock_window)
      : keyring_(keyring), clock_window_(clock_window) {}

  /// The credential that signed it. "auth.malformed" (rule), "auth.expired" (value, limit), "auth.unknown_id"
  /// (also for a disabled one), "auth.wrong_signature", "auth.token" (no temporary keys are issued here).
  Result<SigningKeys::CredentialPointer> authenticate(const net::HttpRequest& request,
                                                      const RequestHead& head, std::int64_t now_s);

 private:
  Result<SigningKeys::CredentialPointer> check_tc3(const net::HttpRequest& request, const RequestHead& head,
                                                   std::int64_t now_s);
  Result<SigningKeys::CredentialPointer> check_v1(const net::HttpRequest& request, const RequestHead& head,
                                                  std::int64_t now_s) const;
  Status check_clock(const RequestHead& head, std::int64_t now_s) const;
  Result<SigningKeys::CredentialPointer> find(std::string_view secret_id) const;

  const accounts::Keyring& keyring_;
  const std::chrono::seconds clock_window_;
  SigningKeys signing_keys_;
};

}  // namespace sesame::cloudapi

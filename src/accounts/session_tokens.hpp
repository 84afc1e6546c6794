#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "accounts/credentials.hpp"
#include "accounts/keyring.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

namespace sesame::accounts {

/// Temporary credentials (SES: X-TC-Token). They are not stored: the token is the credential itself, sealed
/// with the master key, so any number of them costs no memory and no table. They expire at their time, or at
/// once when the credential that issued them is disabled or deleted (docs/decisions/0013-session-tokens.md).
/// The box and the keyring outlive it. Thread: any.
class SessionTokens {
 public:
  SessionTokens(const SecretBox& box, const Keyring& keyring) : box_(box), keyring_(keyring) {}

  struct Issued {
    KeyPair pair;
    std::string token;  // Letters, digits, '-' and '_'.
  };
  /// Issues a temporary credential of `parent`, which is in the keyring and not temporary itself. It may call
  /// the actions that both `permissions` and the parent's allow.
  Issued issue(const Credential& parent, const Permissions& permissions, std::int64_t expires_s,
               Random& random) const;

  /// The credential that the token contains. Errors: errors::kTokenWrong: not a token of this server for this
  /// id, or the credential that issued it was deleted; errors::kTokenExpired (fact "value": the time of
  /// expiry in Unix seconds).
  Result<std::shared_ptr<const Credential>> open(std::string_view secret_id, std::string_view token,
                                                 std::int64_t now_s) const;

  /// Whether an id has the form of a temporary one; a request with such an id must carry its token.
  static bool is_temporary_id(std::string_view secret_id);

 private:
  const SecretBox& box_;
  const Keyring& keyring_;
};

}  // namespace sesame::accounts

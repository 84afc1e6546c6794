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

/// Temporary credentials (SES: X-TC-Token). Nothing of them is stored: the token is the credential itself,
/// sealed with the master key, so they cost no memory and no table however many are asked for. They end at
/// their time, or at once when the credential that asked for them is disabled or deleted
/// (docs/decisions/0013-session-tokens.md). Safe from any thread; what it is made of outlives it.
class SessionTokens {
 public:
  SessionTokens(const SecretBox& box, const Keyring& keyring) : box_(box), keyring_(keyring) {}

  struct Issued {
    KeyPair pair;
    std::string token;  // Letters, digits, '-' and '_'.
  };
  /// `parent` is one of the keyring's and not temporary itself. `permissions` narrow what it may call.
  Issued issue(const Credential& parent, const Permissions& permissions, std::int64_t expires_s,
               Random& random) const;

  /// The credential that the token belongs to, made anew. "accounts.token_wrong": not a token of this server
  /// for this id, or the credential that asked for it is no longer there; "accounts.token_expired" (fact
  /// "value": when, in Unix seconds).
  Result<std::shared_ptr<const Credential>> open(std::string_view secret_id, std::string_view token,
                                                 std::int64_t now_s) const;

  /// Whether an id looks like one of ours: then a request without its token is told so.
  static bool is_temporary_id(std::string_view secret_id);

 private:
  const SecretBox& box_;
  const Keyring& keyring_;
};

}  // namespace sesame::accounts

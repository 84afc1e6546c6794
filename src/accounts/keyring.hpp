#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "accounts/permissions.hpp"
#include "base/secret.hpp"
#include "base/thread_safety.hpp"

namespace sesame::accounts {

/// One key pair of an account, opened. Never changes: a changed credential is a new object in the Keyring.
struct Credential {
  std::string secret_id;
  Secret secret_key;
  std::int64_t account_id = 0;
  std::string app_id;  // The account's public number, as the API shows it.
  bool enabled = true;
  bool administers = false;       // Its account manages the others.
  bool addresses_masked = false;  // Answers show the addresses of people masked.
  Permissions permissions;
  // The credential that issued a temporary one; its permissions limit the temporary one, too.
  std::shared_ptr<const Credential> parent;

  bool may_call(std::string_view action, bool reads) const {
    return permissions.allow(action, reads) && (parent == nullptr || parent->may_call(action, reads));
  }
  /// Whether it may make and revoke credentials: with fewer permissions it could give itself more.
  bool may_grant() const { return permissions.kind() == Permissions::Kind::all && parent == nullptr; }
};

/// The credentials in memory, found by secret id: a request's signature is checked without the database.
/// Changes follow the commits, in their order (storage::Writer::after_commit), so that a revoked one is
/// refused from the moment its revocation is answered. Thread: any; a look-up holds a shared lock for one
/// hash look-up.
class Keyring {
 public:
  /// Replaces all credentials.
  void replace(std::vector<Credential> credentials);
  /// Adds a credential, or replaces the one of its secret id.
  void put(Credential credential);
  void remove(std::string_view secret_id);
  /// nullptr when the id is unknown. Disabled credentials are found, too: the caller reads `enabled`.
  std::shared_ptr<const Credential> find(std::string_view secret_id) const;
  /// Whether the account has an enabled credential: an account without one is disabled.
  bool is_enabled(std::int64_t account_id) const;

 private:
  void count(const Credential& credential, bool added) SESAME_REQUIRES(mutex_);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  mutable SharedMutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Credential>, Hash, std::equal_to<>> by_secret_id_
      SESAME_GUARDED_BY(mutex_);
  // Accounts with an enabled credential, and how many they have.
  std::unordered_map<std::int64_t, std::size_t> enabled_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::accounts

#pragma once

#include <cstdint>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/secret.hpp"

namespace sesame::accounts {

/// One key pair of an account, opened. Never changes: a changed credential is a new object in the Keyring.
struct Credential {
  std::string secret_id;
  Secret secret_key;
  std::int64_t account_id = 0;
  std::string app_id;  // The account's public number, as the API shows it.
  bool enabled = true;
};

/// The credentials in memory, found by secret id: a request's signature is checked without the database.
/// Safe from any thread; looking up takes a shared lock for the length of one hash lookup.
class Keyring {
 public:
  /// Replaces everything.
  void replace(std::vector<Credential> credentials);
  /// Adds or replaces one.
  void put(Credential credential);
  /// Empty when there is none of that id. Disabled ones are found too: the caller asks `enabled`.
  std::shared_ptr<const Credential> find(std::string_view secret_id) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  mutable std::shared_mutex mutex_;
  // Guarded by mutex_.
  std::unordered_map<std::string, std::shared_ptr<const Credential>, Hash, std::equal_to<>> by_secret_id_;
};

}  // namespace sesame::accounts

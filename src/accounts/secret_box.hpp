#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/result.hpp"

namespace sesame::accounts {

/// Seals small secrets (API keys, DKIM keys, relay passwords) for the database with a master key that lives
/// beside it in a file only its owner may read: a copy of the database alone reveals nothing.
///
/// XChaCha20-Poly1305 with a random nonce. The context ("credential:AKID...") is authenticated but not
/// stored, so a sealed value moved to another row does not open. Immutable; movable; the key is wiped.
/// Thread: any.
class SecretBox {
 public:
  static constexpr std::size_t kKeyBytes = 32;

  /// Reads `data_dir`/master.key, or creates it (mode 0600, synced) when it is missing; of several processes
  /// that create it, all get the first one's. Errors: errors::kKeyUnreadable (no file access, or others may
  /// read it), errors::kKeyDamaged (wrong size), errors::kKeyMissing (`database` exists: another key would
  /// not open its secrets). `random` must outlive the box.
  static Result<SecretBox> open(const std::filesystem::path& data_dir, Random& random,
                                const std::filesystem::path& database = {});

  SecretBox(SecretBox&& other) noexcept;
  SecretBox& operator=(SecretBox&&) = delete;
  ~SecretBox();

  /// Nonce, ciphertext and tag: the secret's length plus 40 bytes.
  std::string seal(std::string_view secret, std::string_view context) const;

  /// Opens a sealed value. Error: errors::kNotOurs: cut short, altered, sealed with another key or for
  /// another context.
  Result<std::string> open_sealed(std::string_view sealed, std::string_view context) const;

  /// A key for one purpose ("mail tokens"), always the same for this box; it reveals nothing about the master
  /// key or about the keys for other purposes (keyed BLAKE2b of the purpose's name).
  using DerivedKey = std::array<unsigned char, 32>;
  DerivedKey derive_key(std::string_view purpose) const;

 private:
  using Key = std::array<unsigned char, kKeyBytes>;
  SecretBox(const Key& key, Random& random);

  Key key_;
  Random* random_;
};

}  // namespace sesame::accounts

#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"

namespace sesame::server {

/// How an empty data folder gets its first credential, and where a generated one goes.
struct FirstCredentialOptions {
  /// Without it first_credential_path() is read, where a package or a start that was cut short may have put
  /// one; else one is generated.
  std::optional<accounts::KeyPair> given;
  /// A generated one is written to first_credential_path() before it is stored, so a crash leaves no
  /// credential that nobody knows. False: the caller shows it.
  bool to_file = false;
};

/// The file in the data folder that holds a generated first credential.
std::string first_credential_path(const Settings& settings);

/// Reads the credential of such a file. nullopt when there is no file or no credential in it.
std::optional<accounts::KeyPair> read_first_credential(const std::string& path);

/// Writes the credential as commands of a shell, for the owner of the file alone. Error:
/// errors::kCredentialFile.
Status write_first_credential(const std::string& path, const accounts::KeyPair& credential);

}  // namespace sesame::server

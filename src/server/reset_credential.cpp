#include "server/reset_credential.hpp"

#include <filesystem>

#include "server/errors.hpp"
#include "server/offline_entry.hpp"
#include "server/options.hpp"
#include "server/store_assembly.hpp"

namespace sesame::server {

Result<accounts::KeyPair> reset_credential(const Settings& settings, const Clock& clock, Random& random) {
  const Result<std::string> path = database_path(settings);
  if (!path) return path.error();
  std::error_code fault;
  if (!std::filesystem::exists(*path, fault)) return Error(errors::kNoDatabase).with("path", *path);
  auto store = StoreAssembly::open(settings, clock, random);
  if (!store) return std::move(store).error();
  Result<accounts::KeyPair> made =
      accounts::add_administrator_credential(*(*store)->database, *(*store)->secrets, random, clock.now_ms());
  if (made) {
    accounts::AuditEntry entry = offline_entry("ResetCredential", clock.now_ms());
    entry.target = "SecretId=" + made->secret_id;
    (*store)->audit->add(std::move(entry));  // stop() writes it.
  }
  (*store)->stop();
  return made;
}

}  // namespace sesame::server

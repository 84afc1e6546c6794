#include "server/audit_check.hpp"

#include <filesystem>

#include "server/errors.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "storage/read_beside.hpp"

namespace sesame::server {

Result<accounts::AuditCheck> check_audit_log(const Settings& settings, const Clock& clock, Random& random) {
  const Result<std::string> path = database_path(settings);
  if (!path) return path.error();
  std::error_code fault;
  if (!std::filesystem::exists(*path, fault)) return Error(errors::kNoDatabase).with("path", *path);
  const Result<accounts::SecretBox> secrets =
      accounts::SecretBox::open(settings.get<ServerSettings>().data_dir, random, *path);
  if (!secrets) return secrets.error();
  const accounts::AuditLog log(*secrets);
  accounts::AuditCheck found;
  const Status read = storage::read_beside(*path, clock, [&](storage::Reader& reader) -> Status {
    found = log.check(reader);
    return Done{};
  });
  if (!read) return read.error();
  return found;
}

}  // namespace sesame::server

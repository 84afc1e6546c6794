#include "server/first_credential.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "base/durable_file.hpp"
#include "server/errors.hpp"
#include "server/server_settings.hpp"

namespace sesame::server {

std::string first_credential_path(const Settings& settings) {
  const std::filesystem::path folder(settings.get<ServerSettings>().data_dir);
  return std::filesystem::absolute(folder / "first-credential").lexically_normal().string();
}

Status write_first_credential(const std::string& path, const accounts::KeyPair& credential) {
  const Secret text(
      fmt::format("# The first credential of this data folder. Keep it elsewhere, then delete this file.\n"
                  "export TENCENTCLOUD_SECRET_ID={}\nexport TENCENTCLOUD_SECRET_KEY={}\n",
                  credential.secret_id, credential.secret_key.reveal()));
  const std::error_code fault = write_private_file(path, text.reveal());
  if (fault) return Error(errors::kCredentialFile).with("path", path).with("problem", fault.message());
  return Done{};
}

}  // namespace sesame::server

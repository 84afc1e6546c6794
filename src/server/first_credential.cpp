#include "server/first_credential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "base/durable_file.hpp"
#include "server/errors.hpp"
#include "server/server_settings.hpp"

namespace sesame::server {

namespace {

constexpr std::string_view kIdLine = "export TENCENTCLOUD_SECRET_ID=";
constexpr std::string_view kKeyLine = "export TENCENTCLOUD_SECRET_KEY=";

/// The rest of the line that begins so; empty when there is none.
std::string_view line_after(std::string_view text, std::string_view begin) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.starts_with(begin)) return line.substr(begin.size());
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return {};
}

}  // namespace

std::string first_credential_path(const Settings& settings) {
  const std::filesystem::path folder(settings.get<ServerSettings>().data_dir);
  return std::filesystem::absolute(folder / "first-credential").lexically_normal().string();
}

std::optional<accounts::KeyPair> read_first_credential(const std::string& path) {
  std::ifstream in(path);
  const Secret text(std::string(std::istreambuf_iterator<char>(in), {}));
  const std::string_view id = line_after(text.reveal(), kIdLine);
  const std::string_view key = line_after(text.reveal(), kKeyLine);
  if (id.empty() || key.empty()) return std::nullopt;
  accounts::KeyPair pair{std::string(id), Secret(std::string(key))};
  if (!accounts::check_key_pair(pair)) return std::nullopt;
  return pair;
}

Status write_first_credential(const std::string& path, const accounts::KeyPair& credential) {
  const Secret text(
      fmt::format("# The first credential of this data folder. Keep it elsewhere, then delete this file.\n"
                  "{}{}\n{}{}\n",
                  kIdLine, credential.secret_id, kKeyLine, credential.secret_key.reveal()));
  const std::error_code fault = write_private_file(path, text.reveal());
  if (fault) return Error(errors::kCredentialFile).with("path", path).with("problem", fault.message());
  return Done{};
}

}  // namespace sesame::server

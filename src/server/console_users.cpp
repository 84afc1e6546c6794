#include "server/console_users.hpp"

#include <filesystem>
#include <utility>

#include "accounts/accounts.hpp"
#include "accounts/console_sessions.hpp"
#include "accounts/errors.hpp"
#include "console/link_files.hpp"
#include "console/options.hpp"
#include "server/errors.hpp"
#include "server/offline_entry.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "server/store_assembly.hpp"
#include "storage/read_beside.hpp"

namespace sesame::server {

namespace {

constexpr std::int64_t kLinkMs = 15LL * 60 * 1000;
constexpr std::uint64_t kPage = 100;

Result<std::string> existing_database(const Settings& settings) {
  Result<std::string> path = database_path(settings);
  if (!path) return path;
  std::error_code fault;
  if (std::filesystem::exists(*path, fault)) return path;
  return Error(errors::kNoDatabase).with("path", *path);
}

Error unknown_user(const std::string& name) {
  return Error(accounts::errors::kUnknownUser).with("value", name);
}

std::string link_url(const Settings& settings, std::string_view kind, const std::string& token) {
  return console_base(settings, console_address(settings)) + "/console/#" + std::string(kind) + "=" + token;
}

void add_users(storage::Reader& reader, const accounts::Account& account, std::vector<ShownUser>& shown) {
  for (std::uint64_t offset = 0;; offset += kPage) {
    accounts::UserPage page = accounts::list_users(reader, account.id, offset, kPage);
    for (accounts::User& user : page.users)
      shown.push_back({std::move(user), std::to_string(account.app_id)});
    if (page.users.size() < kPage) return;
  }
}

}  // namespace

Result<std::vector<ShownUser>> list_console_users(const Settings& settings, const Clock& clock) {
  const Result<std::string> path = existing_database(settings);
  if (!path) return path.error();
  std::vector<ShownUser> shown;
  const Status read = storage::read_beside(*path, clock, [&](storage::Reader& reader) -> Status {
    for (std::uint64_t offset = 0;; offset += kPage) {
      const accounts::AccountPage page = accounts::list_accounts(reader, offset, kPage);
      for (const accounts::Account& account : page.accounts) add_users(reader, account, shown);
      if (page.accounts.size() < kPage) return Done{};
    }
  });
  if (!read) return read.error();
  return shown;
}

Result<ConsoleLink> make_console_link(const Settings& settings, const Clock& clock, Random& random,
                                      const std::string& name) {
  const Result<std::string> path = existing_database(settings);
  if (!path) return path.error();
  if (!settings.get<console::ConsoleOptions>().enabled) return Error(errors::kConsoleOff);
  ConsoleLink link;
  const Status found = storage::read_beside(*path, clock, [&](storage::Reader& reader) -> Status {
    const auto user = name.empty() ? accounts::first_owner(reader) : accounts::find_user(reader, name);
    if (!user && !name.empty()) return unknown_user(name);
    if (user) link.user = user->name;
    return Done{};
  });
  if (!found) return found.error();
  const std::string token = accounts::make_link_token(random);
  const std::string folder = console::link_folder(settings.get<ServerSettings>().data_dir);
  const std::int64_t now_ms = clock.now_ms();
  const std::error_code fault =
      console::write_link_file(folder, accounts::token_digest(token), {link.user, now_ms + kLinkMs}, now_ms);
  if (fault) return Error(errors::kLinkFile).with("path", folder).with("problem", fault.message());
  link.url = link_url(settings, link.user.empty() ? "setup" : "login", token);
  return link;
}

Result<ConsoleLink> reset_console_user(const Settings& settings, const Clock& clock, Random& random,
                                       const std::string& name) {
  if (const Result<std::string> path = existing_database(settings); !path) return path.error();
  if (!settings.get<console::ConsoleOptions>().enabled) return Error(errors::kConsoleOff);
  auto store = StoreAssembly::open(settings, clock, random);
  if (!store) return std::move(store).error();
  const std::string token = accounts::make_link_token(random);
  const std::int64_t expires_ms = clock.now_ms() + kLinkMs;
  const Status reset = (*store)->database->write_and_wait(
      storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        const auto user = accounts::find_user(writer, name);
        if (!user) return unknown_user(name);
        if (Status status = accounts::change_user(writer, user->id, {.enabled = true}); !status)
          return status;
        if (Status status = accounts::reset_user(writer, user->id); !status) return status;
        accounts::create_link(writer, accounts::token_digest(token), user->id, expires_ms);
        accounts::AuditEntry entry = offline_entry("ResetUser", clock.now_ms());
        entry.account_id = user->account_id;
        entry.target = "Name=" + user->name;
        (*store)->audit_log->append(writer, std::move(entry));
        return Done{};
      });
  (*store)->stop();
  if (!reset) return reset.error();
  return ConsoleLink{link_url(settings, "login", token), name};
}

}  // namespace sesame::server

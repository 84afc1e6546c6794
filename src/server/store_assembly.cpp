#include "server/store_assembly.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "base/log.hpp"
#include "server/errors.hpp"
#include "server/options.hpp"
#include "server/server_settings.hpp"
#include "storage/folder_lock.hpp"
#include "storage/sqlite_database.hpp"

namespace sesame::server {

namespace {

constexpr std::chrono::milliseconds kLastAnswers{1'000};

}  // namespace

Result<std::unique_ptr<StoreAssembly>> StoreAssembly::open(const Settings& settings, const Clock& clock,
                                                           Random& random) {
  std::unique_ptr<StoreAssembly> store(new StoreAssembly(clock, random));
  if (Status status = store->open_folder(settings); !status) return std::move(status).error();
  if (Status status = store->open_database(settings); !status) return std::move(status).error();
  store->loops = std::make_unique<net::Loops>(loop_count(settings));
  store->loops->start();
  store->merger->wake();
  return store;
}

Status StoreAssembly::open_folder(const Settings& settings) {
  umask(S_IRWXG | S_IRWXO);  // Other users must not read addresses and keys.
  const std::string folder = settings.get<ServerSettings>().data_dir;
  std::error_code fault;
  std::filesystem::create_directories(folder, fault);
  if (fault) return Error(errors::kDataDir).with("path", folder).with("problem", fault.message());
  Result<std::string> path = database_path(settings);
  if (!path) return std::move(path).error();
  // Before anything is read or made: of two first starts one makes the key and the database, the other fails.
  try {
    folder_lock = std::make_unique<storage::FolderLock>(folder + "/master.key");
  } catch (const std::exception& failure) {
    return Error(errors::kDatabase).with("problem", failure.what());
  }
  Result<accounts::SecretBox> box = accounts::SecretBox::open(folder, random, *path);
  if (!box) return std::move(box).error();
  secrets = std::make_unique<accounts::SecretBox>(std::move(*box));
  mail_tokens = std::make_unique<content::MailTokens>(secrets->derive_key("mail tokens"));
  session_tokens = std::make_unique<accounts::SessionTokens>(*secrets, keyring);
  return Done{};
}

Status StoreAssembly::open_database(const Settings& settings) {
  Result<std::string> path = database_path(settings);
  if (!path) return std::move(path).error();
  storage::SqliteOptions options;
  options.path = std::move(*path);
  options.readers_here = loop_count(settings);
  options.run_jobs_twice = storage::test_runs_jobs_twice();
  try {
    database = storage::open_sqlite(std::move(options), clock);
  } catch (const std::exception& failure) {
    return Error(errors::kDatabase).with("problem", failure.what());
  }
  audit_log = std::make_unique<accounts::AuditLog>(*secrets);
  audit = std::make_unique<accounts::AuditQueue>(*database, *audit_log, clock);
  auto opened = audience::Uploads::open(*database, clock, random, settings.get<audience::GroupOptions>());
  if (!opened) return std::move(opened).error();
  uploads = std::move(*opened);
  merger = std::make_unique<audience::Merger>(*database, *uploads);
  return accounts::load_keyring(*database, *secrets, keyring);
}

Status StoreAssembly::open_hold(const Settings& settings, bool set_mark) {
  Result<std::string> path = database_path(settings);
  if (!path) return std::move(path).error();
  database_path_ = std::move(*path);
  hold_mark = find_hold_mark(database_path_);
  if (!hold_mark && set_mark) {
    const HoldMark asked{clock.now_ms(), "serve --hold-delivery"};
    if (Status status = set_hold_mark(database_path_, asked); !status) return status;
    hold_mark = asked;
  }
  if (!hold_mark) return Done{};
  hold.begin(hold_mark->since_ms);
  log_warning("server.delivery_held", {{"why", hold_mark->why},
                                       {"mark", hold_mark_path(database_path_)},
                                       {"remedy", "sesame resume-delivery"}});
  return Done{};
}

bool StoreAssembly::end_hold_without_mark() {
  if (!hold.held() || find_hold_mark(database_path_)) return false;
  hold.end();
  log_info("server.delivery_resumed");
  return true;
}

Status StoreAssembly::open_credentials(const Settings& settings, FirstCredentialOptions options) {
  const std::string path = first_credential_path(settings);
  accounts::KeepCredential keep;
  if (options.to_file)
    keep = [&path](const accounts::KeyPair& made) { return write_first_credential(path, made); };
  const bool given = options.given.has_value();
  if (!given) options.given = read_first_credential(path);
  auto first = accounts::ensure_first_credential(*database, *secrets, random, clock.now_ms(),
                                                 std::move(options.given), keep);
  if (!first) return std::move(first).error();
  first_credential = std::move(*first);
  if (first_credential && !given) first_credential->generated = true;  // The operator has not seen it.
  return first_credential ? accounts::load_keyring(*database, *secrets, keyring) : Status(Done{});
}

void StoreAssembly::stop() {
  merger->stop();
  audit->stop();
  // A handler that did not return in time still uses the database, so only its work ends here; its last
  // answers resume coroutines, for which the loops run a moment longer.
  database->close();
  loops->stop(kLastAnswers);
}

}  // namespace sesame::server

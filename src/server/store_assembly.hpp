#pragma once

#include <memory>
#include <optional>

#include "accounts/accounts.hpp"
#include "accounts/audit_queue.hpp"
#include "accounts/keyring.hpp"
#include "accounts/secret_box.hpp"
#include "accounts/session_tokens.hpp"
#include "audience/merger.hpp"
#include "audience/uploads.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "content/mail_tokens.hpp"
#include "messages/hold.hpp"
#include "net/loops.hpp"
#include "server/assembly.hpp"
#include "server/first_credential.hpp"
#include "server/hold_mark.hpp"
#include "server/settings.hpp"
#include "storage/database.hpp"
#include "storage/folder_lock.hpp"

namespace sesame::server {

/// The data folder with the parts that read and write it for the other assemblies, and the event loops.
struct StoreAssembly final : Assembly {
  const Clock& clock;
  Random& random;
  std::unique_ptr<storage::FolderLock> folder_lock;  // The database has a lock of its own.
  std::unique_ptr<net::Loops> loops;
  std::unique_ptr<accounts::SecretBox> secrets;
  std::unique_ptr<content::MailTokens> mail_tokens;
  accounts::Keyring keyring;
  std::unique_ptr<accounts::SessionTokens> session_tokens;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<accounts::AuditLog> audit_log;
  std::unique_ptr<accounts::AuditQueue> audit;
  std::optional<accounts::FirstCredential> first_credential;  // Set on an empty data folder only.
  std::unique_ptr<audience::Uploads> uploads;
  std::unique_ptr<audience::Merger> merger;
  messages::Hold hold;
  std::optional<HoldMark> hold_mark;  // Set when delivery was held at the start.

  /// Errors: errors::kDataDir, errors::kDatabase, errors::kSettingValue, those of SecretBox::open and
  /// Uploads::open.
  static Result<std::unique_ptr<StoreAssembly>> open(const Settings& settings, const Clock& clock,
                                                     Random& random);
  /// Holds delivery if the mark is there, or sets it. Call it before delivery begins. Error:
  /// errors::kHoldMark.
  Status open_hold(const Settings& settings, bool set_mark);
  /// Ends the hold when the mark is gone; true when it did. Thread: one.
  bool end_hold_without_mark();
  /// Makes the first credential in an empty data folder; those of another one are known since open(),
  /// before anybody can call. Call it when nothing else can keep the server from starting: a credential that
  /// was made and never shown would be lost. Errors: those of ensure_first_credential,
  /// write_first_credential and load_keyring.
  Status open_credentials(const Settings& settings, FirstCredentialOptions options);
  /// Answers handlers that are left over with storage::errors::kStopped and ends the loops that run them.
  void stop() override;

 private:
  StoreAssembly(const Clock& the_clock, Random& the_random) : clock(the_clock), random(the_random) {}
  Status open_folder(const Settings& settings);
  Status open_database(const Settings& settings);

  std::string database_path_;
};

}  // namespace sesame::server

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/secret_box.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// The kind of actor. Stored as its number, which never changes.
enum class ActorKind : std::uint8_t { unknown = 0, user = 1, credential = 2, operating = 3 };
/// "unknown", "user", "credential", "operator".
std::string_view actor_kind_name(ActorKind kind);

/// One act: a change, or somebody who came in or tried to.
struct AuditEntry {
  std::int64_t at_ms = 0;
  std::int64_t account_id = 0;        // The account that it concerns; 0: the first one's operator.
  std::int64_t actor_account_id = 0;  // The actor's own; 0: unknown.
  ActorKind actor_kind = ActorKind::unknown;
  std::string actor;       // A user's name or a credential's id; empty: unknown.
  std::string client;      // "console", "cli", or what the client's program calls itself.
  std::string peer;        // The address that it came from.
  std::string action;      // An action of the API, or one of the console: Login, Logout, StepUp, ...
  std::string target;      // "TaskId=17, ReceiverId=4", of a refusal "asked: ...": never a secret or content.
  std::string code;        // "OK", or that of the refusal.
  std::string request_id;  // The call's; may be empty.
  std::int64_t count = 1;  // How many such acts within a minute.

  /// Reads the columns from at_ms to count.
  static AuditEntry read(storage::Rows& row);
};

/// A fault of the chain.
struct AuditFault {
  std::int64_t day = 0;
  std::int64_t entry_id = 0;  // 0: the day as a whole.
  std::string_view problem;   // English.
};

/// The findings of a check of the whole log.
struct AuditCheck {
  static constexpr std::size_t kFaultsMax = 100;
  std::int64_t days = 0;
  std::int64_t first_day = 0;  // The oldest that is kept, if there is one.
  std::int64_t entries = 0;
  std::vector<AuditFault> faults;  // The first kFaultsMax.
};

/// The audit log of the installation. Its digests are keyed with the master key, so whoever can write into
/// the database alone cannot mend the chain behind a change (docs/decisions/0044-audit-log.md, which also
/// says what a check cannot find). Immutable.
/// Thread: any.
class AuditLog {
 public:
  explicit AuditLog(const SecretBox& secrets) : key_(secrets.derive_key("audit log")) {}

  /// Adds an entry at the end of its day's chain; long and unreadable texts are cut and mended. Job: write.
  void append(storage::Writer& writer, AuditEntry entry) const;

  /// Reads the whole log: for a command, not for a server at work. Job: read.
  AuditCheck check(storage::Reader& reader) const;
  /// Deletes the days before `day`, some rows at a time, and marks that they were deleted for their age;
  /// returns how many rows went. Job: write.
  std::int64_t delete_expired(storage::Writer& writer, std::int64_t day, std::int64_t rows_max) const;

 private:
  struct Day;
  struct Mark;
  /// The marks of the log's two ends, each sealed, so that no whole days vanish there. Stored as its number.
  enum class End : std::uint8_t {
    newest = 1,  // The day that was begun last.
    oldest = 2,  // Earlier days were deleted for their age.
  };
  std::string digest_of(std::string_view before, std::int64_t day, std::int64_t number,
                        const AuditEntry& entry) const;
  std::string seal_of(const Day& day) const;
  std::string seal_of(End end, std::int64_t day) const;
  Mark read_mark(storage::Reader& reader, End end) const;
  void write_mark(storage::Writer& writer, End end, std::int64_t day) const;
  std::int64_t find_day_before(storage::Reader& reader, std::int64_t day) const;
  void check_ends(storage::Reader& reader, const std::vector<Day>& days, AuditCheck& found) const;
  void check_day(storage::Reader& reader, const Day& day, AuditCheck& found) const;

  const SecretBox::DerivedKey key_;
};

}  // namespace sesame::accounts

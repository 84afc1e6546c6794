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
  std::string target;      // "TaskId=17, ReceiverId=4": never a secret or content.
  std::string code;        // "OK", or that of the refusal.
  std::string request_id;  // The call's; may be empty.
  std::int64_t count = 1;  // How many such acts within a minute.
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
  std::int64_t entries = 0;
  std::vector<AuditFault> faults;  // The first kFaultsMax.
};

/// The audit log of the installation. Its digests are keyed with the master key, so whoever can write into
/// the database alone cannot mend the chain behind a change (docs/decisions/0044-audit-log.md). Immutable.
/// Thread: any.
class AuditLog {
 public:
  explicit AuditLog(const SecretBox& secrets) : key_(secrets.derive_key("audit log")) {}

  /// Adds an entry at the end of its day's chain; long and unreadable texts are cut and mended. Job: write.
  void append(storage::Writer& writer, AuditEntry entry) const;

  /// Reads the whole log: for a command, not for a server at work. Days that are missing before the oldest
  /// one were deleted by their age. Job: read.
  AuditCheck check(storage::Reader& reader) const;

 private:
  struct Day;
  std::string digest_of(std::string_view before, std::int64_t day, std::int64_t number,
                        const AuditEntry& entry) const;
  std::string seal_of(const Day& day) const;
  void check_day(storage::Reader& reader, const Day& day, AuditCheck& found) const;

  const SecretBox::DerivedKey key_;
};

/// An entry as it is listed.
struct ListedEntry {
  std::int64_t id = 0;
  std::int64_t app_id = 0;        // The account's public number.
  std::int64_t actor_app_id = 0;  // The actor's account's; 0: unknown.
  AuditEntry entry;
};

/// The wanted entries; what is empty does not narrow.
struct AuditQuery {
  std::int64_t account_id = 0;
  std::optional<std::int64_t> before_id;  // Goes on behind that entry.
  std::optional<std::int64_t> from_ms, until_ms;
  std::string actor;  // In any case.
  std::string action;
  std::uint64_t limit = 20;
};

struct AuditPage {
  std::vector<ListedEntry> entries;  // The newest first.
  std::optional<std::int64_t> next;  // `before_id` of the next page. nullopt: there is none.
  std::uint64_t scanned = 0;
};
/// Lists what concerns an account and what its members did in others; compares at most 20,000 entries. Job:
/// read.
AuditPage list_audit_entries(storage::Reader& reader, const AuditQuery& query);

/// Deletes the days before `day`, some rows at a time; returns how many rows went. Job: write.
std::int64_t delete_expired_audit(storage::Writer& writer, std::int64_t day, std::int64_t rows_max);

}  // namespace sesame::accounts

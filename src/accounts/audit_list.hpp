#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/audit_log.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

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
/// Lists what concerns an account and what its members did in others. Reads entries by their key until the
/// page is full, at most 20,000. Job: read.
AuditPage list_audit_entries(storage::Reader& reader, const AuditQuery& query);

/// The queries of the two sources of a page: ?1 account, ?2 the id before which it begins, ?3 rows.
extern const storage::Sql kListOwnEntries, kListEntriesAbroad;

}  // namespace sesame::accounts

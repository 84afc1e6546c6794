#include "accounts/audit_list.hpp"

#include <limits>
#include <map>
#include <memory>
#include <utility>

#include "base/ascii.hpp"

namespace sesame::accounts {

using storage::Sql;

const Sql kListOwnEntries{
    "accounts.list_audit_entries",
    "SELECT id, at_ms, account_id, actor_account_id, actor_kind, actor, client, peer, action, target, code, "
    "request_id, count FROM audit_entry WHERE account_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3"};
const Sql kListEntriesAbroad{
    "accounts.list_audit_entries_abroad",
    "SELECT id, at_ms, account_id, actor_account_id, actor_kind, actor, client, peer, action, target, code, "
    "request_id, count FROM audit_entry WHERE actor_account_id = ?1 AND actor_account_id <> account_id AND "
    "id < ?2 ORDER BY id DESC LIMIT ?3"};

namespace {

constexpr Sql kAppId{"accounts.app_id_of_audit_entry", "SELECT app_id FROM account WHERE id = ?1"};
constexpr std::uint64_t kScannedMax = 20'000;

/// The entries of one source, the newest first. Job: read.
class Source {
 public:
  Source(storage::Reader& reader, const Sql& sql, std::int64_t account_id, std::int64_t before)
      : rows_(reader.query(sql, account_id, before, kScannedMax + 1)) {
    advance();
  }
  /// The id of the next entry; 0 when there is none.
  std::int64_t id() const { return next_.id; }
  ListedEntry take() {
    ListedEntry taken = std::exchange(next_, {});
    advance();
    return taken;
  }

 private:
  void advance() {
    if (!rows_->next()) return;
    next_.id = rows_->next_integer();
    next_.entry = AuditEntry::read(*rows_);
  }

  const std::unique_ptr<storage::Rows> rows_;
  ListedEntry next_;
};

/// The public numbers of accounts. Job: read.
class AppIds {
 public:
  explicit AppIds(storage::Reader& reader) : reader_(reader) {}
  std::int64_t of(std::int64_t account_id) {
    const auto [found, added] = known_.emplace(account_id, 0);
    if (!added || account_id == 0) return found->second;
    const auto row = reader_.query(kAppId, account_id);
    if (row->next()) found->second = row->next_integer();
    return found->second;
  }

 private:
  storage::Reader& reader_;
  std::map<std::int64_t, std::int64_t> known_;
};

bool is_wanted(const AuditEntry& entry, const AuditQuery& query) {
  return (!query.from_ms || entry.at_ms >= *query.from_ms) &&
         (!query.until_ms || entry.at_ms < *query.until_ms) &&
         (query.actor.empty() || ascii::iequals(entry.actor, query.actor)) &&
         (query.action.empty() || entry.action == query.action);
}

}  // namespace

AuditPage list_audit_entries(storage::Reader& reader, const AuditQuery& query) {
  AuditPage page;
  const std::int64_t before = query.before_id.value_or(std::numeric_limits<std::int64_t>::max());
  Source own(reader, kListOwnEntries, query.account_id, before);
  Source abroad(reader, kListEntriesAbroad, query.account_id, before);
  AppIds app_ids(reader);
  std::int64_t last = 0;
  while (own.id() != 0 || abroad.id() != 0) {
    if (page.scanned == kScannedMax || page.entries.size() == query.limit) {
      page.next = last;
      break;
    }
    ListedEntry listed = own.id() > abroad.id() ? own.take() : abroad.take();
    ++page.scanned;
    last = listed.id;
    // The newest come first; a clock that was set back is no reason to miss some, so none ends the search.
    if (!is_wanted(listed.entry, query)) continue;
    listed.app_id = app_ids.of(listed.entry.account_id);
    listed.actor_app_id = app_ids.of(listed.entry.actor_account_id);
    page.entries.push_back(std::move(listed));
  }
  return page;
}

}  // namespace sesame::accounts

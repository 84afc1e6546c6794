#include "accounts/audit_log.hpp"

#include <sodium.h>

#include <array>
#include <limits>
#include <span>
#include <utility>

#include "accounts/users.hpp"
#include "base/ascii.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kTargetBytesMax = 500;
constexpr std::uint64_t kScannedMax = 20'000;
constexpr std::int64_t kNoDay = -1;

constexpr Sql kFindDay{"accounts.find_audit_day",
                       "SELECT previous_day, entries, last_digest, seal FROM audit_day WHERE day = ?1"};
constexpr Sql kDayBefore{"accounts.audit_day_before",
                         "SELECT day FROM audit_day WHERE day < ?1 ORDER BY day DESC LIMIT 1"};
constexpr Sql kAddDay{"accounts.add_audit_day",
                      "INSERT INTO audit_day (day, previous_day, entries, last_digest, seal) VALUES (?1, ?2, "
                      "?3, ?4, ?5)"};
constexpr Sql kMoveDay{"accounts.move_audit_day",
                       "UPDATE audit_day SET entries = ?2, last_digest = ?3, seal = ?4 WHERE day = ?1"};
constexpr Sql kAdd{
    "accounts.add_audit_entry",
    "INSERT INTO audit_entry (day, number, at_ms, account_id, actor_account_id, actor_kind, "
    "actor, client, peer, action, target, code, request_id, count, digest) VALUES (?1, ?2, ?3, "
    "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"};
constexpr Sql kDays{"accounts.audit_days",
                    "SELECT day, previous_day, entries, last_digest, seal FROM audit_day ORDER BY day"};
constexpr Sql kChain{"accounts.audit_chain",
                     "SELECT id, number, digest, at_ms, account_id, actor_account_id, actor_kind, actor, "
                     "client, peer, action, target, code, request_id, count FROM audit_entry WHERE day = ?1 "
                     "ORDER BY number"};
// Entries of days whose end is gone; those before the oldest day are being deleted.
constexpr Sql kLoose{"accounts.loose_audit_entries",
                     "SELECT day, min(id) FROM audit_entry WHERE day > ?1 AND day NOT IN (SELECT day FROM "
                     "audit_day) GROUP BY day ORDER BY day"};
constexpr Sql kList{
    "accounts.list_audit_entries",
    "SELECT listed.id, own.app_id, other.app_id, listed.at_ms, listed.account_id, "
    "listed.actor_account_id, listed.actor_kind, listed.actor, listed.client, listed.peer, listed.action, "
    "listed.target, listed.code, listed.request_id, listed.count FROM ("
    "SELECT id, at_ms, account_id, actor_account_id, actor_kind, actor, client, peer, action, target, code, "
    "request_id, count FROM audit_entry WHERE account_id = ?1 AND id < ?2 "
    "UNION ALL "
    "SELECT id, at_ms, account_id, actor_account_id, actor_kind, actor, client, peer, action, target, code, "
    "request_id, count FROM audit_entry WHERE actor_account_id = ?1 AND actor_account_id <> account_id AND "
    "id < ?2 ORDER BY id DESC LIMIT ?3) AS listed "
    "LEFT JOIN account AS own ON own.id = listed.account_id "
    "LEFT JOIN account AS other ON other.id = listed.actor_account_id ORDER BY listed.id DESC"};
constexpr Sql kDeleteDays{"accounts.delete_audit_days", "DELETE FROM audit_day WHERE day < ?1"};
constexpr Sql kDeleteEntries{
    "accounts.delete_audit_entries",
    "DELETE FROM audit_entry WHERE id IN (SELECT id FROM audit_entry WHERE day < ?1 ORDER BY day, number "
    "LIMIT ?2)"};

storage::Blob blob(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

std::string bytes_of(storage::Blob blob) { return {reinterpret_cast<const char*>(blob.data()), blob.size()}; }

std::string keyed_hash(std::string_view text, const SecretBox::DerivedKey& key) {
  std::array<unsigned char, kDigestBytes> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size(), key.data(), key.size());
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Adds a part with its length before it, so that no two lists of parts are the same text.
void add_part(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}
void add_part(std::string& text, std::int64_t number) { add_part(text, std::to_string(number)); }

void mend(AuditEntry& entry) {
  for (std::string* text :
       {&entry.actor, &entry.client, &entry.peer, &entry.action, &entry.code, &entry.request_id})
    *text = utf8::mended_to_store(std::string_view(*text).substr(0, kTextBytesMax));
  entry.target = utf8::mended_to_store(std::string_view(entry.target).substr(0, kTargetBytesMax));
}

/// The columns from at_ms to count.
AuditEntry read_entry(storage::Rows& row) {
  AuditEntry entry;
  entry.at_ms = row.next_integer();
  entry.account_id = row.next_integer();
  entry.actor_account_id = row.next_integer();
  entry.actor_kind = row.next_integer<ActorKind>();
  entry.actor = row.next_text();
  entry.client = row.next_text();
  entry.peer = row.next_text();
  entry.action = row.next_text();
  entry.target = row.next_text();
  entry.code = row.next_text();
  entry.request_id = row.next_text();
  entry.count = row.next_integer();
  return entry;
}

bool is_wanted(const AuditEntry& entry, const AuditQuery& query) {
  return (!query.from_ms || entry.at_ms >= *query.from_ms) &&
         (!query.until_ms || entry.at_ms < *query.until_ms) &&
         (query.actor.empty() || ascii::iequals(entry.actor, query.actor)) &&
         (query.action.empty() || entry.action == query.action);
}

void report(AuditCheck& found, std::int64_t day, std::int64_t entry_id, std::string_view problem) {
  if (found.faults.size() < AuditCheck::kFaultsMax) found.faults.push_back({day, entry_id, problem});
}

}  // namespace

struct AuditLog::Day {
  std::int64_t day = 0;
  std::int64_t previous_day = kNoDay;
  std::int64_t entries = 0;
  std::string last_digest;
  std::string seal;

  /// The columns from previous_day to seal.
  void read(storage::Rows& row) {
    previous_day = row.next_integer();
    entries = row.next_integer();
    last_digest = bytes_of(row.next_blob());
    seal = bytes_of(row.next_blob());
  }
};

std::string_view actor_kind_name(ActorKind kind) {
  switch (kind) {
    case ActorKind::user:
      return "user";
    case ActorKind::credential:
      return "credential";
    case ActorKind::operating:
      return "operator";
    case ActorKind::unknown:
      break;
  }
  return "unknown";
}

std::string AuditLog::digest_of(std::string_view before, std::int64_t day, std::int64_t number,
                                const AuditEntry& entry) const {
  std::string text = "entry";
  add_part(text, before);
  for (const std::int64_t part : {day, number, entry.at_ms, entry.account_id, entry.actor_account_id,
                                  static_cast<std::int64_t>(entry.actor_kind), entry.count})
    add_part(text, part);
  for (const std::string* part : {&entry.actor, &entry.client, &entry.peer, &entry.action, &entry.target,
                                  &entry.code, &entry.request_id})
    add_part(text, *part);
  return keyed_hash(text, key_);
}

std::string AuditLog::seal_of(const Day& day) const {
  std::string text = "day";
  for (const std::int64_t part : {day.day, day.previous_day, day.entries}) add_part(text, part);
  add_part(text, day.last_digest);
  return keyed_hash(text, key_);
}

void AuditLog::append(storage::Writer& writer, AuditEntry entry) const {
  mend(entry);
  if (entry.account_id == 0) entry.account_id = first_account(writer).value_or(0);
  if (entry.account_id == 0) return;  // An empty database: there is nobody yet.
  Day day;
  day.day = beijing_day(entry.at_ms);
  bool begun = false;
  {
    const auto row = writer.query(kFindDay, day.day);
    begun = row->next();
    if (begun) day.read(*row);
  }
  if (!begun) {
    const auto before = writer.query(kDayBefore, day.day);
    if (before->next()) day.previous_day = before->next_integer();
  }
  ++day.entries;
  day.last_digest = digest_of(day.last_digest, day.day, day.entries, entry);
  day.seal = seal_of(day);
  writer.run(kAdd, day.day, day.entries, entry.at_ms, entry.account_id, entry.actor_account_id,
             entry.actor_kind, entry.actor, entry.client, entry.peer, entry.action, entry.target, entry.code,
             entry.request_id, entry.count, blob(day.last_digest));
  if (begun)
    writer.run(kMoveDay, day.day, day.entries, blob(day.last_digest), blob(day.seal));
  else
    writer.run(kAddDay, day.day, day.previous_day, day.entries, blob(day.last_digest), blob(day.seal));
}

AuditCheck AuditLog::check(storage::Reader& reader) const {
  AuditCheck found;
  std::vector<Day> days;
  {
    const auto rows = reader.query(kDays);
    while (rows->next()) {
      Day day;
      day.day = rows->next_integer();
      day.read(*rows);
      days.push_back(std::move(day));
    }
  }
  const std::int64_t oldest = days.empty() ? kNoDay : days.front().day;
  std::size_t index = 0;
  for (const Day& day : days) {
    if (seal_of(day) != day.seal) report(found, day.day, 0, "the end of the day was changed");
    const bool follows = day.previous_day < oldest || (index > 0 && days[index - 1].day >= day.previous_day);
    if (!follows) report(found, day.previous_day, 0, "the day is missing");
    check_day(reader, day, found);
    ++index;
  }
  const auto loose = reader.query(kLoose, oldest);
  while (loose->next()) {
    const std::int64_t day = loose->next_integer();
    report(found, day, loose->next_integer(), "the end of the day is missing");
  }
  found.days = static_cast<std::int64_t>(days.size());
  return found;
}

void AuditLog::check_day(storage::Reader& reader, const Day& day, AuditCheck& found) const {
  std::string before;
  std::int64_t number = 0;
  const auto rows = reader.query(kChain, day.day);
  while (rows->next()) {
    const std::int64_t id = rows->next_integer();
    const std::int64_t stored_number = rows->next_integer();
    const std::string stored = bytes_of(rows->next_blob());
    const AuditEntry entry = read_entry(*rows);
    ++found.entries;
    if (stored_number != ++number) {
      report(found, day.day, id, "entries before this one are missing");
      number = stored_number;
    } else if (digest_of(before, day.day, stored_number, entry) != stored) {
      report(found, day.day, id, "the entry was changed");
    }
    before = stored;
  }
  if (number != day.entries || before != day.last_digest)
    report(found, day.day, 0, "the last entries of the day are missing or were changed");
}

AuditPage list_audit_entries(storage::Reader& reader, const AuditQuery& query) {
  AuditPage page;
  const std::int64_t before = query.before_id.value_or(std::numeric_limits<std::int64_t>::max());
  const auto rows = reader.query(kList, query.account_id, before, kScannedMax + 1);
  std::int64_t last = 0;
  while (rows->next()) {
    ListedEntry listed;
    listed.id = rows->next_integer();
    listed.app_id = rows->next_integer();
    listed.actor_app_id = rows->next_integer();
    listed.entry = read_entry(*rows);
    if (page.scanned == kScannedMax || page.entries.size() == query.limit) {
      page.next = last;
      break;
    }
    ++page.scanned;
    last = listed.id;
    // The newest come first; a clock that was set back is no reason to miss some, so none ends the search.
    if (is_wanted(listed.entry, query)) page.entries.push_back(std::move(listed));
  }
  return page;
}

std::int64_t delete_expired_audit(storage::Writer& writer, std::int64_t day, std::int64_t rows_max) {
  writer.run(kDeleteDays, day);
  return writer.run(kDeleteEntries, day, rows_max);
}

}  // namespace sesame::accounts

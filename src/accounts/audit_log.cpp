#include "accounts/audit_log.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "accounts/users.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"

namespace sesame::accounts {
namespace {

using storage::Sql;

constexpr std::size_t kDigestBytes = 32;
constexpr std::size_t kTextBytesMax = 200;
constexpr std::size_t kTargetBytesMax = 500;
constexpr std::int64_t kNoDay = -1;  // Before the first day of all.
// The day before was not known when a day began, or this one had begun before and was gone.
constexpr std::int64_t kLostDay = -2;

constexpr Sql kFindDay{"accounts.find_audit_day",
                       "SELECT previous_day, entries, last_digest, seal FROM audit_day WHERE day = ?1"};
constexpr Sql kAnyDay{"accounts.any_audit_day", "SELECT day FROM audit_day LIMIT 1"};
constexpr Sql kFindMark{"accounts.find_audit_mark", "SELECT day, seal FROM audit_mark WHERE place = ?1"};
constexpr Sql kSetMark{
    "accounts.set_audit_mark",
    "INSERT INTO audit_mark (place, day, seal) VALUES (?1, ?2, ?3) ON CONFLICT (place) DO UPDATE SET day = "
    "excluded.day, seal = excluded.seal"};
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
// Entries of days whose end is gone; those before the oldest day that is kept are being deleted.
constexpr Sql kLoose{"accounts.loose_audit_entries",
                     "SELECT day, min(id) FROM audit_entry WHERE day >= ?1 AND day NOT IN (SELECT day FROM "
                     "audit_day) GROUP BY day ORDER BY day"};
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

void report(AuditCheck& found, std::int64_t day, std::int64_t entry_id, std::string_view problem) {
  if (found.faults.size() < AuditCheck::kFaultsMax) found.faults.push_back({day, entry_id, problem});
}

}  // namespace

struct AuditLog::Mark {
  bool found = false;
  bool genuine = false;  // Its seal is right.
  std::int64_t day = 0;
};

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

AuditEntry AuditEntry::read(storage::Rows& row) {
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

std::string AuditLog::seal_of(End end, std::int64_t day) const {
  std::string text = "mark";
  for (const std::int64_t part : {static_cast<std::int64_t>(end), day}) add_part(text, part);
  return keyed_hash(text, key_);
}

AuditLog::Mark AuditLog::read_mark(storage::Reader& reader, End end) const {
  Mark mark;
  const auto row = reader.query(kFindMark, end);
  mark.found = row->next();
  if (!mark.found) return mark;
  mark.day = row->next_integer();
  mark.genuine = bytes_of(row->next_blob()) == seal_of(end, mark.day);
  return mark;
}

void AuditLog::write_mark(storage::Writer& writer, End end, std::int64_t day) const {
  writer.run(kSetMark, end, day, blob(seal_of(end, day)));
}

/// The day that was begun before a new one, by its mark and not by what is left of the log.
std::int64_t AuditLog::find_day_before(storage::Reader& reader, std::int64_t day) const {
  const Mark newest = read_mark(reader, End::newest);
  // A day that was begun already, and is not there, was removed.
  if (newest.found) return newest.genuine && newest.day != day ? newest.day : kLostDay;
  const bool something_is_left = read_mark(reader, End::oldest).found || reader.query(kAnyDay)->next();
  return something_is_left ? kLostDay : kNoDay;
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
    day.previous_day = find_day_before(writer, day.day);
    write_mark(writer, End::newest, day.day);
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
  for (const Day& day : days) {
    if (seal_of(day) != day.seal) report(found, day.day, 0, "the end of the day was changed");
    check_day(reader, day, found);
  }
  check_ends(reader, days, found);
  found.days = static_cast<std::int64_t>(days.size());
  if (!days.empty()) found.first_day = days.front().day;
  return found;
}

/// Looks for whole days that are missing: each day names the one that was begun before it, and marks name
/// the newest of all and the oldest that is kept.
void AuditLog::check_ends(storage::Reader& reader, const std::vector<Day>& days, AuditCheck& found) const {
  const Mark newest = read_mark(reader, End::newest);
  const Mark oldest = read_mark(reader, End::oldest);
  if (oldest.found && !oldest.genuine) report(found, oldest.day, 0, "the mark of the oldest day was changed");
  const std::int64_t kept_from = oldest.genuine ? oldest.day : 0;
  // A clock that was ahead deleted days, and the mark says that all before its own are gone for their age.
  if (!days.empty() && days.front().day < kept_from)
    report(found, days.front().day, 0, "the day is older than days that were deleted for their age");
  std::set<std::int64_t> missing;
  bool begins = false;
  const auto expect = [&](std::int64_t day) {
    if (day >= kept_from && !std::ranges::binary_search(days, day, {}, &Day::day)) missing.insert(day);
  };
  for (const Day& day : days) {
    const bool lost = day.previous_day == kLostDay || (day.previous_day == kNoDay && begins);
    if (lost) report(found, day.day, 0, "the log before the first entry of the day was removed");
    begins = begins || day.previous_day == kNoDay;
    expect(day.previous_day);
  }
  if (newest.genuine)
    expect(newest.day);
  else if (newest.found || oldest.found || !days.empty())
    report(found, newest.day, 0, "the mark of the newest day is missing or was changed");
  for (const std::int64_t day : missing) report(found, day, 0, "the day is missing");
  const auto loose = reader.query(kLoose, kept_from);
  while (loose->next()) {
    const std::int64_t day = loose->next_integer();
    report(found, day, loose->next_integer(), "the end of the day is missing");
  }
}

void AuditLog::check_day(storage::Reader& reader, const Day& day, AuditCheck& found) const {
  std::string before;
  std::int64_t number = 0;
  const auto rows = reader.query(kChain, day.day);
  while (rows->next()) {
    const std::int64_t id = rows->next_integer();
    const std::int64_t stored_number = rows->next_integer();
    const std::string stored = bytes_of(rows->next_blob());
    const AuditEntry entry = AuditEntry::read(*rows);
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

std::int64_t AuditLog::delete_expired(storage::Writer& writer, std::int64_t day,
                                      std::int64_t rows_max) const {
  if (writer.run(kDeleteDays, day) > 0) {
    const Mark before = read_mark(writer, End::oldest);
    // A mark that somebody changed stays, to be found. One of a clock that was ahead stays, too.
    if (!before.found || (before.genuine && before.day < day)) write_mark(writer, End::oldest, day);
  }
  return writer.run(kDeleteEntries, day, rows_max);
}

}  // namespace sesame::accounts

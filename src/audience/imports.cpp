#include "audience/imports.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "audience/errors.hpp"
#include "audience/groups.hpp"
#include "audience/import_verdicts.hpp"
#include "audience/template_data.hpp"
#include "base/id_text.hpp"
#include "storage/sql_text.hpp"

namespace sesame::audience {
namespace {

using accounts::Scope;
using storage::Sql;

constexpr storage::SqlText kColumns{
    "SELECT i.id, i.group_id, i.file_name, i.file_bytes, i.author, i.leave_out, i.state, i.created_ms, "
    "i.changed_ms, i.parts, i.total, i.valid, i.invalid, i.too_long, i.empty, i.repeat, i.refused, i.added, "
    "i.verdict_bytes, i.removed FROM audience_import i "};
// An import goes with its group.
constexpr storage::SqlText kVisible{
    "i.account_id = ?1 AND i.region = ?2 AND i.state < 5 AND EXISTS "
    "(SELECT 1 FROM audience_group g WHERE g.id = i.group_id AND g.deleted_ms IS NULL) "};
static_assert(static_cast<int>(ImportState::expired) == 5);
constexpr Sql kFind{"audience.find_import", storage::sql_join<kColumns, "WHERE i.id = ?3 AND ", kVisible>};
constexpr Sql kFindByToken{
    "audience.find_import_by_token",
    storage::sql_join<kColumns, "WHERE i.client_token = ?3 AND i.client_token <> '' AND ", kVisible>};
constexpr Sql kListOfGroup{"audience.list_imports_of_group",
                           storage::sql_join<kColumns, "WHERE i.group_id = ?3 AND ", kVisible,
                                             "ORDER BY i.id DESC LIMIT ?4 OFFSET ?5">};
constexpr Sql kList{"audience.list_imports",
                    storage::sql_join<kColumns, "WHERE ", kVisible, "ORDER BY i.id DESC LIMIT ?3 OFFSET ?4">};
constexpr Sql kCountOfGroup{
    "audience.count_imports_of_group",
    storage::sql_join<"SELECT count(*) FROM audience_import i WHERE i.group_id = ?3 AND ", kVisible>};
constexpr Sql kCount{"audience.count_imports",
                     storage::sql_join<"SELECT count(*) FROM audience_import i WHERE ", kVisible>};
constexpr Sql kInsert{"audience.insert_import",
                      "INSERT INTO audience_import (account_id, region, group_id, file_name, file_bytes, "
                      "author, client_token, leave_out, state, "
                      "created_ms, changed_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)"};
constexpr Sql kExpireOlder{
    "audience.expire_older_imports",
    "UPDATE audience_import SET state = ?3 WHERE group_id = ?1 AND state < 4 AND id <= "
    "(SELECT id FROM audience_import WHERE group_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)"};
constexpr Sql kExpire{
    "audience.expire_imports",
    "UPDATE audience_import SET state = ?3 WHERE id IN (SELECT id FROM audience_import WHERE "
    "changed_ms < ?1 AND state < 4 ORDER BY changed_ms LIMIT ?2)"};
constexpr Sql kInsertPart{
    "audience.insert_import_part",
    "INSERT INTO audience_import_part (account_id, import_id, part, first_line, rows, first_ordinal, added, "
    "digest, verdicts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kPartOnDisk{
    "audience.import_part_on_disk",
    "SELECT first_line, digest FROM audience_import_part WHERE import_id = ?1 AND part = ?2"};
constexpr Sql kAddPart{
    "audience.add_import_part",
    "UPDATE audience_import SET parts = parts + 1, changed_ms = ?2, total = total + ?3, valid = valid + ?4, "
    "invalid = invalid + ?5, too_long = too_long + ?6, empty = empty + ?7, repeat = repeat + ?8, "
    "refused = refused + ?9, added = added + ?10, verdict_bytes = verdict_bytes + ?11 WHERE id = ?1"};
constexpr Sql kSetState{"audience.set_import_state", "UPDATE audience_import SET state = ?2 WHERE id = ?1"};
constexpr Sql kCountUndoing{"audience.count_undoing",
                            "UPDATE audience_group SET undoing = undoing + ?2 WHERE id = ?1"};
constexpr Sql kRoom{"audience.room_in_group", "SELECT accepted, erased FROM audience_group WHERE id = ?1"};
constexpr Sql kUndoing{"audience.group_is_undoing", "SELECT undoing FROM audience_group WHERE id = ?1"};
constexpr Sql kVariableNames{
    "audience.variable_names_in_scope",
    "SELECT variable_names FROM audience_group WHERE account_id = ?1 AND region = ?2 AND id = ?3"};

Import import_of(storage::Rows& row) {
  Import found;
  found.id = row.next_integer();
  found.group_id = row.next_integer();
  found.file_name = row.next_text();
  found.file_bytes = row.next_integer();
  found.author = row.next_text();
  found.leave_out = row.next_flag();
  found.state = row.next_integer<ImportState>();
  found.created_ms = row.next_integer();
  found.changed_ms = row.next_integer();
  found.parts = row.next_integer<std::uint32_t>();
  for (std::uint64_t* count :
       {&found.counts.total, &found.counts.valid, &found.counts.invalid, &found.counts.too_long,
        &found.counts.empty, &found.counts.repeat, &found.counts.refused, &found.counts.added,
        &found.verdict_bytes, &found.removed})
    *count = row.next_integer<std::uint64_t>();
  return found;
}

ImportCounts count(std::span<const RowVerdict> verdicts, bool leave_out) {
  ImportCounts counts{.total = verdicts.size()};
  for (const RowVerdict verdict : verdicts) {
    counts.valid += verdict == RowVerdict::valid;
    counts.invalid += verdict == RowVerdict::invalid || verdict == RowVerdict::left_out;
    counts.too_long += verdict == RowVerdict::too_long;
    counts.empty += verdict == RowVerdict::empty;
    counts.repeat += is_repeat(verdict);
    counts.refused += verdict >= RowVerdict::data_not_json;
  }
  counts.added = counts.valid + (leave_out ? 0 : counts.invalid);
  return counts;
}

/// A digest as the database holds it.
std::int64_t stored_digest(const PreparedPart& part) { return static_cast<std::int64_t>(part.digest); }

Status check_not_undoing(storage::Reader& reader, std::int64_t group_id) {
  const auto row = reader.query(kUndoing, group_id);
  if (row->next() && row->next_integer() > 0)
    return Error(errors::kGroupUndoing).with("value", id_text(group_id));
  return Done{};
}

/// Decides before anybody is accepted: the duplicate index in memory does not hear of a job that returns an
/// Error later. So the last part may pass the bound of the verdicts by its own.
Status check_room(const Import& import) {
  if (import.parts >= kImportPartsMax)
    return Error(errors::kImportFull)
        .with("limit", std::to_string(kImportPartsMax))
        .with("rows", std::to_string(kPartRowsMax));
  if (import.verdict_bytes >= kImportVerdictBytesMax)
    return Error(errors::kVerdictsFull).with("limit", std::to_string(kImportVerdictBytesMax >> 20));
  return Done{};
}

Error unexpected(const Import& import, std::uint32_t number) {
  return Error(errors::kPartUnexpected)
      .with("name", "Part")
      .with("value", std::to_string(number))
      .with("limit", std::to_string(import.parts + 1));
}

/// Whether a part on disk has the very rows of the call.
Status check_repeated(storage::Reader& reader, const Import& import, const ImportPart& part,
                      const PreparedPart& prepared) {
  const auto row = reader.query(kPartOnDisk, import.id, part.number);
  if (row->next()) {
    const bool same_line = row->next_integer<std::uint64_t>() == part.first_line;
    const bool same_rows = row->next_integer() == stored_digest(prepared);
    if (same_line && same_rows) return Done{};
  }
  return Error(errors::kPartDiffers)
      .with("name", "Part")
      .with("value", std::to_string(part.number))
      .with("limit", std::to_string(import.parts + 1));
}

Status store_part(storage::Writer& writer, Uploads& uploads, const Scope& scope, const Import& import,
                  const ImportPart& part, const PreparedPart& prepared, std::int64_t now_ms) {
  if (Status open = check_not_undoing(writer, import.group_id); !open) return open;
  if (Status room = check_room(import); !room) return room;
  // A part without a row that may be stored has nothing for the group.
  AcceptedUpload accepted;
  if (!prepared.upload.rows.empty()) {
    Result<AcceptedUpload> stored = uploads.accept_rows(writer, scope, import.group_id, prepared.upload);
    if (!stored) return std::move(stored).error();
    accepted = std::move(*stored);
  }
  const std::uint64_t rows = prepared.verdicts.size();
  ImportCounts counts{.total = rows, .valid = rows, .added = rows};
  std::string judged_again;
  std::string_view bytes = prepared.encoded;
  if (!accepted.repeats.empty()) {
    // Only the tables know these repeats.
    const PartVerdicts judged = judge_part(prepared, accepted.repeats);
    counts = count(judged.verdicts, import.leave_out);
    bytes = judged_again = encode_verdicts(judged);
  } else if (!prepared.all_valid) {
    counts = count(prepared.verdicts, import.leave_out);
  }
  const storage::Value verdicts =
      bytes.empty() ? storage::Value(nullptr) : storage::Value(std::as_bytes(std::span(bytes)));
  writer.run(kInsertPart, scope.account_id, import.id, part.number, part.first_line, counts.total,
             accepted.first_ordinal, counts.added, stored_digest(prepared), verdicts);
  writer.run(kAddPart, import.id, now_ms, counts.total, counts.valid, counts.invalid, counts.too_long,
             counts.empty, counts.repeat, counts.refused, counts.added, bytes.size());
  return Done{};
}

/// The import that was begun with the token; nullopt when none was.
Result<std::optional<Import>> find_begun(storage::Reader& reader, const Scope& scope,
                                         const NewImport& wanted) {
  if (wanted.client_token.empty()) return std::optional<Import>();
  const auto row = reader.query(kFindByToken, scope.account_id, scope.region, wanted.client_token);
  if (!row->next()) return std::optional<Import>();
  Import found = import_of(*row);
  const bool same = found.group_id == wanted.group_id && found.file_name == wanted.file_name &&
                    found.file_bytes == wanted.file_bytes && found.leave_out == wanted.leave_out;
  if (!same) return Error(errors::kTokenTaken).with("name", "ClientToken").with("value", id_text(found.id));
  return std::optional(std::move(found));
}

}  // namespace

Result<Import> begin_import(storage::Writer& writer, const Scope& scope, const NewImport& wanted,
                            const GroupOptions& options, std::int64_t now_ms) {
  const Result<Group> group = find_group(writer, scope, wanted.group_id);
  if (!group) return group.error();
  Result<std::optional<Import>> begun = find_begun(writer, scope, wanted);
  if (!begun) return std::move(begun).error();
  if (*begun) return std::move(**begun);
  if (Status open = check_not_undoing(writer, wanted.group_id); !open) return std::move(open).error();
  const std::uint64_t limit = options.recipients_per_group;
  if (limit > 0 && wanted.recipients > limit)
    return Error(errors::kGroupFull).with("limit", std::to_string(limit));
  const std::int64_t id = writer.insert(kInsert, scope.account_id, scope.region, wanted.group_id,
                                        wanted.file_name, wanted.file_bytes, wanted.author,
                                        wanted.client_token, wanted.leave_out, ImportState::open, now_ms);
  writer.run(kExpireOlder, wanted.group_id, kImportsPerGroup, ImportState::expired);
  return find_import(writer, scope, id);
}

Result<PartRules> read_part_rules(storage::Reader& reader, const Scope& scope, const PartTarget& target) {
  PartRules rules{.leave_out = target.leave_out};
  std::int64_t group_id = target.group_id;
  if (target.import_id != 0) {
    const Result<Import> import = find_import(reader, scope, target.import_id);
    if (!import) return import.error();
    rules.leave_out = import->leave_out;
    group_id = import->group_id;
  }
  const auto row = reader.query(kVariableNames, scope.account_id, scope.region, group_id);
  if (!row->next()) return rules;
  if (const auto names = row->next_optional_text()) rules.variable_names = names_from_json(*names);
  return rules;
}

Result<Import> add_part(storage::Writer& writer, Uploads& uploads, const Scope& scope, const ImportPart& part,
                        const PreparedPart* prepared, std::int64_t now_ms) {
  Result<Import> import = find_import(writer, scope, part.import_id);
  if (!import) return import;
  if (part.number == 0 && prepared != nullptr)
    return Error(errors::kPartUnnamed).with("name", "Part").with("limit", std::to_string(import->parts + 1));
  if (part.number != 0 && prepared == nullptr) return Error(errors::kBatchEmpty);
  const bool known = part.number <= import->parts;
  if (known && part.number != 0) {
    if (Status same = check_repeated(writer, *import, part, *prepared); !same) return std::move(same).error();
  }
  // A repeated call gets the answer that was lost.
  if (known && (!part.last || import->state == ImportState::finished)) return import;
  if (import->state != ImportState::open)
    return Error(errors::kImportOver).with("value", id_text(part.import_id));
  if (known ? part.number != 0 && part.number != import->parts : part.number != import->parts + 1)
    return unexpected(*import, part.number);
  if (!known) {
    if (Status stored = store_part(writer, uploads, scope, *import, part, *prepared, now_ms); !stored)
      return std::move(stored).error();
  }
  if (part.last) writer.run(kSetState, import->id, ImportState::finished);
  return find_import(writer, scope, part.import_id);
}

Result<Import> begin_undo(storage::Writer& writer, const Scope& scope, std::int64_t id, std::int64_t now_ms) {
  Result<Import> import = find_import(writer, scope, id);
  if (!import || import->state == ImportState::undoing) return import;
  if (import->state == ImportState::undone) return Error(errors::kImportUndone).with("value", id_text(id));
  if (now_ms >= import->undo_until_ms()) return Error(errors::kUndoTooLate).with("value", id_text(id));
  writer.run(kSetState, id, ImportState::undoing);
  writer.run(kCountUndoing, import->group_id, 1);
  return find_import(writer, scope, id);
}

Result<Import> stop_undo(storage::Writer& writer, const Scope& scope, std::int64_t id) {
  Result<Import> import = find_import(writer, scope, id);
  if (!import) return import;
  if (import->state != ImportState::undoing) return Error(errors::kNotUndoing).with("value", id_text(id));
  writer.run(kSetState, id, ImportState::stopped);
  writer.run(kCountUndoing, import->group_id, -1);
  return find_import(writer, scope, id);
}

Result<Import> find_import(storage::Reader& reader, const Scope& scope, std::int64_t id) {
  const auto row = reader.query(kFind, scope.account_id, scope.region, id);
  if (!row->next()) return Error(errors::kImportMissing).with("value", id_text(id));
  return import_of(*row);
}

ImportPage list_imports(storage::Reader& reader, const Scope& scope, std::int64_t group_id,
                        std::uint64_t offset, std::uint64_t limit) {
  ImportPage page;
  const auto total = group_id == 0 ? reader.query(kCount, scope.account_id, scope.region)
                                   : reader.query(kCountOfGroup, scope.account_id, scope.region, group_id);
  if (total->next()) page.total = total->next_integer<std::uint64_t>();
  const auto rows = group_id == 0
                        ? reader.query(kList, scope.account_id, scope.region, limit, offset)
                        : reader.query(kListOfGroup, scope.account_id, scope.region, group_id, limit, offset);
  while (rows->next()) page.imports.push_back(import_of(*rows));
  return page;
}

std::uint64_t room_in(storage::Reader& reader, std::int64_t group_id, const GroupOptions& options) {
  const auto row = reader.query(kRoom, group_id);
  if (!row->next()) return 0;
  const auto accepted = row->next_integer<std::uint64_t>();
  const auto erased = row->next_integer<std::uint64_t>();
  const std::uint64_t places = std::numeric_limits<std::uint32_t>::max() - accepted;
  const std::uint64_t limit = options.recipients_per_group;
  if (limit == 0) return places;
  return std::min(places, limit - std::min(limit, accepted - erased));
}

std::int64_t delete_expired_imports(storage::Writer& writer, std::int64_t before_ms, std::int64_t limit) {
  return writer.run(kExpire, before_ms, limit, ImportState::expired);
}

}  // namespace sesame::audience

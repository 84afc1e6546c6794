#include "audience/import_work.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "audience/block_rows.hpp"
#include "audience/imports.hpp"
#include "base/log.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

// In the order of the index: a sort would cost each portion of merged uploads more than the look itself.
constexpr Sql kNext{"audience.next_import_work",
                    "SELECT id, group_id, state, undo_part, undo_at FROM audience_import WHERE state >= 4 "
                    "ORDER BY state DESC, id DESC LIMIT 1"};
static_assert(static_cast<int>(ImportState::undoing) == 4);
constexpr Sql kParts{
    "audience.import_parts_from",
    "SELECT part, first_ordinal, added FROM audience_import_part WHERE import_id = ?1 AND part >= ?2 "
    "ORDER BY part LIMIT ?3"};
constexpr Sql kMergedEnd{"audience.import_merged_end", "SELECT recipients FROM audience_group WHERE id = ?1"};
constexpr Sql kErased{"audience.count_erased",
                      "UPDATE audience_group SET erased = erased + ?2, invalid = invalid - ?3 WHERE id = ?1"};
constexpr Sql kProgress{
    "audience.undo_progress",
    "UPDATE audience_import SET undo_part = ?2, undo_at = ?3, removed = removed + ?4 WHERE id = ?1"};
constexpr Sql kEnd{"audience.undo_end", "UPDATE audience_import SET state = ?2 WHERE id = ?1"};
constexpr Sql kUndoingEnds{"audience.group_undoing_ends",
                           "UPDATE audience_group SET undoing = undoing - 1 WHERE id = ?1"};
// The next upload names the variables of a group that has nobody left.
constexpr Sql kClearVariables{
    "audience.clear_variables",
    "UPDATE audience_group SET variable_names = NULL WHERE id = ?1 AND accepted = erased"};
constexpr Sql kRemoveParts{
    "audience.remove_import_parts",
    "DELETE FROM audience_import_part WHERE id IN (SELECT id FROM audience_import_part WHERE import_id = ?1 "
    "ORDER BY part LIMIT ?2)"};
constexpr Sql kRemove{"audience.remove_import", "DELETE FROM audience_import WHERE id = ?1"};
constexpr Sql kExpireOf{"audience.expire_imports_of_group",
                        "UPDATE audience_import SET state = ?2 WHERE group_id = ?1 AND state < ?2"};

constexpr std::int64_t kPartsPerStep = 256;

struct Undo {
  std::int64_t id = 0;
  std::int64_t group_id = 0;
  std::uint32_t part = 0;
  std::uint64_t at = 0;
};
struct Range {
  std::uint32_t part = 0;
  std::uint64_t from = 0;
  std::uint64_t end = 0;
};

std::vector<Range> ranges_from(storage::Reader& reader, const Undo& undo) {
  std::vector<Range> ranges;
  const auto rows = reader.query(kParts, undo.id, undo.part, kPartsPerStep);
  while (rows->next()) {
    const auto part = rows->next_integer<std::uint32_t>();
    const auto from = rows->next_integer<std::uint64_t>();
    ranges.push_back({part, from, from + rows->next_integer<std::uint64_t>()});
  }
  return ranges;
}

void end(storage::Writer& writer, const Undo& undo, ImportState state) {
  writer.run(kEnd, undo.id, state);
  writer.run(kUndoingEnds, undo.group_id);
  writer.run(kClearVariables, undo.group_id);
}

/// Removes the recipients of the ranges, as far as they lie in one block, from `from` on. Moves `undo` on.
Status erase_in_block(storage::Writer& writer, std::uint64_t from, const std::vector<Range>& ranges,
                      Undo& undo) {
  Result<Block> block = load_block_of(writer, undo.group_id, static_cast<std::uint32_t>(from));
  if (!block) return std::move(block).error();
  const std::vector<BlockRow> stored = block_rows_from(writer, undo.group_id, from, 1);
  std::vector<RowView> rows;
  for (std::uint32_t i = 0; i < block->size(); ++i) rows.push_back(block->row(i));
  const std::uint64_t first = block->first_ordinal();
  std::uint64_t removed = 0, invalid = 0;
  for (const Range& range : ranges) {
    if (range.from >= first + rows.size()) break;
    undo.part = range.part;
    for (std::uint64_t at = std::max({range.from, undo.at, first});
         at < std::min(range.end, first + rows.size()); ++at) {
      RowView& row = rows[at - first];
      if (row.state == kRowErased) continue;
      ++removed;
      invalid += row.state != kRowValid;
      row = {.state = kRowErased, .created_ms = row.created_ms};
    }
  }
  // Many small parts may lie in one block: those behind the ones that were read come with the next step.
  undo.at = first + rows.size();
  if (ranges.size() == static_cast<std::size_t>(kPartsPerStep))
    undo.at = std::min(undo.at, std::ranges::max(ranges, {}, &Range::end).end);
  if (removed > 0) replace_block(writer, stored.front().id, encode_block(rows));
  writer.run(kErased, undo.group_id, removed, invalid);
  writer.run(kProgress, undo.id, undo.part, undo.at, removed);
  return Done{};
}

/// Returns false when it has to wait until the recipients are merged.
bool undo_step(storage::Writer& writer, Undo undo) {
  const std::vector<Range> ranges = ranges_from(writer, undo);
  const auto next = std::ranges::find_if(
      ranges, [&](const Range& range) { return range.end > undo.at && range.end > range.from; });
  if (next == ranges.end()) {
    if (ranges.size() < static_cast<std::size_t>(kPartsPerStep)) {
      end(writer, undo, ImportState::undone);
    } else {
      writer.run(kProgress, undo.id, ranges.back().part, undo.at, 0);
    }
    return true;
  }
  const std::uint64_t from = std::max(next->from, undo.at);
  {
    const auto merged = writer.query(kMergedEnd, undo.group_id);
    if (!merged->next() || from >= merged->next_integer<std::uint64_t>()) return false;
  }
  if (Status erased = erase_in_block(writer, from, ranges, undo); !erased) {
    log_error("audience.undo_failed", {{"reason", erased.error().reason()}, {"import", undo.id}});
    end(writer, undo, ImportState::stopped);
  }
  return true;
}

}  // namespace

bool import_step(storage::Writer& writer) {
  Undo undo;
  ImportState state{};
  {
    const auto row = writer.query(kNext);
    if (!row->next()) return false;
    undo.id = row->next_integer();
    undo.group_id = row->next_integer();
    state = row->next_integer<ImportState>();
    undo.part = row->next_integer<std::uint32_t>();
    undo.at = row->next_integer<std::uint64_t>();
  }
  if (state == ImportState::undoing) return undo_step(writer, undo);
  if (writer.run(kRemoveParts, undo.id, kPartsPerStep) < kPartsPerStep) writer.run(kRemove, undo.id);
  return true;
}

void expire_imports_of(storage::Writer& writer, std::int64_t group_id) {
  writer.run(kExpireOf, group_id, ImportState::expired);
}

}  // namespace sesame::audience

#include "audience/merging.hpp"

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "audience/import_work.hpp"
#include "audience/merge_step.hpp"
#include "audience/runs.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kUnmergedGroup{
    "audience.unmerged_group",
    "SELECT id, accepted, recipients FROM audience_group "
    "WHERE recipients < accepted AND deleted_ms IS NULL AND id > ?1 ORDER BY id LIMIT 1"};
constexpr Sql kMerged{"audience.merged",
                      "UPDATE audience_group SET recipients = recipients + ?2, invalid = invalid + ?3, "
                      "queued_blocks = queued_blocks - ?4 WHERE id = ?1"};
constexpr Sql kDeletedGroup{"audience.deleted_group",
                            "SELECT id FROM audience_group WHERE deleted_ms IS NOT NULL ORDER BY id LIMIT 1"};
constexpr Sql kDeleteGroup{"audience.delete_group_row", "DELETE FROM audience_group WHERE id = ?1"};

// The time of one portion: interactive work waits no longer than this plus one step.
constexpr std::chrono::milliseconds kHelping{4};
constexpr std::uint64_t kNewsWorthAPlan = 64;  // Recipients. Planning reads a row for each block that waits.
constexpr std::int64_t kBlocksPerLook = 2'048;
constexpr std::int64_t kBlocksRemovedPerStep = 16;  // About 1 MiB.

struct Unmerged {
  std::int64_t group_id;
  std::uint64_t accepted;
  std::uint64_t recipients;
};

std::optional<Unmerged> next_unmerged(storage::Reader& reader, std::int64_t after_group) {
  const auto row = reader.query(kUnmergedGroup, after_group);
  if (!row->next()) return std::nullopt;
  return Unmerged{row->next_integer(), row->next_integer<std::uint64_t>(),
                  row->next_integer<std::uint64_t>()};
}

MergeStep plan_for(storage::Reader& reader, const Unmerged& group) {
  const std::uint64_t look_from = group.recipients == 0 ? 0 : group.recipients - 1;
  const std::vector<BlockRow> rows = block_rows_from(reader, group.group_id, look_from, kBlocksPerLook);
  if (group.recipients == 0) return plan_step(std::nullopt, rows);
  return plan_step(rows.front(), std::span(rows).subspan(1));
}

/// Appends the absorbed blocks' rows to the tail's.
Status rewrite_tail(storage::Writer& writer, std::int64_t group_id, const MergeStep& step) {
  const std::uint64_t from = step.tail->first_ordinal;
  const std::uint64_t end = step.absorbed.back().end_ordinal();
  const Result<std::vector<Block>> sources = load_blocks_between(writer, group_id, from, end);
  if (!sources) return sources.error();
  std::vector<RowView> rows;
  for (const Block& block : *sources) {
    for (std::uint32_t i = 0; i < block.size(); ++i) rows.push_back(block.row(i));
  }
  delete_blocks_between(writer, group_id, from + 1, end);
  replace_block(writer, step.tail->id, encode_block(rows));
  return Done{};
}

}  // namespace

Result<bool> Merging::some(storage::Writer& writer) {
  const auto deadline = clock_.steady_now() + kHelping;
  Result<bool> unmerged = merge_uploads(writer);
  if (!unmerged) return unmerged;
  bool behind = true;
  do {
    const bool compacted = compact_index(writer);
    const bool removed = remove_deleted(writer);
    const bool undone = import_step(writer);
    behind = compacted || removed || undone;
  } while (behind && clock_.steady_now() < deadline);
  return *unmerged || behind;
}

Result<bool> Merging::merge_uploads(storage::Writer& writer) {
  const auto deadline = clock_.steady_now() + kHelping;
  std::optional<Unmerged> group = next_unmerged(writer, last_group_);
  if (!group) {
    last_group_ = 0;
    group = next_unmerged(writer, 0);
    if (!group) growing_.clear();
  }
  // One step per group and portion, so that every step is visible from outside.
  for (; group && clock_.steady_now() < deadline; group = next_unmerged(writer, last_group_)) {
    last_group_ = group->group_id;
    // While more small uploads keep coming it is cheaper to wait for them; without new ones the merge starts.
    Growth& growth = growing_[group->group_id];
    const bool has_news = std::exchange(growth.accepted, group->accepted) != group->accepted;
    if (has_news && group->accepted < growth.plan_again_at) continue;
    const MergeStep step = plan_for(writer, *group);
    if (has_news && step.may_wait) {
      growth.plan_again_at = group->accepted + kNewsWorthAPlan;
      continue;
    }
    if (!step.absorbed.empty()) {
      Status rewritten = rewrite_tail(writer, group->group_id, step);
      if (!rewritten) return std::move(rewritten).error();
    }
    writer.run(kMerged, group->group_id, step.recipients, step.invalid, step.blocks);
    growing_.erase(group->group_id);
  }
  return next_unmerged(writer, 0).has_value();
}

bool Merging::compact_index(storage::Writer& writer) {
  std::optional<HashRun> target = unfinished_run(writer);
  if (!target) return false;
  GroupIndex* index = cache_.peek(target->group_id);
  const std::int64_t group_id = target->group_id;
  const std::vector<Entry> entries = build_chunks(writer, *target, cache_.shape().runs);
  if (index != nullptr) {
    index->chunks_built(writer, *target, entries);
    cache_.changed(group_id);
  }
  return true;
}

bool Merging::remove_deleted(storage::Writer& writer) {
  std::optional<std::int64_t> group_id;
  if (const auto row = writer.query(kDeletedGroup); row->next()) group_id = row->next_integer();
  if (group_id) {
    cache_.forget(*group_id);
    drop_runs(writer, *group_id);
    const std::int64_t removed = delete_blocks_of(writer, *group_id, kBlocksRemovedPerStep);
    if (removed < kBlocksRemovedPerStep) writer.run(kDeleteGroup, *group_id);
  }
  return remove_dead_chunks(writer) || group_id;
}

}  // namespace sesame::audience

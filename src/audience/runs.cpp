#include "audience/runs.hpp"

#include <algorithm>
#include <cstring>

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kInsertRun{
    "audience.insert_run",
    "INSERT INTO audience_run (group_id, level, first_ordinal, entries, chunks, built_chunks, "
    "state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"};
constexpr Sql kListRuns{"audience.list_runs",
                        "SELECT id, group_id, level, first_ordinal, entries, chunks, built_chunks, state "
                        "FROM audience_run WHERE group_id = ?1 AND state <> ?2 ORDER BY first_ordinal, id"};
constexpr Sql kUnfinishedRun{
    "audience.unfinished_run",
    "SELECT id, group_id, level, first_ordinal, entries, chunks, built_chunks, state "
    "FROM audience_run WHERE state > 0 AND state = ?1 ORDER BY id LIMIT 1"};
constexpr Sql kSourcesOf{"audience.sources_of",
                         "SELECT id, group_id, level, first_ordinal, entries, chunks, built_chunks, state "
                         "FROM audience_run WHERE group_id = ?1 AND merged_into = ?2 AND state = ?3 "
                         "ORDER BY first_ordinal"};
constexpr Sql kMergeInto{"audience.merge_run_into", "UPDATE audience_run SET merged_into = ?2 WHERE id = ?1"};
constexpr Sql kBuilt{"audience.run_built",
                     "UPDATE audience_run SET built_chunks = ?2, state = ?3 WHERE id = ?1"};
constexpr Sql kRetireSources{"audience.retire_sources",
                             "UPDATE audience_run SET state = ?3 WHERE group_id = ?1 AND merged_into = ?2"};
constexpr Sql kDropRuns{"audience.drop_runs", "UPDATE audience_run SET state = ?2 WHERE group_id = ?1"};
constexpr Sql kDeleteRun{"audience.delete_run", "DELETE FROM audience_run WHERE id = ?1"};
constexpr Sql kInsertChunk{"audience.insert_chunk",
                           "INSERT INTO audience_run_chunk (id, entries) VALUES (?1, ?2)"};
constexpr Sql kReadChunks{"audience.read_chunks",
                          "SELECT entries FROM audience_run_chunk WHERE id >= ?1 AND id < ?2 ORDER BY id"};
constexpr Sql kDeleteChunks{"audience.delete_chunks",
                            "DELETE FROM audience_run_chunk WHERE id >= ?1 AND id < ?2"};

constexpr unsigned kChunkBits = 20;
constexpr std::uint32_t kChunksPerStep = 64;    // About 60,000 entries: some 2 ms.
constexpr std::uint32_t kRemovedPerStep = 256;  // About 2 MiB.

std::int64_t chunk_id(const HashRun& run, std::uint32_t chunk) { return (run.id << kChunkBits) + chunk; }

HashRun run_of(storage::Rows& row) {
  return {.id = row.next_integer(),
          .group_id = row.next_integer(),
          .level = row.next_integer<std::uint32_t>(),
          .first_ordinal = row.next_integer<std::uint32_t>(),
          .entries = row.next_integer<std::uint32_t>(),
          .chunks = row.next_integer<std::uint32_t>(),
          .built_chunks = row.next_integer<std::uint32_t>(),
          .state = row.next_integer<RunState>()};
}

std::vector<HashRun> runs_of(std::unique_ptr<storage::Rows> rows) {
  std::vector<HashRun> runs;
  while (rows->next()) runs.push_back(run_of(*rows));
  return runs;
}

void insert_run(storage::Writer& writer, HashRun& run) {
  run.id = writer.insert(kInsertRun, run.group_id, run.level, run.first_ordinal, run.entries, run.chunks,
                         run.built_chunks, run.state);
}

std::uint32_t chunks_for(std::uint64_t entries, const RunShape& shape) {
  return static_cast<std::uint32_t>((entries + shape.entries_per_chunk - 1) / shape.entries_per_chunk);
}

/// Writes sorted entries as chunks [from, to) of a run; empty chunks get no row.
void write_chunks(storage::Writer& writer, const HashRun& run, std::uint32_t from, std::uint32_t to,
                  std::span<const Entry> entries) {
  auto begin = entries.begin();
  for (std::uint32_t chunk = from; chunk < to; ++chunk) {
    const auto end = std::find_if(begin, entries.end(),
                                  [&](Entry e) { return chunk_of(hash_of(e), run.chunks) != chunk; });
    if (begin != end) writer.run(kInsertChunk, chunk_id(run, chunk), std::as_bytes(std::span(begin, end)));
    begin = end;
  }
}

/// Starts a merge of the runs of one level when there are enough of them and no merge of that level is under
/// way.
void start_merge(storage::Writer& writer, std::int64_t group_id, std::uint32_t level, const RunShape& shape) {
  std::vector<HashRun> sources;
  HashRun target{.group_id = group_id, .level = level + 1, .state = RunState::building};
  std::uint64_t entries = 0;
  for (const HashRun& run : list_runs(writer, group_id)) {
    if (run.state == RunState::building && run.level == level + 1) return;
    if (run.state != RunState::live || run.level != level || sources.size() == shape.fanout) continue;
    sources.push_back(run);
    entries += run.entries;
  }
  // Runs beyond the ordinals that an entry can number stay side by side: one more filter per 16 million.
  if (sources.size() < shape.fanout || entries > kMaxRunEntries) return;
  target.first_ordinal = sources.front().first_ordinal;
  target.entries = static_cast<std::uint32_t>(entries);
  target.chunks = chunks_for(entries, shape);
  insert_run(writer, target);
  for (const HashRun& source : sources) writer.run(kMergeInto, source.id, target.id);
}

}  // namespace

std::vector<HashRun> list_runs(storage::Reader& reader, std::int64_t group_id) {
  return runs_of(reader.query(kListRuns, group_id, RunState::dead));
}

HashRun write_run(storage::Writer& writer, std::int64_t group_id, std::uint32_t first_ordinal,
                  std::span<const Entry> entries, const RunShape& shape) {
  HashRun run{.group_id = group_id,
              .first_ordinal = first_ordinal,
              .entries = static_cast<std::uint32_t>(entries.size()),
              .chunks = chunks_for(entries.size(), shape)};
  run.built_chunks = run.chunks;
  insert_run(writer, run);
  write_chunks(writer, run, 0, run.chunks, entries);
  start_merge(writer, group_id, 0, shape);
  return run;
}

void read_chunks(storage::Reader& reader, const HashRun& run, std::uint32_t from, std::uint32_t to,
                 std::vector<Entry>& out) {
  const auto rows = reader.query(kReadChunks, chunk_id(run, from), chunk_id(run, to));
  while (rows->next()) {
    const storage::Blob blob = rows->next_blob();
    const std::size_t before = out.size();
    out.resize(before + blob.size() / sizeof(Entry));
    std::memcpy(out.data() + before, blob.data(), (out.size() - before) * sizeof(Entry));
  }
}

std::optional<HashRun> unfinished_run(storage::Reader& reader) {
  const auto rows = reader.query(kUnfinishedRun, RunState::building);
  if (!rows->next()) return std::nullopt;
  return run_of(*rows);
}

std::vector<HashRun> sources_of(storage::Reader& reader, const HashRun& target) {
  return runs_of(reader.query(kSourcesOf, target.group_id, target.id, RunState::live));
}

std::vector<Entry> build_chunks(storage::Writer& writer, HashRun& target, const RunShape& shape) {
  const std::uint32_t from = target.built_chunks;
  const std::uint32_t to = std::min(target.chunks, from + kChunksPerStep);
  const ShortHash low = first_hash_of(from, target.chunks);
  const ShortHash high = first_hash_of(to, target.chunks);
  std::vector<Entry> entries, piece;
  for (const HashRun& source : sources_of(writer, target)) {
    piece.clear();
    read_chunks(writer, source, chunk_of(low, source.chunks), chunk_of(high - 1, source.chunks) + 1, piece);
    const Entry shift = source.first_ordinal - target.first_ordinal;
    for (const Entry entry : piece) {
      if (hash_of(entry) >= low && hash_of(entry) < high) entries.push_back(entry + shift);
    }
  }
  sort_entries(entries);
  write_chunks(writer, target, from, to, entries);
  target.built_chunks = to;
  if (to == target.chunks) target.state = RunState::live;
  writer.run(kBuilt, target.id, to, target.state);
  if (target.state == RunState::live) {
    writer.run(kRetireSources, target.group_id, target.id, RunState::dead);
    start_merge(writer, target.group_id, target.level - 1, shape);
    start_merge(writer, target.group_id, target.level, shape);
  }
  return entries;
}

void drop_runs(storage::Writer& writer, std::int64_t group_id) {
  writer.run(kDropRuns, group_id, RunState::dead);
}

bool remove_dead_chunks(storage::Writer& writer) {
  HashRun run;
  {
    const auto rows = writer.query(kUnfinishedRun, RunState::dead);
    if (!rows->next()) return false;
    run = run_of(*rows);
  }
  // From the end: built_chunks is the number of chunks left, so that an interrupted removal resumes at its
  // place.
  const std::uint32_t from = run.built_chunks > kRemovedPerStep ? run.built_chunks - kRemovedPerStep : 0;
  writer.run(kDeleteChunks, chunk_id(run, from), chunk_id(run, run.built_chunks));
  if (from == 0) {
    writer.run(kDeleteRun, run.id);
  } else {
    writer.run(kBuilt, run.id, from, RunState::dead);
  }
  return true;
}

}  // namespace sesame::audience

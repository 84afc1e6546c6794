#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "audience/run_entries.hpp"
#include "storage/database.hpp"

/// The runs of the duplicate index in the database. Job: write.
namespace sesame::audience {

enum class RunState : std::uint8_t { live = 0, building = 1, dead = 2 };

struct HashRun {
  std::int64_t id = 0;
  std::int64_t group_id = 0;
  std::uint32_t level = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t entries = 0;
  std::uint32_t chunks = 0;
  std::uint32_t built_chunks = 0;
  RunState state = RunState::live;

  std::uint64_t end_ordinal() const { return std::uint64_t{first_ordinal} + entries; }
};

struct RunShape {
  std::size_t entries_per_chunk = kEntriesPerChunk;
  std::size_t fanout = 8;  // The number of runs of a level that become one of the next.
};

/// Live runs and runs being built, in the order of their ordinals.
std::vector<HashRun> list_runs(storage::Reader& reader, std::int64_t group_id);

/// Writes sorted entries as a live run of level 0; starts a merge where that makes one due.
HashRun write_run(storage::Writer& writer, std::int64_t group_id, std::uint32_t first_ordinal,
                  std::span<const Entry> entries, const RunShape& shape);

/// Appends the entries of chunks [from, to) to `out`; chunk_of says which hashes a chunk contains.
void read_chunks(storage::Reader& reader, const HashRun& run, std::uint32_t from, std::uint32_t to,
                 std::vector<Entry>& out);

/// The run that has been under construction for longest, of any group.
std::optional<HashRun> unfinished_run(storage::Reader& reader);

/// The live runs that `target` replaces when it is finished.
std::vector<HashRun> sources_of(storage::Reader& reader, const HashRun& target);

/// Writes the next chunks of a run under construction; returns their entries. When the last one is written
/// the run is live, its sources are dead, and a merge into the level above starts where one is due.
std::vector<Entry> build_chunks(storage::Writer& writer, HashRun& target, const RunShape& shape);

/// Marks every run of a group as dead.
void drop_runs(storage::Writer& writer, std::int64_t group_id);

/// Removes a portion of the chunks of dead runs; returns false when none is left.
bool remove_dead_chunks(storage::Writer& writer);

}  // namespace sesame::audience

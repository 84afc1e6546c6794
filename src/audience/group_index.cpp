#include "audience/group_index.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "audience/block.hpp"
#include "audience/recipient_key.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kBlocksBehind{"audience.blocks_behind",
                            "SELECT first_ordinal, bytes FROM audience_block "
                            "WHERE group_id = ?1 AND first_ordinal >= coalesce((SELECT max(first_ordinal) "
                            "FROM audience_block WHERE group_id = ?1 AND first_ordinal <= ?2), 0) "
                            "ORDER BY first_ordinal"};

constexpr std::uint32_t kChunksPerRead = 64;  // Half a megabyte at a time.
constexpr std::size_t kProbesInFlight = 16;   // Cache lines fetched ahead of their use.

/// The hash of a removed recipient, whose address is gone: one of its own for each, because equal ones would
/// make the table of recent hashes slow. An address with the same hash is compared, and differs.
std::uint64_t erased_hash(std::uint32_t ordinal, std::uint64_t seed) {
  return hash_of_key(std::to_string(ordinal), seed);
}

/// A row whose hash may be in a chunk of a run.
struct Probe {
  std::uint32_t chunk;
  std::uint32_t row;
};

}  // namespace

Result<std::unique_ptr<GroupIndex>> GroupIndex::load(storage::Reader& reader, std::int64_t group_id,
                                                     const IndexShape& shape) {
  std::unique_ptr<GroupIndex> index(new GroupIndex(group_id, shape));
  index->load_runs(reader);
  Status loaded = index->load_recent(reader);
  if (!loaded) return std::move(loaded).error();
  return index;
}

void GroupIndex::load_runs(storage::Reader& reader) {
  std::vector<Entry> entries;
  for (const HashRun& run : list_runs(reader, group_id_)) {
    BloomFilter filter(run.entries);
    for (std::uint32_t chunk = 0; chunk < run.built_chunks; chunk += kChunksPerRead) {
      entries.clear();
      read_chunks(reader, run, chunk, std::min(run.built_chunks, chunk + kChunksPerRead), entries);
      for (const Entry entry : entries) filter.add(hash_of(entry));
    }
    if (run.state == RunState::live) recent_from_ = std::max(recent_from_, run.end_ordinal());
    runs_.push_back({run, std::move(filter)});
  }
}

Status GroupIndex::load_recent(storage::Reader& reader) {
  std::string scratch;
  const auto rows = reader.query(kBlocksBehind, group_id_, recent_from_);
  while (rows->next()) {
    const auto first_ordinal = rows->next_integer<std::uint32_t>();
    Result<Block> block = decode_block(rows->next_blob(), first_ordinal);
    if (!block) return std::move(block).error();
    for (std::uint32_t i = 0; i < block->size(); ++i) {
      const std::uint32_t ordinal = block->first_ordinal() + i;
      if (ordinal < recent_from_) continue;
      recent_.insert(block->state(i) == kRowErased
                         ? erased_hash(ordinal, shape_.hash_seed)
                         : hash_of_address(block->address(i), shape_.hash_seed, scratch),
                     ordinal);
    }
  }
  return Done{};
}

std::vector<Candidate> GroupIndex::candidates(storage::Reader& reader,
                                              std::span<const std::uint64_t> hashes) const {
  std::vector<Candidate> found;
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    if (row + kProbesInFlight < hashes.size()) recent_.prefetch(hashes[row + kProbesInFlight]);
    recent_.find(hashes[row], [&](std::uint32_t ordinal) {
      found.push_back({static_cast<std::uint32_t>(row), ordinal});
    });
  }
  for (const FilteredRun& run : runs_) {
    if (run.run.state == RunState::live) find_in_run(reader, run, hashes, found);
  }
  std::ranges::sort(found, {}, [](const Candidate& c) { return std::pair(c.ordinal, c.row); });
  return found;
}

void GroupIndex::find_in_run(storage::Reader& reader, const FilteredRun& run,
                             std::span<const std::uint64_t> hashes, std::vector<Candidate>& found) const {
  std::vector<Probe> probes;
  for (std::size_t row = 0; row < hashes.size(); ++row) {
    if (row + kProbesInFlight < hashes.size()) run.filter.prefetch(short_hash(hashes[row + kProbesInFlight]));
    const ShortHash hash = short_hash(hashes[row]);
    if (!run.filter.may_contain(hash)) continue;
    probes.push_back({chunk_of(hash, run.run.chunks), static_cast<std::uint32_t>(row)});
  }
  std::ranges::sort(probes, {}, &Probe::chunk);
  std::vector<Entry> entries;
  std::uint32_t chunk = run.run.chunks;  // No chunk.
  for (const Probe& probe : probes) {
    if (probe.chunk != chunk) {
      chunk = probe.chunk;
      entries.clear();
      read_chunks(reader, run.run, chunk, chunk + 1, entries);
    }
    const ShortHash hash = short_hash(hashes[probe.row]);
    for (auto at = std::ranges::lower_bound(entries, hash, {}, hash_of); at != entries.end(); ++at) {
      if (hash_of(*at) != hash) break;
      found.push_back({probe.row, run.run.first_ordinal + relative_of(*at)});
    }
  }
}

void GroupIndex::add(storage::Writer& writer, std::span<const std::uint64_t> hashes,
                     std::uint32_t first_ordinal) {
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    if (i + kProbesInFlight < hashes.size()) recent_.prefetch(hashes[i + kProbesInFlight]);
    recent_.insert(hashes[i], static_cast<std::uint32_t>(first_ordinal + i));
  }
  if (recent_.size() >= shape_.run_entries) flush(writer);
}

void GroupIndex::flush(storage::Writer& writer) {
  std::vector<Entry> entries;
  entries.reserve(recent_.size());
  const auto from = static_cast<std::uint32_t>(recent_from_);
  recent_.each([&](std::uint64_t hash, std::uint32_t ordinal) {
    entries.push_back(make_entry(hash, ordinal - from));
  });
  sort_entries(entries);
  FilteredRun run{write_run(writer, group_id_, from, entries, shape_.runs), BloomFilter(entries.size())};
  for (const Entry entry : entries) run.filter.add(hash_of(entry));
  recent_from_ = run.run.end_ordinal();
  runs_.push_back(std::move(run));
  recent_.clear();
}

void GroupIndex::chunks_built(storage::Reader& reader, const HashRun& target,
                              std::span<const Entry> entries) {
  auto known = std::ranges::find(runs_, target.id, [](const FilteredRun& run) { return run.run.id; });
  if (known == runs_.end()) known = runs_.insert(known, {target, BloomFilter(target.entries)});
  for (const Entry entry : entries) known->filter.add(hash_of(entry));
  known->run = target;
  if (target.state != RunState::live) return;
  const std::vector<HashRun> still_there = list_runs(reader, group_id_);
  std::erase_if(runs_, [&](const FilteredRun& run) {
    return std::ranges::find(still_there, run.run.id, &HashRun::id) == still_there.end();
  });
}

std::size_t GroupIndex::bytes() const {
  std::size_t bytes = sizeof(*this) + recent_.bytes();
  for (const FilteredRun& run : runs_) bytes += sizeof(run) + run.filter.bytes();
  return bytes;
}

}  // namespace sesame::audience

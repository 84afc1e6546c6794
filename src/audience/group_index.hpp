#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "audience/recent_hashes.hpp"
#include "audience/runs.hpp"
#include "base/bloom.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::audience {

struct IndexShape {
  std::uint64_t hash_seed = 0;
  std::size_t run_entries = 65'536;  // Recent hashes of this number are written as a run.
  RunShape runs;
};

/// A possible repeat; comparing the addresses decides.
struct Candidate {
  std::uint32_t row;      // The row of the batch.
  std::uint32_t ordinal;  // The ordinal in the group.
};

/// The hashes of one group's recipients: the newest in memory, the others in runs with a filter each. It
/// mirrors the database: after a rollback it must be dropped. Thread: writer.
class GroupIndex {
 public:
  /// Reads the runs' filters and the hashes of the recipients behind the last run. Error:
  /// errors::kBlockDamaged.
  static Result<std::unique_ptr<GroupIndex>> load(storage::Reader& reader, std::int64_t group_id,
                                                  const IndexShape& shape);

  /// The recipients of the group that may equal a row of the batch: all of them, sorted by ordinal.
  std::vector<Candidate> candidates(storage::Reader& reader, std::span<const std::uint64_t> hashes) const;

  /// Adds recipients that were stored with the ordinals from `first_ordinal` on.
  void add(storage::Writer& writer, std::span<const std::uint64_t> hashes, std::uint32_t first_ordinal);

  /// Follows a step of a merge that was written: chunks of `target`, whose state and progress are the new
  /// ones.
  void chunks_built(storage::Reader& reader, const HashRun& target, std::span<const Entry> entries);

  /// The number of recipients in the index: the number that the group has accepted, unless it mirrors work
  /// that was undone.
  std::uint64_t end_ordinal() const { return recent_from_ + recent_.size(); }
  std::size_t bytes() const;

 private:
  struct FilteredRun {
    HashRun run;
    BloomFilter filter;
  };
  GroupIndex(std::int64_t group_id, const IndexShape& shape) : group_id_(group_id), shape_(shape) {}
  Status load_recent(storage::Reader& reader);
  void load_runs(storage::Reader& reader);
  void flush(storage::Writer& writer);
  void find_in_run(storage::Reader& reader, const FilteredRun& run, std::span<const std::uint64_t> hashes,
                   std::vector<Candidate>& found) const;

  std::int64_t group_id_;
  IndexShape shape_;
  RecentHashes recent_;
  std::uint64_t recent_from_ = 0;  // The ordinal behind the last run.
  std::vector<FilteredRun> runs_;  // Live runs, and runs being built, whose partial filters are not used.
};

}  // namespace sesame::audience

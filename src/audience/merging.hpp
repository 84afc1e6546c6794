#pragma once

#include <cstdint>
#include <unordered_map>

#include "audience/index_cache.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::audience {

/// The work behind accepted uploads, in portions: making them visible, compacting the duplicate index,
/// removing the rows of deleted groups, undoing imports. The open work is read from the tables every time.
/// Thread: writer.
class Merging {
 public:
  Merging(IndexCache& cache, const Clock& clock) : cache_(cache), clock_(clock) {}

  /// Works for a few milliseconds; returns whether there is more to do.
  Result<bool> some(storage::Writer& writer);

 private:
  /// Each returns whether there was, or still is, work of its kind.
  Result<bool> merge_uploads(storage::Writer& writer);
  bool compact_index(storage::Writer& writer);
  bool remove_deleted(storage::Writer& writer);

  struct Growth {
    std::uint64_t accepted = 0;       // The group's count when it was last read.
    std::uint64_t plan_again_at = 0;  // The count below which new uploads do not cause a plan.
  };

  IndexCache& cache_;
  const Clock& clock_;
  std::int64_t last_group_ = 0;                       // Groups take turns.
  std::unordered_map<std::int64_t, Growth> growing_;  // Groups whose small uploads are waiting.
};

}  // namespace sesame::audience

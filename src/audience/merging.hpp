#pragma once

#include <cstdint>
#include <unordered_map>

#include "audience/index_cache.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

namespace sesame::audience {

/// The work behind accepted uploads, in helpings: making them visible, compacting the duplicate index,
/// removing what deleted groups left. What is to do is read from the tables every time. Only on the writer's
/// thread.
class Merging {
 public:
  Merging(IndexCache& cache, const Clock& clock) : cache_(cache), clock_(clock) {}

  /// Works for a few milliseconds; returns whether there is more to do.
  Result<bool> some(storage::Writer& writer);

 private:
  /// Each returns whether there was, or still is, something of its kind to do.
  Result<bool> merge_uploads(storage::Writer& writer);
  bool compact_index(storage::Writer& writer);
  bool remove_deleted(storage::Writer& writer);

  struct Growth {
    std::uint64_t accepted = 0;       // When last looked at.
    std::uint64_t plan_again_at = 0;  // Before so many are accepted, news are no reason to plan.
  };

  IndexCache& cache_;
  const Clock& clock_;
  std::int64_t last_group_ = 0;                       // groups take turns
  std::unordered_map<std::int64_t, Growth> growing_;  // groups whose small uploads are waiting
};

}  // namespace sesame::audience

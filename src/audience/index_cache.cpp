#include "audience/index_cache.hpp"

#include <utility>

namespace sesame::audience {

Result<GroupIndex*> IndexCache::get(storage::Reader& reader, std::int64_t group_id, std::uint64_t accepted) {
  const auto known = by_group_.find(group_id);
  if (known != by_group_.end() && known->second->index->end_ordinal() == accepted) {
    slots_.splice(slots_.begin(), slots_, known->second);
    return known->second->index.get();
  }
  forget(group_id);
  auto index = GroupIndex::load(reader, group_id, shape_);
  if (!index) return std::move(index).error();
  slots_.push_front({group_id, std::move(*index), 0});
  by_group_[group_id] = slots_.begin();
  changed(group_id);
  return slots_.front().index.get();
}

GroupIndex* IndexCache::peek(std::int64_t group_id) {
  const auto known = by_group_.find(group_id);
  return known == by_group_.end() ? nullptr : known->second->index.get();
}

void IndexCache::changed(std::int64_t group_id) {
  const auto known = by_group_.find(group_id);
  if (known == by_group_.end()) return;
  Slot& slot = *known->second;
  bytes_ -= slot.bytes;
  slot.bytes = slot.index->bytes();
  bytes_ += slot.bytes;
  while (bytes_ > max_bytes_ && slots_.size() > 1) forget(slots_.back().group_id);
}

void IndexCache::forget(std::int64_t group_id) {
  const auto known = by_group_.find(group_id);
  if (known == by_group_.end()) return;
  bytes_ -= known->second->bytes;
  slots_.erase(known->second);
  by_group_.erase(known);
}

void IndexCache::forget_all() {
  slots_.clear();
  by_group_.clear();
  bytes_ = 0;
}

}  // namespace sesame::audience

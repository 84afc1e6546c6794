#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "audience/group_index.hpp"

namespace sesame::audience {

/// The indexes of the groups that were uploaded to last, bounded by bytes (the one in use may pass the bound
/// alone). Thread: writer.
class IndexCache {
 public:
  IndexCache(const IndexShape& shape, std::size_t max_bytes) : shape_(shape), max_bytes_(max_bytes) {}

  /// The index of a group with `recipients` recipients, loaded when it is missing or has another number
  /// because a job that added to it was undone. Valid until the next call of a method.
  Result<GroupIndex*> get(storage::Reader& reader, std::int64_t group_id, std::uint64_t accepted);
  /// The index of a group, nullptr when it is not loaded.
  GroupIndex* peek(std::int64_t group_id);
  /// Must be called after the index of a group has changed: evicts others while the bound is passed.
  void changed(std::int64_t group_id);
  void forget(std::int64_t group_id);
  void forget_all();

  const IndexShape& shape() const { return shape_; }

 private:
  struct Slot {
    std::int64_t group_id;
    std::unique_ptr<GroupIndex> index;
    std::size_t bytes;
  };

  IndexShape shape_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::list<Slot> slots_;  // The last used first.
  std::unordered_map<std::int64_t, std::list<Slot>::iterator> by_group_;
};

}  // namespace sesame::audience

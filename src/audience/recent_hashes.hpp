#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sesame::audience {

/// Hashes of a group's newest recipients with their ordinals, in memory: an open addressing table at most
/// half full. A hash may be contained more than once. Thread: one.
class RecentHashes {
 public:
  RecentHashes();

  void reserve(std::size_t entries);
  void insert(std::uint64_t hash, std::uint32_t ordinal);
  void clear();

  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&hashes_[slot_of(hash)]); }
  /// Calls visit(ordinal) for each entry with this hash.
  template <class Visit>
  void find(std::uint64_t hash, Visit visit) const {
    const std::uint64_t key = key_of(hash);
    for (std::size_t slot = slot_of(hash); hashes_[slot] != 0; slot = (slot + 1) & mask_) {
      if (hashes_[slot] == key) visit(ordinals_[slot]);
    }
  }
  /// Calls visit(hash, ordinal) for each entry, in no order.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t slot = 0; slot < hashes_.size(); ++slot) {
      if (hashes_[slot] != 0) visit(hashes_[slot], ordinals_[slot]);
    }
  }
  std::size_t size() const { return size_; }
  std::size_t bytes() const { return hashes_.size() * (sizeof(std::uint64_t) + sizeof(std::uint32_t)); }

 private:
  static std::uint64_t key_of(std::uint64_t hash) { return hash == 0 ? 1 : hash; }  // 0 marks a free slot
  std::size_t slot_of(std::uint64_t hash) const { return key_of(hash) & mask_; }

  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> ordinals_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace sesame::audience

#include "audience/recent_hashes.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace sesame::audience {
namespace {

constexpr std::size_t kMinSlots = 64;

}  // namespace

RecentHashes::RecentHashes() : hashes_(kMinSlots), ordinals_(kMinSlots), mask_(kMinSlots - 1) {}

void RecentHashes::clear() {
  // The memory stays: a group that filled it once is being uploaded to and will fill it again.
  std::ranges::fill(hashes_, 0);
  size_ = 0;
}

void RecentHashes::reserve(std::size_t entries) {
  const std::size_t slots = std::bit_ceil(entries * 2);
  if (slots <= hashes_.size()) return;
  const std::vector<std::uint64_t> hashes = std::exchange(hashes_, std::vector<std::uint64_t>(slots));
  const std::vector<std::uint32_t> ordinals = std::exchange(ordinals_, std::vector<std::uint32_t>(slots));
  mask_ = slots - 1;
  size_ = 0;
  for (std::size_t slot = 0; slot < hashes.size(); ++slot) {
    if (hashes[slot] != 0) insert(hashes[slot], ordinals[slot]);
  }
}

void RecentHashes::insert(std::uint64_t hash, std::uint32_t ordinal) {
  if ((size_ + 1) * 2 > hashes_.size()) reserve(size_ * 2);
  std::size_t slot = slot_of(hash);
  while (hashes_[slot] != 0) slot = (slot + 1) & mask_;
  hashes_[slot] = key_of(hash);
  ordinals_[slot] = ordinal;
  ++size_;
}

}  // namespace sesame::audience

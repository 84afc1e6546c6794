#include "base/bloom.hpp"

#include <algorithm>
#include <cstring>

namespace sesame {
namespace {

constexpr std::uint64_t kBitsPerKey = 16;

}  // namespace

BloomFilter::BloomFilter(std::uint64_t keys)
    : lines_(std::clamp<std::uint64_t>(keys * kBitsPerKey / 8 / sizeof(Line), 1, kMaxBytes / sizeof(Line))) {}

BloomFilter::BloomFilter(std::span<const std::byte> stored)
    : lines_(std::clamp<std::size_t>(stored.size() / sizeof(Line), 1, kMaxBytes / sizeof(Line))) {
  std::memcpy(lines_.data(), stored.data(), std::min(stored.size(), bytes()));
}

bool BloomFilter::may_contain(std::span<const std::byte> stored, std::uint64_t key) {
  const std::size_t lines = stored.size() / sizeof(Line);
  if (lines == 0) return true;
  const Place place = place_of(key, lines);
  Line line;
  std::memcpy(line.words, stored.data() + place.line * sizeof(Line), sizeof line.words);
  return holds(line, place);
}

}  // namespace sesame

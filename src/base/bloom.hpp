#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sesame {

/// A Bloom filter whose every key touches one cache line: eight words, one bit in each. At 16 bits a key
/// about one absent key in a thousand counts as present; a filter at its size bound errs more often. A
/// present key is always found. Keys are hashes. Thread: one.
class BloomFilter {
 public:
  static constexpr std::size_t kMaxBytes = 16 << 20;

  /// An empty filter with room for `keys` keys.
  explicit BloomFilter(std::uint64_t keys);
  /// The filter whose stored() this was.
  explicit BloomFilter(std::span<const std::byte> stored);

  void add(std::uint64_t key) {
    const Place place = place_of(key, lines_.size());
    for (unsigned word = 0; word < kWords; ++word) lines_[place.line].words[word] |= place.bit(word);
  }
  bool may_contain(std::uint64_t key) const {
    const Place place = place_of(key, lines_.size());
    return holds(lines_[place.line], place);
  }
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&lines_[place_of(key, lines_.size()).line]); }
  std::size_t bytes() const { return lines_.size() * sizeof(Line); }

  /// The filter as bytes, in this machine's order; borrowed.
  std::span<const std::byte> stored() const { return std::as_bytes(std::span(lines_)); }
  /// may_contain() without making a filter of the bytes first.
  static bool may_contain(std::span<const std::byte> stored, std::uint64_t key);

 private:
  static constexpr unsigned kWords = 8;
  struct alignas(64) Line {
    std::uint64_t words[kWords] = {};
  };
  struct Place {
    std::size_t line;
    std::uint64_t bits;  // Six for each word.
    std::uint64_t bit(unsigned word) const { return std::uint64_t{1} << ((bits >> (6 * word)) & 63); }
  };
  static Place place_of(std::uint64_t key, std::size_t lines) {
    // Two odd multipliers spread the key twice, independently enough: its own bits are already a hash.
    const std::uint64_t first = key * 0x9e3779b97f4a7c15;
    const std::uint64_t second = key * 0xc2b2ae3d27d4eb4f;
    return {static_cast<std::size_t>(((first >> 32) * lines) >> 32), second >> 16};
  }
  static bool holds(const Line& line, const Place& place) {
    for (unsigned word = 0; word < kWords; ++word) {
      if ((line.words[word] & place.bit(word)) == 0) return false;
    }
    return true;
  }

  std::vector<Line> lines_;
};

}  // namespace sesame

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sesame::audience {

/// A Bloom filter whose every key touches one cache line: eight words, one bit in each. At 16 bits a key
/// about one absent key in a thousand is taken for present; a filter at its size bound errs more often, never
/// the other way. Not synchronized.
class BloomFilter {
 public:
  static constexpr std::size_t kMaxBytes = 16 << 20;

  explicit BloomFilter(std::uint64_t keys);

  void add(std::uint64_t key) {
    const Place place = place_of(key);
    for (unsigned word = 0; word < kWords; ++word) lines_[place.line].words[word] |= place.bit(word);
  }
  bool may_contain(std::uint64_t key) const {
    const Place place = place_of(key);
    for (unsigned word = 0; word < kWords; ++word) {
      if ((lines_[place.line].words[word] & place.bit(word)) == 0) return false;
    }
    return true;
  }
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&lines_[place_of(key).line]); }
  std::size_t bytes() const { return lines_.size() * sizeof(Line); }

 private:
  static constexpr unsigned kWords = 8;
  struct alignas(64) Line {
    std::uint64_t words[kWords] = {};
  };
  struct Place {
    std::size_t line;
    std::uint64_t bits;  // six for each word
    std::uint64_t bit(unsigned word) const { return std::uint64_t{1} << ((bits >> (6 * word)) & 63); }
  };
  Place place_of(std::uint64_t key) const {
    // Two odd multipliers spread the key twice, independently enough: its own bits are already a hash.
    const std::uint64_t first = key * 0x9e3779b97f4a7c15;
    const std::uint64_t second = key * 0xc2b2ae3d27d4eb4f;
    return {static_cast<std::size_t>(((first >> 32) * lines_.size()) >> 32), second >> 16};
  }

  std::vector<Line> lines_;
};

}  // namespace sesame::audience

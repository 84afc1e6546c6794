#include "audience/bloom.hpp"

#include <algorithm>

namespace sesame::audience {
namespace {

constexpr std::uint64_t kBitsPerKey = 16;

}  // namespace

BloomFilter::BloomFilter(std::uint64_t keys)
    : lines_(std::clamp<std::uint64_t>(keys * kBitsPerKey / 8 / sizeof(Line), 1, kMaxBytes / sizeof(Line))) {}

}  // namespace sesame::audience

#include "audience/run_entries.hpp"

#include <algorithm>
#include <bit>

namespace sesame::audience {
namespace {

constexpr std::size_t kFewEntries = 64;

}  // namespace

void sort_entries(std::vector<Entry>& entries) {
  if (entries.size() < kFewEntries) {
    std::ranges::sort(entries);
    return;
  }
  const auto [low, high] = std::ranges::minmax(entries);
  const unsigned width = std::bit_width(high - low);
  const unsigned bucket_bits = std::min<unsigned>(width, std::bit_width(entries.size()));
  const unsigned shift = width - bucket_bits;
  std::vector<std::uint32_t> starts((std::size_t{1} << bucket_bits) + 1);
  for (const Entry entry : entries) ++starts[((entry - low) >> shift) + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  std::vector<Entry> sorted(entries.size());
  for (const Entry entry : entries) sorted[starts[(entry - low) >> shift]++] = entry;
  // Insertion sort: nearly every entry is in place. Hashes are keyed with a secret seed, so that nobody can
  // crowd a bucket on purpose.
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Entry entry = sorted[i];
    std::size_t to = i;
    for (; to > 0 && sorted[to - 1] > entry; --to) sorted[to] = sorted[to - 1];
    sorted[to] = entry;
  }
  entries.swap(sorted);
}

}  // namespace sesame::audience

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// The layout of a run of the duplicate index. Pure. Thread: any.
///
/// A run contains the hashes of one contiguous range of ordinals, sorted. An entry is one number: the upper
/// 40 bits of the hash, then 24 bits of the ordinal relative to the run's first. Its chunks divide the range
/// of hashes evenly, so that one look-up reads one chunk.
namespace sesame::audience {

using Entry = std::uint64_t;
using ShortHash = std::uint64_t;  // 40 bits

inline constexpr unsigned kOrdinalBits = 24;
inline constexpr std::uint64_t kMaxRunEntries = std::uint64_t{1} << kOrdinalBits;
/// A little under a database page of 8 KiB: chunks vary by about 30 entries either way.
inline constexpr std::size_t kEntriesPerChunk = 930;

inline ShortHash short_hash(std::uint64_t hash) { return hash >> kOrdinalBits; }
inline Entry make_entry(std::uint64_t hash, std::uint32_t relative) {
  return short_hash(hash) << kOrdinalBits | relative;
}
inline ShortHash hash_of(Entry entry) { return entry >> kOrdinalBits; }
inline std::uint32_t relative_of(Entry entry) { return entry & (kMaxRunEntries - 1); }

/// The chunk, of `chunks`, that contains a hash; grows with the hash.
inline std::uint32_t chunk_of(ShortHash hash, std::uint32_t chunks) {
  return static_cast<std::uint32_t>(((hash >> 8) * chunks) >> 32);
}
/// The first hash of a chunk (or the one behind all hashes).
inline ShortHash first_hash_of(std::uint32_t chunk, std::uint32_t chunks) {
  return (((static_cast<std::uint64_t>(chunk) << 32) + chunks - 1) / chunks) << 8;
}

/// Sorts entries whose hashes are spread evenly between the smallest and the largest: one pass into as many
/// buckets as there are entries, then insertion. About three times as fast as std::sort.
void sort_entries(std::vector<Entry>& entries);

}  // namespace sesame::audience

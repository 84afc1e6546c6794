#include "audience/run_entries.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/bloom.hpp"

namespace sesame::audience {
namespace {

TEST(RunEntries, hold_their_hash_and_ordinal) {
  const Entry entry = make_entry(0xfedcba9876543210, kMaxRunEntries - 1);
  EXPECT_EQ(hash_of(entry), 0xfedcba9876u);
  EXPECT_EQ(relative_of(entry), kMaxRunEntries - 1);
}

TEST(RunEntries, every_hash_is_in_the_chunk_whose_bounds_hold_it) {
  std::mt19937_64 random(1);
  for (const std::uint32_t chunks : {1u, 2u, 3u, 71u, 564u, 18'040u}) {
    EXPECT_EQ(first_hash_of(0, chunks), 0u);
    EXPECT_EQ(first_hash_of(chunks, chunks), ShortHash{1} << 40);
    for (int i = 0; i < 10'000; ++i) {
      const ShortHash hash = short_hash(random());
      const std::uint32_t chunk = chunk_of(hash, chunks);
      ASSERT_GE(hash, first_hash_of(chunk, chunks));
      ASSERT_LT(hash, first_hash_of(chunk + 1, chunks));
    }
  }
}

TEST(RunEntries, are_sorted_however_they_are_spread) {
  std::mt19937_64 random(1);
  for (const std::size_t size : {0u, 1u, 2u, 63u, 64u, 65u, 5'000u}) {
    for (const Entry mask : {~Entry{0}, Entry{0xff}, Entry{0}, ~Entry{0} << 60}) {
      std::vector<Entry> entries(size);
      for (Entry& entry : entries) entry = random() & mask;
      std::vector<Entry> expected = entries;
      std::ranges::sort(expected);
      sort_entries(entries);
      EXPECT_EQ(entries, expected);
    }
  }
}

TEST(BloomFilter, misses_nothing_and_errs_rarely) {
  constexpr std::uint64_t kKeys = 50'000;
  std::mt19937_64 random(1);
  BloomFilter filter(kKeys);
  std::vector<std::uint64_t> keys(kKeys);
  for (std::uint64_t& key : keys) filter.add(key = short_hash(random()));
  EXPECT_TRUE(std::ranges::all_of(keys, [&](std::uint64_t key) { return filter.may_contain(key); }));
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) wrong += filter.may_contain(short_hash(random()));
  EXPECT_LT(wrong, kKeys / 300);
  EXPECT_LE(BloomFilter(std::uint64_t{1} << 32).bytes(), BloomFilter::kMaxBytes);
}

}  // namespace
}  // namespace sesame::audience

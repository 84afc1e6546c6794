#include "base/bloom.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"

namespace sesame {
namespace {

TEST(BloomFilter, never_misses_a_key_and_seldom_takes_another_for_one) {
  testkit::SeededRandom random;
  BloomFilter filter(2000);
  std::vector<std::uint64_t> keys;
  for (int i = 0; i < 2000; ++i) keys.push_back(random.next());
  for (const std::uint64_t key : keys) filter.add(key);
  for (const std::uint64_t key : keys) ASSERT_TRUE(filter.may_contain(key));
  int wrong = 0;
  for (int i = 0; i < 100'000; ++i) wrong += filter.may_contain(random.next());
  EXPECT_LT(wrong, 1'000);
}

TEST(BloomFilter, is_the_same_after_it_was_stored) {
  BloomFilter filter(100);
  for (std::uint64_t key = 1; key <= 100; ++key) filter.add(key * 0x9e3779b97f4a7c15);
  const std::vector<std::byte> bytes(filter.stored().begin(), filter.stored().end());
  BloomFilter again(bytes);
  EXPECT_EQ(again.bytes(), filter.bytes());
  for (std::uint64_t key = 1; key <= 1000; ++key) {
    const std::uint64_t hash = key * 0x9e3779b97f4a7c15;
    EXPECT_EQ(again.may_contain(hash), filter.may_contain(hash));
    EXPECT_EQ(BloomFilter::may_contain(bytes, hash), filter.may_contain(hash));
  }
}

TEST(BloomFilter, without_bytes_excludes_nothing) {
  EXPECT_TRUE(BloomFilter::may_contain(std::span<const std::byte>(), 7));
}

}  // namespace
}  // namespace sesame

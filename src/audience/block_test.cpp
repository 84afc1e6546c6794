#include "audience/block.hpp"

#include <gtest/gtest.h>

#include <random>

#include "base/hex.hpp"

namespace sesame::audience {
namespace {

Block decoded(const EncodedBlock& block) {
  Result<Block> result = decode_block(std::as_bytes(std::span(block.bytes)), 7);
  EXPECT_TRUE(result);
  return std::move(*result);
}

void expect_same(const Block& block, std::span<const RowView> rows) {
  ASSERT_EQ(block.size(), rows.size());
  for (std::uint32_t i = 0; i < block.size(); ++i) {
    ASSERT_EQ(block.address(i), rows[i].address);
    ASSERT_EQ(block.data(i), rows[i].data);
    ASSERT_EQ(block.state(i), rows[i].state);
    ASSERT_EQ(block.created_ms(i), rows[i].created_ms);
  }
}

TEST(Block, gives_back_what_went_in) {
  const std::vector<RowView> rows = {{"a@x.test", R"({"n":1})", kRowValid, 1'000},
                                     {"b@X.test", "", kRowValid, 1'000},
                                     {"no at", "", 3, 900},
                                     {"two@ats@x.test", "", 4, 5'000},
                                     {"line\nbreak\x01n@x.test", "", 4, 5'000},
                                     {"ends with\x01", "", 3, 5'000},
                                     {"", "", kRowErased, 5'000}};
  const EncodedBlock block = encode_block(rows);
  EXPECT_EQ(block.count, 7u);
  EXPECT_EQ(block.invalid, 4u);
  EXPECT_EQ(block.erased, 1u);
  EXPECT_EQ(block.first_created_ms, 900);
  EXPECT_EQ(block.last_created_ms, 5'000);
  expect_same(decoded(block), rows);
  EXPECT_EQ(decoded(block).first_ordinal(), 7u);
}

/// Blocks stay on the disk for years: the bytes of one that was stored once are the bytes of today.
TEST(Block, is_stored_in_a_form_that_never_changes) {
  const std::vector<RowView> rows = {{"ann@x.test", R"({"n":1})", kRowValid, 1'796'083'200'000},
                                     {"bob@x.test", "", kRowValid, 1'796'083'200'300},
                                     {"no at", "", 3, 1'796'083'200'000}};
  constexpr std::string_view kStored =
      "01030108000740782e7465737403000101000e00616e6e0a626f620a6e6f2061740a030007000007007b226e223a317d0300"
      "0000030d000180c0b5eec56801d80401d704";
  EXPECT_EQ(encode_hex(encode_block(rows).bytes), kStored);
}

TEST(Block, holds_many_domains) {
  std::vector<std::string> addresses;
  for (std::size_t i = 0; i < kMaxBlockRows; ++i)
    addresses.push_back("me@host" + std::to_string(i) + ".test");
  std::vector<RowView> rows;
  for (const std::string& address : addresses) rows.push_back({.address = address, .created_ms = 5});
  expect_same(decoded(encode_block(rows)), rows);
}

TEST(Block, splits_by_rows_and_by_bytes) {
  const std::vector<RowView> plain(20'001, RowView{.address = "somebody@x.test"});
  const auto by_rows = encode_blocks(plain);
  ASSERT_EQ(by_rows.size(), 3u);
  EXPECT_EQ(by_rows[0].count, 6'667u);
  const std::string data(800, 'x');
  const std::vector<RowView> heavy(5'000, RowView{.address = "somebody@x.test", .data = data});
  std::uint32_t count = 0;
  for (const EncodedBlock& block : encode_blocks(heavy)) {
    EXPECT_LE(block.raw_bytes, kMaxBlockBytes);
    count += block.count;
  }
  EXPECT_EQ(count, 5'000u);
  EXPECT_TRUE(encode_blocks({}).empty());
}

TEST(Block, one_small_row_stays_small) {
  const RowView row{.address = "somebody@example.test", .created_ms = 1'796'083'200'000};
  EXPECT_LE(encode_block(std::span(&row, 1)).bytes.size(), 60u);
}

TEST(Block, damaged_bytes_are_refused_or_decode_to_something) {
  std::vector<std::string> addresses;
  for (int i = 0; i < 200; ++i) addresses.push_back("user" + std::to_string(i * 7919) + "@x.test");
  std::vector<RowView> rows;
  for (const std::string& address : addresses)
    rows.push_back({.address = address, .state = address.size() % 3 == 0});
  const std::string bytes = encode_block(rows).bytes;
  std::mt19937 random(1);
  for (int round = 0; round < 5'000; ++round) {
    std::string broken = bytes.substr(0, round % 2 == 0 ? bytes.size() : random() % bytes.size());
    for (int i = 0; i < 3 && !broken.empty(); ++i)
      broken[random() % broken.size()] = static_cast<char>(random());
    const Result<Block> block = decode_block(std::as_bytes(std::span(broken)), 0);
    if (!block) continue;
    for (std::uint32_t i = 0; i < block->size(); ++i) (void)block->row(i);
  }
}

}  // namespace
}  // namespace sesame::audience

#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace sesame {
namespace {

constexpr std::uint64_t kLargest = (std::uint64_t{1} << 63) - 1;

TEST(Bytes, are_written_in_a_form_that_never_changes) {
  std::string out;
  ByteWriter writer(out);
  writer.byte(4);
  writer.varint(0);
  writer.varint(300);
  writer.fixed32(0x01020304);
  writer.text32("ab");
  EXPECT_EQ(out, std::string("\x04\x00\xAC\x02\x04\x03\x02\x01\x02\x00\x00\x00", 12) + "ab");
}

TEST(Bytes, come_back_as_they_were) {
  std::string out;
  ByteWriter writer(out);
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128}, kLargest})
    writer.varint(number);
  writer.fixed32(std::numeric_limits<std::uint32_t>::max());
  writer.text32("");
  writer.text32("text");
  writer.byte(255);
  ByteReader reader(out);
  EXPECT_EQ(reader.varint(), 0u);
  EXPECT_EQ(reader.varint(), 127u);
  EXPECT_EQ(reader.varint(), 128u);
  EXPECT_EQ(reader.varint(), kLargest);
  EXPECT_EQ(reader.fixed32(), std::numeric_limits<std::uint32_t>::max());
  EXPECT_EQ(reader.text32(), "");
  EXPECT_EQ(reader.text32(), "text");
  EXPECT_EQ(reader.byte(), 255u);
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(reader.failed());
}

TEST(Bytes, that_are_not_there_fail_for_good) {
  const std::string five_promised = std::string("\x05\x00\x00\x00", 4) + "ab";
  ByteReader cut(five_promised);
  EXPECT_EQ(cut.text32(), "");
  EXPECT_TRUE(cut.failed());
  EXPECT_EQ(cut.byte(), 0u);
  EXPECT_EQ(cut.raw(0), "");
  EXPECT_TRUE(cut.failed());

  ByteReader unfinished("\xFF\xFF");
  EXPECT_EQ(unfinished.varint(), 0u);
  EXPECT_TRUE(unfinished.failed());

  const std::string ten_bytes = std::string(9, '\xFF') + "\x01";
  ByteReader too_long(ten_bytes);
  EXPECT_EQ(too_long.varint(), 0u);
  EXPECT_TRUE(too_long.failed());
}

}  // namespace
}  // namespace sesame

#include "base/packed.hpp"

#include <gtest/gtest.h>

namespace sesame {
namespace {

std::optional<std::string> unpacked(std::string_view packed, std::size_t size) {
  return unpack(std::as_bytes(std::span(packed)), size);
}

TEST(Packed, comes_back_as_it_was) {
  for (const std::string& bytes : {std::string(), std::string("\0\r\n\xff", 4), std::string(1'000'000, 'x')})
    EXPECT_EQ(unpacked(pack(bytes), bytes.size()), bytes);
  EXPECT_LT(pack(std::string(1'000'000, 'x')).size(), 1'000U);
}

TEST(Packed, is_refused_when_it_is_damaged) {
  const std::string packed = pack("some bytes");
  EXPECT_FALSE(unpacked(packed, 9));
  EXPECT_FALSE(unpacked(packed, 11));
  EXPECT_FALSE(unpacked(packed, std::size_t{1} << 40));
  EXPECT_FALSE(unpacked(packed.substr(0, packed.size() - 1), 10));
  EXPECT_FALSE(unpacked("no zstd", 10));
}

}  // namespace
}  // namespace sesame

#include "base/hex.hpp"

#include <array>
#include <cstring>

#include "base/errors.hpp"

namespace sesame {

namespace {

/// Both digits of each byte: each call of the API encodes four digests.
constexpr std::array<char, 512> kPairs = [] {
  constexpr char kDigits[] = "0123456789abcdef";
  std::array<char, 512> pairs{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    pairs[2 * byte] = kDigits[byte >> 4];
    pairs[2 * byte + 1] = kDigits[byte & 15];
  }
  return pairs;
}();

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string encode_hex(std::string_view bytes) {
  std::string text(bytes.size() * 2, '0');
  char* next = text.data();
  for (const char c : bytes) {
    std::memcpy(next, kPairs.data() + 2 * static_cast<unsigned char>(c), 2);
    next += 2;
  }
  return text;
}

Result<std::string> decode_hex(std::string_view text) {
  if (text.size() % 2 != 0) return Error(errors::kHexMalformed);
  std::string bytes(text.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = digit_value(text[2 * i]);
    const int low = digit_value(text[2 * i + 1]);
    if (high < 0 || low < 0) return Error(errors::kHexMalformed);
    bytes[i] = static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace sesame

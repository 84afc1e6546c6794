#include "base/hex.hpp"

#include "base/errors.hpp"

namespace sesame {

namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string encode_hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(bytes.size() * 2, '0');
  char* next = text.data();
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *next++ = kDigits[byte >> 4];
    *next++ = kDigits[byte & 15];
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

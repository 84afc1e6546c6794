#include "base/uuid.hpp"

#include <array>

#include "base/hex.hpp"

namespace sesame {

namespace {

constexpr std::size_t kTextBytes = 36;

}  // namespace

std::string uuid_v4(Random& random) {
  std::array<char, 16> bytes;
  random.fill(std::as_writable_bytes(std::span(bytes)));
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x40);  // RFC 9562 §4.2: the version
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);  // RFC 9562 §4.1: the variant
  return uuid_text({bytes.data(), bytes.size()});
}

std::optional<std::array<char, 16>> uuid_bytes(std::string_view text) {
  if (text.size() != kTextBytes) return std::nullopt;
  std::array<char, 16> bytes{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const char c = text[i];
    const bool decimal = c >= '0' && c <= '9';
    if (!decimal && (c < 'a' || c > 'f')) return std::nullopt;
    const int value = decimal ? c - '0' : c - 'a' + 10;
    char& byte = bytes[digits++ / 2];
    byte = static_cast<char>(static_cast<unsigned char>(byte) << 4 | value);
  }
  return bytes;
}

std::string uuid_text(std::string_view bytes) {
  const std::string digits = encode_hex(bytes);
  std::string text;
  text.reserve(kTextBytes);
  text.append(digits, 0, 8).append(1, '-').append(digits, 8, 4).append(1, '-').append(digits, 12, 4);
  text.append(1, '-').append(digits, 16, 4).append(1, '-').append(digits, 20, 12);
  return text;
}

}  // namespace sesame

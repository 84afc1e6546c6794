#include "base/uuid.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/hex.hpp"

namespace sesame {

namespace {

constexpr std::size_t kTextBytes = 36;

/// The places of the first digits of the bytes.
constexpr std::array<std::uint8_t, 16> kPlaces{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34};

/// The values of lower-case digits. All else has bits above those of a byte, also as the second digit.
constexpr std::array<std::uint16_t, 256> kValues = [] {
  std::array<std::uint16_t, 256> values{};
  values.fill(0x100);
  for (unsigned digit = 0; digit < 10; ++digit) values['0' + digit] = static_cast<std::uint16_t>(digit);
  for (unsigned digit = 10; digit < 16; ++digit) values['a' + digit - 10] = static_cast<std::uint16_t>(digit);
  return values;
}();

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
  if (text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-') return std::nullopt;
  const auto value_at = [text](std::size_t place) {
    return kValues[static_cast<unsigned char>(text[place])];
  };
  std::array<char, 16> bytes{};
  unsigned seen = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned pair = static_cast<unsigned>(value_at(kPlaces[i])) << 4 | value_at(kPlaces[i] + 1U);
    seen |= pair;
    bytes[i] = static_cast<char>(pair);
  }
  if (seen > 0xff) return std::nullopt;
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

#include "mime/transfer_decoding.hpp"

#include <array>
#include <cstdint>

namespace sesame::mime {
namespace {

constexpr std::uint8_t kNone = 0xFF;

constexpr std::array<std::uint8_t, 256> kSextets = [] {
  std::array<std::uint8_t, 256> sextets{};
  sextets.fill(kNone);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    sextets[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return sextets;
}();

/// The value of a hexadecimal digit; -1 for another character.
int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// The byte that `=XX` at `at` means; -1 when two hexadecimal digits do not follow.
int escaped_byte(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = digit(text[at + 1]);
  const int low = digit(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/// The bytes that a soft line break at `at` takes (with the blanks that transport may add); 0 when there is
/// none.
std::size_t soft_break(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (text[end] == ' ' || text[end] == '\t')) ++end;
  if (end == text.size()) return end - at;
  if (text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n') return end + 2 - at;
  return text[end] == '\n' ? end + 1 - at : 0;
}

}  // namespace

std::string from_base64(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3 + 3);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::uint8_t sextet = kSextets[static_cast<unsigned char>(c)];
    if (sextet == kNone) {
      if (c == '=') bits = count = 0;  // Padding ends a group.
      continue;
    }
    bits = bits << 6 | sextet;
    // A group may end early, so each byte is written as soon as it is whole.
    if (++count > 1) bytes += static_cast<char>(bits >> (count == 2 ? 4 : count == 3 ? 2 : 0));
    if (count == 4) bits = count = 0;
  }
  return bytes;
}

std::string from_quoted_printable(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '=') {
      bytes += text[at];
      continue;
    }
    if (const int byte = escaped_byte(text, at); byte >= 0) {
      bytes += static_cast<char>(byte);
      at += 2;
    } else if (const std::size_t size = soft_break(text, at); size > 0) {
      at += size - 1;
    } else {
      bytes += '=';
    }
  }
  return bytes;
}

std::string from_q_encoding(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int byte = text[at] == '=' ? escaped_byte(text, at) : -1;
    if (byte >= 0) {
      bytes += static_cast<char>(byte);
      at += 2;
    } else {
      bytes += text[at] == '_' ? ' ' : text[at];
    }
  }
  return bytes;
}

}  // namespace sesame::mime

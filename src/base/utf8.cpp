#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace sesame::utf8 {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// The length of the well-formed sequence at the start of `text` (not empty), or 0. RFC 3629 §4.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto tail = [&](std::size_t i) { return byte(i) >= 0x80 && byte(i) <= 0xBF; };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned lowest = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned highest = first == 0xED ? 0x9F : 0xBF;
    return second >= lowest && second <= highest && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned lowest = first == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = first == 0xF4 ? 0x8F : 0xBF;
    return second >= lowest && second <= highest && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

bool valid(std::string_view text) {
  while (!text.empty()) {
    // Nearly all text is ASCII: eight bytes at a time.
    while (text.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data(), 8);
      if ((word & 0x8080808080808080) != 0) break;
      text.remove_prefix(8);
    }
    if (text.empty()) return true;
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool storable(std::string_view text) {
  return valid(text) && (text.empty() || std::memchr(text.data(), 0, text.size()) == nullptr);
}

std::size_t count(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

bool has_length(std::string_view text, std::size_t least, std::size_t most) {
  const std::size_t length = count(text);
  return least <= length && length <= most;
}

std::string_view truncate(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && is_continuation(text[bytes])) --bytes;
  return text.substr(0, bytes);
}

namespace {

std::string mend(std::string_view text, bool keeps_nul) {
  std::string whole;
  whole.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const bool broken = length == 0 || (!keeps_nul && text.front() == '\0');
    whole += broken ? "\xEF\xBF\xBD" : text.substr(0, length);
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return whole;
}

}  // namespace

std::string mended(std::string_view text) { return mend(text, true); }

std::string mended_to_store(std::string_view text) { return mend(text, false); }

}  // namespace sesame::utf8

#include "campaigns/message_ids.hpp"

#include <sodium.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

#include "base/beijing_time.hpp"

namespace sesame::campaigns {

namespace {

constexpr std::size_t kApiTokenCharacters = 12;     // As long as the cloud's identifiers: 71 bits.
constexpr std::size_t kHeaderTokenCharacters = 21;  // 125 bits.
constexpr char kDigits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// "2026-11-22 21:10:00" → "20261122211000".
std::string compact(std::string_view time) {
  std::string digits;
  for (const char c : time) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

std::optional<std::string> read_header_id(std::string_view text) {
  constexpr std::size_t kBytesMax = 250;
  if (text.size() > 2 && text.front() == '<' && text.back() == '>') text = text.substr(1, text.size() - 2);
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return c > ' ' && c < 0x7f && c != '<' && c != '>'; });
  // RFC 5322 §3.6.4: a left and a right side.
  const std::size_t at = text.find('@');
  const bool two_sides = at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
                         text.find('@', at + 1) == std::string_view::npos;
  if (!plain || !two_sides || text.size() > kBytesMax) return std::nullopt;
  return std::string(text);
}

std::string MessageIds::make_key(Random& random) {
  std::string key(kKeyBytes, '\0');
  random.fill(std::as_writable_bytes(std::span(key)));
  return key;
}

MessageIds::MessageIds(std::string key, std::string app_id, std::int64_t started_ms)
    : key_(std::move(key)),
      prefix_("qcloudses-30-" + std::move(app_id) + "-date-" + compact(format_beijing_time(started_ms)) +
              "-") {
  assert(key_.size() == kKeyBytes);
}

std::string MessageIds::token(std::uint32_t ordinal, std::size_t characters) const {
  static_assert(crypto_shorthash_siphashx24_KEYBYTES == kKeyBytes);
  unsigned char hash[crypto_shorthash_siphashx24_BYTES];
  unsigned char input[sizeof ordinal];
  std::memcpy(input, &ordinal, sizeof ordinal);
  crypto_shorthash_siphashx24(hash, input, sizeof input, reinterpret_cast<const unsigned char*>(key_.data()));
  __extension__ unsigned __int128 number = 0;
  std::memcpy(&number, hash, sizeof number);
  std::string text(characters, '0');
  for (char& c : text) {
    c = kDigits[static_cast<unsigned>(number % 62)];
    number /= 62;
  }
  return text;
}

std::string MessageIds::api_id(std::uint32_t ordinal) const {
  return prefix_ + token(ordinal, kApiTokenCharacters) + "1";
}

std::string MessageIds::header_id(std::uint32_t ordinal, std::string_view domain) const {
  return token(ordinal, kHeaderTokenCharacters) + "@" + std::string(domain);
}

}  // namespace sesame::campaigns

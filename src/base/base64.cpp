#include "base/base64.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "base/ascii.hpp"
#include "base/errors.hpp"

namespace sesame {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNoDigit = 255;

constexpr std::array<std::uint8_t, 256> kDigitValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::uint8_t digit_value(char c) { return kDigitValues[static_cast<unsigned char>(c)]; }

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL adds a NUL.
  // EVP_EncodeBlock counts in int; a multiple of three keeps the padding at the very end.
  constexpr std::size_t kStep = 3 << 20;
  std::size_t written = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kStep) {
    const std::string_view part = bytes.substr(at, kStep);
    written += static_cast<std::size_t>(
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data() + written),
                        reinterpret_cast<const unsigned char*>(part.data()), static_cast<int>(part.size())));
  }
  text.resize(written);
  return text;
}

// OpenSSL's decoder forgives white space and spare bits, so two texts could mean the same bytes; this one
// does not.
Result<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return Error(errors::kBase64Malformed);
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string bytes(text.size() / 4 * 3 - padding, '\0');

  std::size_t written = 0;
  const std::size_t whole = padding == 0 ? text.size() : text.size() - 4;
  for (std::size_t at = 0; at < whole; at += 4) {
    const unsigned a = digit_value(text[at]), b = digit_value(text[at + 1]);
    const unsigned c = digit_value(text[at + 2]), d = digit_value(text[at + 3]);
    if ((a | b | c | d) == kNoDigit) return Error(errors::kBase64Malformed);
    const unsigned group = a << 18 | b << 12 | c << 6 | d;
    bytes[written++] = static_cast<char>(group >> 16);
    bytes[written++] = static_cast<char>(group >> 8);
    bytes[written++] = static_cast<char>(group);
  }
  if (padding == 0) return bytes;

  const unsigned a = digit_value(text[whole]), b = digit_value(text[whole + 1]);
  const unsigned c = padding == 2 ? 0u : digit_value(text[whole + 2]);
  if ((a | b | c) == kNoDigit) return Error(errors::kBase64Malformed);
  const unsigned spare = padding == 2 ? b & 15 : c & 3;  // RFC 4648 §3.5
  if (spare != 0) return Error(errors::kBase64Malformed);
  const unsigned group = a << 18 | b << 12 | c << 6;
  bytes[written++] = static_cast<char>(group >> 16);
  if (padding == 1) bytes[written++] = static_cast<char>(group >> 8);
  return bytes;
}

Result<std::string> decode_base64_lines(std::string_view text) {
  text = ascii::trim(text);
  if (text.find_first_of("\r\n") == std::string_view::npos) return decode_base64(text);
  std::string joined;
  joined.reserve(text.size());
  for (const char c : text) {
    if (c != '\r' && c != '\n') joined += c;
  }
  return decode_base64(joined);
}

}  // namespace sesame

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/charset.hpp"
#include "smtp/reply.hpp"

namespace sesame::smtp {
namespace {

/// The length of the UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629 §4).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F)) return 0;
  if ((lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

/// Text of another encoding, as far as its bytes tell which.
std::optional<std::string> converted_by_guess(std::string_view raw) {
  const std::optional<std::string_view> label = charset::guess(raw);
  if (!label) return std::nullopt;
  std::optional<charset::Conversion> conversion = charset::to_utf8(raw, *label);
  if (!conversion) return std::nullopt;
  return std::move(conversion->text);
}

void append_escaped(std::string& out, std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

/// A control of ASCII, or of the C1 range U+0080 to U+009F, which terminals execute as well.
bool is_control(std::string_view sequence) {
  const auto lead = static_cast<std::uint8_t>(sequence[0]);
  if (sequence.size() == 1) return lead < 0x20 || lead == 0x7F;
  return lead == 0xC2 && static_cast<std::uint8_t>(sequence[1]) < 0xA0;
}

}  // namespace

std::string displayable(std::string_view raw, std::size_t bytes_max) {
  raw = raw.substr(0, bytes_max * 2);
  std::optional<std::string> converted;
  const bool japanese = raw.find('\x1b') != raw.npos;
  if (japanese || !is_utf8(raw)) converted = converted_by_guess(raw);
  std::string_view rest = converted ? std::string_view(*converted) : raw;
  std::string out;
  out.reserve(std::min(rest.size(), bytes_max));
  while (!rest.empty()) {
    const std::size_t length = utf8_length(rest);
    const std::size_t need = length == 0 ? 4 : length;
    if (out.size() + need > bytes_max) break;
    if (length == 0) {
      append_escaped(out, static_cast<std::uint8_t>(rest[0]));
    } else if (is_control(rest.substr(0, length))) {
      out += ' ';
    } else {
      out.append(rest.substr(0, length));
    }
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

}  // namespace sesame::smtp

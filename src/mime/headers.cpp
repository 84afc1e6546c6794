#include "mime/headers.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "base/hex.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

// The first line of `text` with its end.
std::string_view first_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The first field of `header` with its continuation lines.
std::string_view first_field(std::string_view header) {
  std::size_t size = first_line(header).size();
  while (size < header.size() && is_blank(header[size])) size += first_line(header.substr(size)).size();
  return header.substr(0, size);
}

// Decodes the Q encoding (RFC 2047 §4.2); nullopt when it is malformed.
std::optional<std::string> decoded_q(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      bytes += text[i] == '_' ? ' ' : text[i];
      continue;
    }
    const Result<std::string> byte = decode_hex(text.substr(i + 1, 2));
    if (!byte.ok() || byte->size() != 1) return {};
    bytes += *byte;
    i += 2;
  }
  return bytes;
}

std::optional<std::string> decoded_b(std::string_view text) {
  Result<std::string> bytes = decode_base64(text);
  if (!bytes.ok()) return {};
  return std::move(bytes).value();
}

std::string utf8_of_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      utf8 += c;
    } else {
      utf8 += {static_cast<char>(0xc0 | byte >> 6), static_cast<char>(0x80 | (byte & 0x3f))};
    }
  }
  return utf8;
}

// RFC 2047 §2 says 75, some writers exceed it; the limit bounds the search for the end.
constexpr std::size_t kMaxEncodedWordBytes = 1000;

struct EncodedWord {
  std::size_t size = 0;  // The bytes that it takes in the field.
  std::string text;      // Its meaning as UTF-8.
};

// The encoded word that `text` begins with; nullopt when it begins with other text, or the charset is not
// supported.
std::optional<EncodedWord> encoded_word(std::string_view text) {
  if (!text.starts_with("=?")) return {};
  text = text.substr(0, kMaxEncodedWordBytes);
  const std::size_t charset_end = text.find('?', 2);
  if (charset_end == std::string_view::npos || charset_end + 2 >= text.size()) return {};
  if (text[charset_end + 2] != '?') return {};
  const std::size_t start = charset_end + 3;
  const std::size_t end = text.find("?=", start);
  if (end == std::string_view::npos) return {};
  const std::string_view encoded = text.substr(start, end - start);
  if (encoded.find_first_of(" \t?") != std::string_view::npos) return {};
  const char encoding = ascii::to_lower(text[charset_end + 1]);
  std::optional<std::string> bytes;
  if (encoding == 'q') bytes = decoded_q(encoded);
  if (encoding == 'b') bytes = decoded_b(encoded);
  if (!bytes) return {};
  // RFC 2231 §5: a language may follow the charset.
  const std::string_view charset = ascii::split(text.substr(2, charset_end - 2), '*').front();
  const bool latin1 = ascii::iequals(charset, "iso-8859-1");
  if (!latin1 && !ascii::iequals(charset, "utf-8") && !ascii::iequals(charset, "us-ascii")) return {};
  return EncodedWord{end + 2, latin1 ? utf8_of_latin1(*bytes) : *std::move(bytes)};
}

std::string with_words_decoded(std::string_view value) {
  std::string text;
  bool after_word = false;
  while (!value.empty()) {
    const std::size_t blanks = std::min(value.find_first_not_of(" \t"), value.size());
    const std::optional<EncodedWord> word = encoded_word(value.substr(blanks));
    // RFC 2047 §6.2: the blanks between two encoded words are not part of the text.
    if (!word || !after_word) text += value.substr(0, blanks);
    value.remove_prefix(blanks);
    after_word = word.has_value();
    if (word) {
      text += word->text;
      value.remove_prefix(word->size);
      continue;
    }
    // Encoded words also stand beside brackets and commas, not only beside blanks.
    const std::size_t end = std::min({value.find_first_of(" \t"), value.find("=?", 1), value.size()});
    text += value.substr(0, end);
    value.remove_prefix(end);
  }
  return text;
}

}  // namespace

MessageView split_message(std::string_view message) {
  std::size_t size = 0;
  while (size < message.size() && size <= kMaxHeaderBytes) {
    const std::string_view line = first_line(message.substr(size));
    if (line == "\r\n" || line == "\n") return {message.substr(0, size), message.substr(size + line.size())};
    size += line.size();
  }
  if (size > kMaxHeaderBytes) return {{}, message};
  return {message, {}};
}

std::optional<std::string> decoded_header(std::string_view message, std::string_view name) {
  std::string_view header = split_message(message).header;
  while (!header.empty()) {
    const std::string_view field = first_field(header);
    header.remove_prefix(field.size());
    const std::size_t colon = field.find(':');
    if (colon == std::string_view::npos || !ascii::iequals(ascii::trim(field.substr(0, colon)), name))
      continue;
    std::string value;
    for (const char c : field.substr(colon + 1)) {
      if (c != '\r' && c != '\n') value += c;
    }
    return printable_utf8(with_words_decoded(ascii::trim(value)));
  }
  return {};
}

}  // namespace sesame::mime

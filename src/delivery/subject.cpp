#include "delivery/subject.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/base64.hpp"
#include "smtp/reply.hpp"

namespace sesame::delivery {
namespace {

constexpr std::size_t kSubjectBytesMax = 1000;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// RFC 2047 §4.2.
std::string decode_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '=' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escaped) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

/// Decodes the encoded word at the start of `rest`, which then begins after it.
std::optional<std::string> take_encoded_word(std::string_view& rest) {
  constexpr std::string_view kStart = "=?utf-8?";
  if (!ascii::istarts_with(rest, kStart) || rest.size() < kStart.size() + 2) return std::nullopt;
  const char encoding = ascii::to_lower(rest[kStart.size()]);
  if (rest[kStart.size() + 1] != '?') return std::nullopt;
  const std::string_view body = rest.substr(kStart.size() + 2);
  const std::size_t end = body.find("?=");
  if (end == std::string_view::npos) return std::nullopt;
  std::optional<std::string> text;
  if (encoding == 'q') text = decode_q(body.substr(0, end));
  if (encoding == 'b') {
    Result<std::string> decoded = decode_base64(body.substr(0, end));
    if (decoded) text = std::move(decoded).value();
  }
  if (text) rest = body.substr(end + 2);
  return text;
}

std::string decode_words(std::string_view rest) {
  std::string out;
  bool after_word = false;
  while (!rest.empty()) {
    // RFC 2047 §6.2: blanks between two encoded words are not part of the text.
    const std::size_t blanks = std::min(rest.find_first_not_of(" \t"), rest.size());
    std::string_view behind = rest.substr(blanks);
    if (std::optional<std::string> word = take_encoded_word(behind)) {
      if (!after_word) out.append(rest.substr(0, blanks));
      out.append(*word);
      rest = behind;
      after_word = true;
    } else {
      out.append(rest.substr(0, blanks + 1));
      rest.remove_prefix(std::min(blanks + 1, rest.size()));
      after_word = false;
    }
  }
  return out;
}

}  // namespace

std::string read_subject(std::string_view mail) {
  mail = mail.substr(0, mail.find("\r\n\r\n"));
  std::string unfolded;
  bool inside = false;
  while (!mail.empty()) {
    const std::size_t end = mail.find("\r\n");
    const std::string_view line = mail.substr(0, end);
    const bool continues = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (inside && !continues) break;
    if (inside) unfolded.append(line);
    if (!inside && ascii::istarts_with(line, "subject:")) {
      inside = true;
      unfolded.assign(line.substr(8));
    }
    if (end == std::string_view::npos) break;
    mail.remove_prefix(end + 2);
  }
  const std::string decoded = decode_words(unfolded);
  std::string_view text = decoded;
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return smtp::displayable(text, kSubjectBytesMax);
}

}  // namespace sesame::delivery

#include <array>

#include "base/base64.hpp"
#include "mime/field_writer.hpp"
#include "mime/message.hpp"
#include "mime/unicode.hpp"

namespace sesame::mime {
namespace {

constexpr std::size_t kMaxCodedLineBytes = 76;  // RFC 2045 §6.7 (5), §6.8
constexpr char kHex[] = "0123456789ABCDEF";

// The text with CRLF line ends, one at the end, and without NUL.
std::string with_crlf(std::string_view text) {
  constexpr std::string_view kEnds("\r\n\0", 3);
  std::string lines;
  lines.reserve(text.size() + text.size() / 32 + 2);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(kEnds), text.size());
    lines += text.substr(0, end);
    if (end == text.size()) break;
    const bool pair = text[end] == '\r' && end + 1 < text.size() && text[end + 1] == '\n';
    if (text[end] != '\0') lines += "\r\n";
    text.remove_prefix(end + (pair ? 2 : 1));
  }
  if (!lines.empty() && !lines.ends_with("\r\n")) lines += "\r\n";
  return lines;
}

// The bytes that quoted-printable leaves unchanged within a line (RFC 2045 §6.7).
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 33; c < 127; ++c) plain[c] = c != '=';
  plain[' '] = plain['\t'] = true;
  return plain;
}();

bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

struct Survey {
  bool safe = true;               // The text may be sent unencoded.
  std::size_t encoded_bytes = 0;  // The bytes that quoted-printable writes as =XX.
};

// False for lines that mail servers are known to change, or that look like a boundary of ours (boundary_for).
bool survives(std::string_view line) {
  if (line.size() > kMaxLineBytes) return false;
  if (line.ends_with(' ') || line.ends_with('\t')) return false;
  return !line.starts_with("From ") && !line.starts_with("--=_") && line != ".";
}

// Calls `take` for each line of CRLF text, without its end.
template <class Take>
void for_each_line(std::string_view lines, Take take) {
  while (!lines.empty()) {
    const std::size_t end = lines.find("\r\n");
    take(lines.substr(0, end));
    lines.remove_prefix(end + 2);
  }
}

Survey survey(std::string_view lines) {
  Survey found;
  for_each_line(lines, [&found](std::string_view line) {
    std::size_t encoded = 0;
    std::size_t equals = 0;
    for (const char c : line) {
      encoded += is_plain(c) ? 0 : 1;
      equals += c == '=' ? 1 : 0;
    }
    found.encoded_bytes += encoded;
    found.safe = found.safe && encoded == equals && survives(line);
  });
  return found;
}

void append_quoted_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    const bool last = i + 1 == line.size();
    const bool blank_at_end = last && (byte == ' ' || byte == '\t');
    const bool mistaken = i == 0 && (line.starts_with("From ") || line == ".");
    const bool plain = is_plain(line[i]) && !blank_at_end && !mistaken;
    // One column stays free for the `=` of a soft line break, except on the last character.
    if (column + (plain ? 1 : 3) > kMaxCodedLineBytes - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += line[i];
    } else {
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
    }
    column += plain ? 1 : 3;
  }
  out += "\r\n";
}

}  // namespace

std::string_view name_of(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::seven_bit:
      return "7bit";
    case TransferEncoding::quoted_printable:
      return "quoted-printable";
    case TransferEncoding::base64:
      return "base64";
  }
  return "7bit";
}

void append_base64_lines(std::string& out, std::string_view bytes) {
  const std::string encoded = encode_base64(bytes);
  out.reserve(out.size() + encoded.size() + 2 * (encoded.size() / kMaxCodedLineBytes + 1));
  for (std::size_t start = 0; start < encoded.size(); start += kMaxCodedLineBytes) {
    out.append(encoded, start, kMaxCodedLineBytes);
    out += "\r\n";
  }
}

EncodedText encode_text_body(std::string_view text) {
  std::string lines = with_crlf(text);
  const Survey found = survey(lines);
  if (found.safe) return {TransferEncoding::seven_bit, std::move(lines)};
  const std::size_t quoted_bytes = lines.size() + 2 * found.encoded_bytes;
  EncodedText encoded;
  if (quoted_bytes + 3 * quoted_bytes / kMaxCodedLineBytes <= lines.size() * 4 / 3 * 78 / 76) {
    encoded.encoding = TransferEncoding::quoted_printable;
    encoded.bytes.reserve(quoted_bytes + 3 * quoted_bytes / kMaxCodedLineBytes);
    for_each_line(lines, [&encoded](std::string_view line) { append_quoted_line(encoded.bytes, line); });
  } else {
    encoded.encoding = TransferEncoding::base64;
    append_base64_lines(encoded.bytes, lines);
  }
  return encoded;
}

}  // namespace sesame::mime

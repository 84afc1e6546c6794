#include "content/text_part.hpp"

#include <utility>

namespace sesame::content {
namespace {

constexpr std::size_t kLineBytesMax = 76;  // RFC 2045 §6.7 (5), with the `=` of a soft line break
constexpr std::string_view kSoftBreak = "=\r\n";

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_visible(char c) { return c > ' ' && c < 0x7f && c != '='; }

bool is_plain(char c) { return is_visible(c) || is_blank(c); }

// Blanks at the end of a line get lost in transport (RFC 2045 §6.7 (3)); at the start of a line `.` would
// have to be stuffed (RFC 5321 §4.5.2), and mailbox writers change "From ".
bool must_encode(std::string_view text, std::size_t at, std::size_t column) {
  const char c = text[at];
  if (!is_plain(c)) return true;
  if (column == 0 && (c == '.' || text.substr(at).starts_with("From "))) return true;
  return is_blank(c) && at + 1 < text.size() && (text[at + 1] == '\r' || text[at + 1] == '\n');
}

// How many bytes at `at` stand for themselves, whatever is around them: visible ones behind the first of a
// line, as far as no line break can be due.
std::size_t plain_run(std::string_view text, std::size_t at, std::size_t column) {
  if (column == 0 || column + 3 >= kLineBytesMax) return 0;
  text = text.substr(at, kLineBytesMax - 3 - column);
  std::size_t run = 0;
  while (run < text.size() && is_visible(text[run])) ++run;
  return run;
}

// The bytes of the line end at `at`: 2, 1, or 0 when `at` is not at a line end.
std::size_t line_end(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return 1;
  if (text[at] != '\r') return 0;
  return text.substr(at + 1).starts_with('\n') ? 2 : 1;
}

void append_crlf_text(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = line_end(text, at);
    if (end > 0)
      out += "\r\n";
    else if (text[at] != '\0')
      out += text[at];
    at += end > 0 ? end : 1;
  }
}

// Appends a piece encoded from column 0 to column 0.
void append_quoted_piece(std::string& out, std::string_view text) {
  if (append_quoted(out, text) > 0) out += kSoftBreak;
}

bool base64_is_shorter(const PartSource& source) {
  std::size_t bytes = 0;
  std::size_t encoded = 0;
  for (const PartSource::Piece& piece : source.pieces()) {
    bytes += piece.text.size();
    for (const char c : piece.text) encoded += is_plain(c) || c == '\r' || c == '\n' ? 0 : 1;
  }
  return encoded * 6 > bytes;  // Quoted-printable writes three bytes for one, base64 four for three.
}

constexpr std::size_t kUsualValueBytes = 32;
constexpr std::size_t kUsualLinkBytes = 256;

std::size_t usual_bytes(const PartSource::Piece& piece) {
  const bool link = piece.kind == PartSource::Kind::link || piece.kind == PartSource::Kind::url;
  return link ? kUsualLinkBytes : kUsualValueBytes;
}

}  // namespace

std::size_t append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (const std::size_t run = plain_run(text, at, column); run > 0) {
      out.append(text, at, run);
      column += run;
      at += run - 1;
      continue;
    }
    if (const std::size_t end = line_end(text, at); end > 0) {
      out += "\r\n";
      column = 0;
      at += end - 1;
      continue;
    }
    if (text[at] == '\0') continue;
    if (column + 3 >= kLineBytesMax) {
      const bool fits = column + 1 < kLineBytesMax && !must_encode(text, at, column);
      if (!fits) {
        out += kSoftBreak;
        column = 0;
      }
    }
    if (must_encode(text, at, column)) {
      const auto byte = static_cast<unsigned char>(text[at]);
      out += {'=', kHex[byte >> 4], kHex[byte & 15]};
      column += 3;
    } else {
      out += text[at];
      column += 1;
    }
  }
  return column;
}

TextPart::TextPart(mime::TextKind kind, PartSource source)
    : escaping_(kind == mime::TextKind::html ? Escaping::html : Escaping::none),
      encoding_(base64_is_shorter(source) ? mime::TransferEncoding::base64
                                          : mime::TransferEncoding::quoted_printable),
      source_(std::move(source)) {
  headers_ = kind == mime::TextKind::html ? "Content-Type: text/html; charset=utf-8\r\n"
                                          : "Content-Type: text/plain; charset=utf-8\r\n";
  headers_.append("Content-Transfer-Encoding: ").append(mime::name_of(encoding_)).append("\r\n");
  for (const PartSource::Piece& piece : source_.pieces()) {
    std::string& text = encoded_.emplace_back();
    if (encoding_ == mime::TransferEncoding::quoted_printable)
      append_quoted_piece(text, piece.text);
    else
      append_crlf_text(text, piece.text);
    typical_bytes_ += text.size() + usual_bytes(piece);
  }
  if (encoding_ == mime::TransferEncoding::base64) typical_bytes_ = typical_bytes_ * 3 / 2;
}

void TextPart::append_body(std::string& out, const Filling& filling) const {
  if (encoding_ == mime::TransferEncoding::base64) {
    std::string lines;
    lines.reserve(typical_bytes_);
    append_pieces(lines, filling, append_crlf_text);
    if (!lines.empty() && !lines.ends_with("\r\n")) lines += "\r\n";
    mime::append_base64_lines(out, lines);
    return;
  }
  const std::size_t start = out.size();
  append_pieces(out, filling, append_quoted_piece);
  if (!std::string_view(out).substr(start).ends_with(kSoftBreak)) return;
  // A body ends in a line end even when its text does not: the last soft line break becomes a hard one, and
  // stays when a blank would stand before the line end.
  const std::size_t text_end = out.size() - kSoftBreak.size();
  if (text_end > start && is_blank(out[text_end - 1]))
    out += "\r\n";
  else
    out.erase(text_end, 1);
}

void TextPart::append_pieces(std::string& out, const Filling& filling, AppendValue append) const {
  std::string text;
  // A line end may be CR in one piece and LF in the next. The CR is written when it is known what follows.
  bool open_cr = false;
  bool after_cr = false;
  const auto close_cr = [&](bool line_feed_follows) {
    if (std::exchange(open_cr, false) && !line_feed_follows) append(out, "\n");
  };
  for (std::size_t i = 0; i < encoded_.size(); ++i) {
    const PartSource::Piece& piece = source_.pieces()[i];
    const bool as_written =
        piece.kind == PartSource::Kind::literal ||
        (piece.kind == PartSource::Kind::value && filling.values.find(piece.name) == nullptr);
    if (as_written) {
      close_cr(piece.text.starts_with('\n'));
      out += encoded_[i];
      after_cr = piece.text.ends_with('\r');
      continue;
    }
    text.clear();
    append_filled(text, piece, filling, escaping_);
    if (text.empty()) continue;
    std::string_view value = text;
    close_cr(value.starts_with('\n'));
    if (after_cr && value.starts_with('\n')) value.remove_prefix(1);
    after_cr = false;
    open_cr = value.ends_with('\r');
    if (open_cr) value.remove_suffix(1);
    append(out, value);
  }
  close_cr(false);
}

}  // namespace sesame::content

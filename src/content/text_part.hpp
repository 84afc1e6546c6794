#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content/template.hpp"
#include "mime/message.hpp"

namespace sesame::content {

/// The encoded body of one text or html part that holds placeholders. Immutable: safe from any thread.
///
/// In quoted-printable the text between the placeholders is encoded once: a soft line break (RFC 2045 §6.7
/// (5)) on either side of a value lets the value be encoded alone, on lines of its own, without changing the
/// text. Text that base64 writes shorter (Chinese, for example) is encoded anew for each letter.
class TextPart {
 public:
  TextPart(mime::TextKind kind, const Template& source);

  /// The Content-* fields, each with its CRLF.
  const std::string& headers() const { return headers_; }

  /// Appends the body: CRLF lines, ending in CRLF unless it is empty.
  void append_body(std::string& out, const Variables& values) const;

  std::size_t typical_bytes() const { return typical_bytes_; }

 private:
  using AppendValue = void (*)(std::string& out, std::string_view text);
  void append_pieces(std::string& out, const Variables& values, AppendValue append) const;

  struct Piece {
    std::string text;  // With CRLF line ends; in quoted-printable already encoded, ending in column 0.
    std::string name;  // Of the value that goes here instead; empty: a literal.
  };

  Escaping escaping_;
  mime::TransferEncoding encoding_;
  std::string headers_;
  std::vector<Piece> pieces_;
  std::size_t typical_bytes_ = 0;
};

/// Appends text as quoted-printable lines from column 0, any line end as CRLF, without NUL. Returns the
/// column it ends in. No line starts with `.`, so nothing needs stuffing in SMTP, or with "From ".
std::size_t append_quoted(std::string& out, std::string_view text);

}  // namespace sesame::content

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "content/part_source.hpp"
#include "mime/message.hpp"

namespace sesame::content {

/// The encoded body of one text or html part that differs between letters. Immutable. Thread: any.
///
/// In quoted-printable the text between the places that differ is encoded once: a soft line break (RFC 2045
/// §6.7 (5)) on either side of a value or a link lets it be encoded alone, on lines of its own, without
/// changing the text. Text that base64 writes shorter (Chinese, for example) is encoded anew for each letter.
class TextPart {
 public:
  TextPart(mime::TextKind kind, PartSource source);

  /// The Content-* fields, each with its CRLF.
  const std::string& headers() const { return headers_; }

  /// Appends the body: CRLF lines, ending in CRLF unless it is empty.
  void append_body(std::string& out, const Filling& filling) const;

  std::size_t typical_bytes() const { return typical_bytes_; }

 private:
  using AppendValue = void (*)(std::string& out, std::string_view text);
  void append_pieces(std::string& out, const Filling& filling, AppendValue append) const;

  Escaping escaping_;
  mime::TransferEncoding encoding_;
  std::string headers_;
  PartSource source_;
  /// One element per piece of the source. For a literal or a value: its text with CRLF line ends, in
  /// quoted-printable already encoded, ending in column 0.
  std::vector<std::string> encoded_;
  std::size_t typical_bytes_ = 0;
};

/// Appends text as quoted-printable lines from column 0, any line end as CRLF, without NUL. Returns the
/// column it ends in. No line starts with `.`, so nothing needs stuffing in SMTP, or with "From ".
std::size_t append_quoted(std::string& out, std::string_view text);

}  // namespace sesame::content

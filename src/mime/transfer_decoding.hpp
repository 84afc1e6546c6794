#pragma once

#include <string>
#include <string_view>

/// Undoes the transfer encodings of foreign mail. Any bytes are read as far as they make sense. Pure.
/// Thread: any.
namespace sesame::mime {

/// Base64 (RFC 2045 §6.8). Bytes outside the alphabet are skipped; text behind padding is read, too, since
/// some programs encode a text in pieces.
std::string from_base64(std::string_view text);

/// Quoted-printable (RFC 2045 §6.7). Malformed escapes stay as they are.
std::string from_quoted_printable(std::string_view text);

/// The Q encoding of an encoded word (RFC 2047 §4.2).
std::string from_q_encoding(std::string_view text);

}  // namespace sesame::mime

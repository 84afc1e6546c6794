#pragma once

#include <string>
#include <string_view>

/// Reads the encoded words of RFC 2047 in header fields of foreign mail. Pure. Thread: any.
namespace sesame::mime {

/// Whether `text` has something that a reader could take for an encoded word.
bool looks_encoded(std::string_view text);

/// The value of an unfolded field as UTF-8: encoded words decoded by the encodings of base/charset.hpp (words
/// of an unknown one stay as written), bytes beyond ASCII between them by a guess. Blanks between two encoded
/// words are dropped (RFC 2047 §6.2), and characters that a program has split between two words are joined.
std::string decode_words(std::string_view value);

/// A field's value without its line ends (RFC 5322 §2.2.3).
std::string unfolded(std::string_view raw);

}  // namespace sesame::mime

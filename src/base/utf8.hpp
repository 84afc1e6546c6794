#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sesame::utf8 {

/// Well-formed by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. NUL is allowed.
bool valid(std::string_view text);

/// Whether a database stores this text: valid UTF-8 without NUL.
bool storable(std::string_view text);

/// The number of code points of a valid text (of any other: of bytes that start one).
std::size_t count(std::string_view text);

/// Whether count() lies between the two, both included.
bool has_length(std::string_view text, std::size_t least, std::size_t most);

/// The longest prefix of a valid text with at most `bytes` bytes that does not cut a code point.
std::string_view truncate(std::string_view text, std::size_t bytes);

/// The text with U+FFFD in place of each byte that belongs to no well-formed sequence.
std::string mended(std::string_view text);

/// The text with U+FFFD for each invalid sequence and each NUL, so that it is storable().
std::string mended_to_store(std::string_view text);

}  // namespace sesame::utf8

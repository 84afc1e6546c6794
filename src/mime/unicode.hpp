#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Unicode functions for this room, on top of libunistring. Pure. Thread: any.
namespace sesame::mime {

/// Full case folding in NFC: equal for texts that differ in case or in how accents are composed. Folding
/// twice changes nothing. `text` must be UTF-8.
std::string folded(std::string_view text);

/// Whether UTF-8 text has a control character (C0, DEL, C1) or a separator of Unicode category Z beyond ASCII
/// space.
bool has_control_or_separator(std::string_view utf8);

/// The size of the first character of UTF-8 text that is not empty.
std::size_t character_bytes(std::string_view utf8);

/// A copy with U+FFFD for each byte that is not part of valid UTF-8, and a space for each control character;
/// without U+FEFF, which shows nothing and which decoders drop where they take it for a signature
/// (RFC 3629 §6).
std::string printable_utf8(std::string_view text);

}  // namespace sesame::mime

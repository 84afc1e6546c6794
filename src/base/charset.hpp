#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// Character encodings of text from outside, read as mail programs and browsers read it: the labels and
/// supersets of the WHATWG Encoding Standard (§4.2: `gb2312` is read as GB18030, `iso-8859-1` as
/// Windows-1252), and those that only old mail uses (UTF-7, HZ, DOS code pages). Pure. Thread: any.
namespace sesame::charset {

/// The name of the encoding that a label means: case, quotes and blanks around it do not matter. Empty for an
/// unknown label.
std::string_view encoding_of(std::string_view label);

struct Conversion {
  std::string text;        // Valid UTF-8; U+FFFD for each byte that does not fit.
  std::size_t faults = 0;  // The number of such bytes.
};

/// Converts text of the encoding that `label` means; nullopt for an unknown label.
std::optional<Conversion> to_utf8(std::string_view bytes, std::string_view label);

/// A label for the encoding of unlabelled text, by evidence in its bytes: a byte order mark, escapes of
/// ISO-2022-JP, well-formed UTF-8, or bytes beyond ASCII that stand as Chinese, Japanese, Korean, Cyrillic,
/// Greek, Turkish, Polish or Western text has them. nullopt when there is none. The first of encodings that
/// fit alike counts.
std::optional<std::string_view> guess(std::string_view bytes);

}  // namespace sesame::charset

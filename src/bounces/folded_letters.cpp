#include "bounces/folded_letters.hpp"

#include "base/ascii.hpp"

namespace sesame::bounces {
namespace {

struct Letter {
  char32_t point = 0;
  std::size_t bytes = 1;  // 1: ASCII, or invalid UTF-8.
};

/// RFC 3629 §3. Overlong forms are accepted: they fold to the character they encode.
Letter letter_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(at);
  const std::size_t bytes = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 1 || at + bytes > text.size()) return {lead, 1};
  char32_t point = lead & (0xFFU >> (bytes + 1));
  for (std::size_t index = 1; index < bytes; ++index) {
    if ((byte(at + index) & 0xC0U) != 0x80U) return {lead, 1};
    point = point << 6U | (byte(at + index) & 0x3FU);
  }
  return {point, bytes};
}

// U+00C0 to U+017F: Latin-1 Supplement, Latin Extended-A.
constexpr std::string_view kLatin =
    "aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
    "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(kLatin.size() == 0x180 - 0xC0);

void append_latin(std::string& out, char32_t point) {
  out.push_back(kLatin[point - 0xC0]);
  if (point == 0xC6 || point == 0xE6 || point == 0x152 || point == 0x153) out.push_back('e');  // Æ, Œ
  if (point == 0xDF) out.push_back('s');                                                       // ß
}

void append_point(std::string& out, char32_t point) {
  out.push_back(static_cast<char>(0xC0U | point >> 6U));
  out.push_back(static_cast<char>(0x80U | (point & 0x3FU)));
}

bool between(char32_t point, char32_t first, char32_t last) { return point >= first && point <= last; }

/// Apostrophes, soft hyphens, combining accents, zero-width marks.
bool is_nothing(char32_t point) {
  return point == 0xAD || point == 0x2BC || between(point, 0x300, 0x36F) || between(point, 0x200B, 0x200F) ||
         point == 0x2018 || point == 0x2019 || point == 0xFEFF;
}

/// Blanks and punctuation of Latin-1, of all scripts, and of East Asia.
bool is_gap(char32_t point) {
  return between(point, 0x80, 0xBF) || between(point, 0x2000, 0x206F) || between(point, 0x3000, 0x3002) ||
         between(point, 0x3008, 0x3011) || between(point, 0x3014, 0x301F);
}

void append_folded(std::string& out, char32_t point, std::string_view bytes) {
  if (is_nothing(point)) return;
  if (is_gap(point))
    out.push_back(' ');
  else if (between(point, 0xC0, 0x17F))
    append_latin(out, point);
  else if (between(point, 0x410, 0x42F))  // Cyrillic capitals.
    append_point(out, point + 0x20);
  else if (point == 0x401 || point == 0x451)  // Ё is often written as Е.
    append_point(out, 0x435);
  else if (between(point, 0x402, 0x40F))
    append_point(out, point + 0x50);
  else if (between(point, 0xFF01, 0xFF5E))  // Full width.
    out.push_back(ascii::to_lower(static_cast<char>(point - 0xFF01 + '!')));
  else
    out.append(bytes);
}

}  // namespace

std::string fold_letters(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Letter letter = letter_at(text, at);
    if (letter.bytes == 1)
      out.push_back(ascii::to_lower(text[at]));
    else
      append_folded(out, letter.point, text.substr(at, letter.bytes));
    at += letter.bytes;
  }
  return out;
}

}  // namespace sesame::bounces

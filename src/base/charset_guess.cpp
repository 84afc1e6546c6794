#include <algorithm>
#include <cstdint>
#include <iterator>

#include "base/ascii.hpp"
#include "base/charset.hpp"
#include "base/utf8.hpp"

namespace sesame::charset {
namespace {

constexpr std::size_t kGuessedBytesMax = 64 * 1024;  // More of a text tells nothing new.

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

bool in(unsigned byte, unsigned first, unsigned last) { return byte >= first && byte <= last; }

/// How well bytes fit an encoding: points for each byte beyond ASCII that stands where that encoding has its
/// usual characters, none or less where it has rare ones.
struct Fit {
  double points = 0;
  bool possible = true;
};

/// A character of two bytes: its points; a negative number when it is rare, kImpossible when there is no such
/// character.
constexpr double kImpossible = -1000;
constexpr double kSigns = 0;  // Punctuation and full-width letters stand beside other characters.

double gb18030_points(unsigned lead, unsigned trail) {
  if (!in(lead, 0x81, 0xFE) || !(in(trail, 0x40, 0x7E) || in(trail, 0x80, 0xFE))) return kImpossible;
  if (trail < 0xA1 || lead < 0xA1) return -1.5;  // The extensions of GBK.
  if (in(lead, 0xB0, 0xD7)) return 2;            // The common characters of GB 2312.
  if (in(lead, 0xA1, 0xA3)) return kSigns;
  if (in(lead, 0xA4, 0xA5)) return -1;  // Kana.
  return in(lead, 0xD8, 0xF7) ? 0.2 : -1;
}

double big5_points(unsigned lead, unsigned trail) {
  if (!in(lead, 0x81, 0xFE) || !(in(trail, 0x40, 0x7E) || in(trail, 0xA1, 0xFE))) return kImpossible;
  if (in(lead, 0xA4, 0xC6)) return 2;  // The frequent characters.
  if (in(lead, 0xA1, 0xA3)) return kSigns;
  return in(lead, 0xC9, 0xF9) ? -0.5 : -1.5;
}

double euc_jp_points(unsigned lead, unsigned trail) {
  if (lead == 0x8E && in(trail, 0xA1, 0xDF)) return 0;
  if (!in(lead, 0xA1, 0xFE) || !in(trail, 0xA1, 0xFE)) return kImpossible;
  if (in(lead, 0xA4, 0xA5)) return 4;  // Kana, which no Japanese sentence lacks.
  if (in(lead, 0xA1, 0xA3)) return kSigns;
  return in(lead, 0xB0, 0xCF) ? 1 : -0.5;
}

double euc_kr_points(unsigned lead, unsigned trail) {
  if (!in(lead, 0xA1, 0xFE) || !in(trail, 0xA1, 0xFE)) return kImpossible;
  // Syllables of endings and particles, which are rare characters in GB 2312.
  constexpr unsigned kFrequent[] = {0xC0CC, 0xB4D9, 0xB4C2, 0xC0BB, 0xBFA1, 0xC0C7, 0xB4CF, 0xC7CF,
                                    0xBDC0, 0xC1F6, 0xBDBA, 0xB7CE, 0xBBE7, 0xB8DE, 0xBECA, 0xB5C7};
  if (std::ranges::find(kFrequent, lead << 8 | trail) != std::end(kFrequent)) return 4;
  if (in(lead, 0xB0, 0xC8)) return 2;  // Hangul.
  if (in(lead, 0xA1, 0xA3)) return kSigns;
  return -1;
}

double shift_jis_points(unsigned lead, unsigned trail) {
  const bool is_lead = in(lead, 0x81, 0x9F) || in(lead, 0xE0, 0xFC);
  if (!is_lead || !(in(trail, 0x40, 0x7E) || in(trail, 0x80, 0xFC))) return kImpossible;
  const bool kana = (lead == 0x82 && in(trail, 0x9F, 0xF1)) || (lead == 0x83 && in(trail, 0x40, 0x96));
  if (kana) return 4;
  if (lead == 0x81) return kSigns;
  return in(lead, 0x88, 0x97) ? 1 : -0.5;
}

Fit fit_pairs(std::string_view text, double (*points_of)(unsigned, unsigned)) {
  Fit fit;
  std::size_t pair_end = 0;  // The end of the last pair.
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned lead = byte_at(text, at);
    if (lead < 0x80) continue;
    if (at + 1 == text.size()) break;  // The text was cut.
    const unsigned trail = byte_at(text, at + 1);
    const double points = points_of(lead, trail);
    if (points == kImpossible) return {0, false};
    // A letter behind letters is one of theirs and not half of a character.
    const bool behind_letter = at > pair_end && ascii::is_alpha(text[at - 1]);
    const bool swallows = behind_letter && ascii::is_alpha(static_cast<char>(trail));
    fit.points += swallows ? -3 : points;
    pair_end = ++at + 1;
  }
  return fit;
}

constexpr double kAlone = 0.3;

/// Cyrillic and Greek words are runs of letters; capitals begin them. `is_small`, `is_capital`: the letters'
/// bytes.
Fit fit_runs(std::string_view text, bool (*is_small)(unsigned), bool (*is_capital)(unsigned)) {
  Fit fit;
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      ++at;
      continue;
    }
    const std::size_t start = at;
    double points = 0;
    for (; byte_at(text, at) >= 0x80; ++at) {
      const bool first = at == start && (at == 0 || !ascii::is_alpha(text[at - 1]));
      const unsigned byte = byte_at(text, at);
      const bool capital = is_capital(byte);
      const bool thrice = at >= start + 2 && byte == byte_at(text, at - 1) && byte == byte_at(text, at - 2);
      points += thrice ? -1 : is_small(byte) || (capital && first) ? 1 : capital ? -0.4 : -1;
    }
    const bool mixed = at < text.size() && ascii::is_alpha(text[at]);
    if (mixed) points -= 1;                                   // Letters of two scripts in one word.
    fit.points += at - start > 1 ? points : points * kAlone;  // Words of one letter are rare.
  }
  return fit;
}

bool any_of(unsigned byte, std::string_view bytes) {
  return bytes.find(static_cast<char>(byte)) != bytes.npos;
}

// With the letters of Ukrainian.
bool is_small_1251(unsigned byte) { return in(byte, 0xE0, 0xFF) || any_of(byte, "\xB8\xB3\xBF\xBA\xB4"); }
bool is_capital_1251(unsigned byte) { return in(byte, 0xC0, 0xDF) || any_of(byte, "\xA8\xB2\xAF\xAA\xA5"); }
bool is_small_koi8(unsigned byte) { return in(byte, 0xC0, 0xDF) || any_of(byte, "\xA3\xA6\xA7\xA4\xAD"); }
bool is_capital_koi8(unsigned byte) { return in(byte, 0xE0, 0xFF) || any_of(byte, "\xB3\xB6\xB7\xB4\xBD"); }
bool is_small_greek(unsigned byte) { return in(byte, 0xDC, 0xFE) || byte == 0xC0; }
bool is_capital_greek(unsigned byte) { return in(byte, 0xC1, 0xDB) || any_of(byte, "\xA2\xB6\xB8\xB9\xBA"); }

/// One encoding of languages that write Latin letters.
struct LatinLetters {
  std::string_view inside;  // Letters below 0xC0: signs in Windows-1252, which stand between no two letters.
  std::string_view marks;   // Letters that are rare in Western languages.
  std::string_view others;  // All its further letters; empty: any.
};

constexpr LatinLetters kWestern{"", "", ""};
// Polish, and what Czech and Slovak have in common with it.
constexpr LatinLetters kWindows1250{"\xB9\xB3\xBF\xA3\xA5\xAF\x9A\x9E", "", ""};
constexpr LatinLetters kIso88592{"\xB1\xB3\xB6\xBC\xBF\xA1\xA3\xA6\xAC\xAF\xB9\xBE", "", ""};
constexpr LatinLetters kTurkish{"", "\xD0\xDD\xDE\xF0\xFD\xFE",
                                "\xC7\xD6\xDC\xE7\xF6\xFC\xE2\xEE\xFB\xC2\xCE\xDB"};

/// Points of one byte beyond ASCII. `beside`: the number of ASCII letters around it, at most 2.
double latin_points(unsigned byte, int beside, const LatinLetters& letters) {
  if (beside == 2 && any_of(byte, letters.inside)) return 1;
  const bool letter = byte >= 0xC0 && byte != 0xD7 && byte != 0xF7;
  if (!letter) return 0.3;
  if (any_of(byte, letters.marks)) return 1.4;
  if (!letters.others.empty() && !any_of(byte, letters.others)) return -1;
  return beside > 0 ? 1 : 0.6;
}

/// Text of Latin letters has single accented letters between plain ones, and its quotes and signs.
Fit fit_latin(std::string_view text, const LatinLetters& letters) {
  Fit fit;
  for (std::size_t at = 0; at < text.size();) {
    if (byte_at(text, at) < 0x80) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (byte_at(text, end) >= 0x80) ++end;
    const int beside = (at > 0 && ascii::is_alpha(text[at - 1]) ? 1 : 0) +
                       (end < text.size() && ascii::is_alpha(text[end]) ? 1 : 0);
    for (std::size_t one = at; one < end; ++one) {
      const unsigned byte = byte_at(text, one);
      if (any_of(byte, "\x81\x8D\x8F\x90\x9D")) fit.possible = false;  // Undefined.
      fit.points += end - at > 2 ? -1 : latin_points(byte, beside, letters);
    }
    at = end;
  }
  return fit;
}

bool has_japanese_escapes(std::string_view text) {
  // RFC 1468: ESC $ B or ESC $ @ shifts to JIS X 0208.
  return text.find("\x1b$B") != text.npos || text.find("\x1b$@") != text.npos;
}

/// The text without a character that its end cuts.
std::string_view without_cut_character(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const std::string_view tail = text.substr(text.size() - back);
    if (byte_at(tail, 0) < 0x80) break;
    if (byte_at(tail, 0) >= 0xC0) return utf8::valid(tail) ? text : text.substr(0, text.size() - back);
  }
  return text;
}

/// Well-formed but for its end, where it may have been cut, and for single bytes among many characters.
bool is_mostly_utf8(std::string_view text) {
  if (utf8::valid(text)) return true;
  const std::string_view whole = without_cut_character(text);
  const std::string mended = utf8::mended(whole);
  const std::size_t faults = (mended.size() - whole.size()) / 2;
  const auto characters = static_cast<std::size_t>(
      std::ranges::count_if(mended, [](char c) { return static_cast<std::uint8_t>(c) >= 0xC0; }));
  return characters > 5 * faults;  // Each fault is one of the characters.
}

}  // namespace

std::optional<std::string_view> guess(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) return "utf-8";
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return "utf-16";
  text = text.substr(0, kGuessedBytesMax);
  if (has_japanese_escapes(text)) return "iso-2022-jp";
  if (is_mostly_utf8(text)) return "utf-8";
  struct Candidate {
    std::string_view label;
    Fit fit;
  };
  const Candidate candidates[] = {
      // The first of equal ones counts.
      {"windows-1252", fit_latin(text, kWestern)},
      {"windows-1250", fit_latin(text, kWindows1250)},
      {"iso-8859-2", fit_latin(text, kIso88592)},
      {"windows-1254", fit_latin(text, kTurkish)},
      {"gb18030", fit_pairs(text, gb18030_points)},
      {"big5", fit_pairs(text, big5_points)},
      {"euc-jp", fit_pairs(text, euc_jp_points)},
      {"shift_jis", fit_pairs(text, shift_jis_points)},
      {"euc-kr", fit_pairs(text, euc_kr_points)},
      {"windows-1251", fit_runs(text, is_small_1251, is_capital_1251)},
      {"koi8-u", fit_runs(text, is_small_koi8, is_capital_koi8)},
      {"windows-1253", fit_runs(text, is_small_greek, is_capital_greek)},
  };
  const Candidate* best = nullptr;
  for (const Candidate& one : candidates) {
    if (!one.fit.possible || one.fit.points <= 0) continue;
    if (best == nullptr || one.fit.points > best->fit.points) best = &one;
  }
  if (best == nullptr) return std::nullopt;
  return best->label;
}

}  // namespace sesame::charset

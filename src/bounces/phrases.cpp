#include "bounces/phrases.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "bounces/folded_letters.hpp"
#include "bounces/reply_codes.hpp"

namespace sesame::bounces {
namespace {

bool is_word_byte(char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_'; }
bool is_foreign(char c) { return static_cast<unsigned char>(c) >= 0x80; }

/// Whether the first letter belongs to a script without word spacing: U+3000 to U+9FFF, full-width forms.
bool is_unspaced(std::string_view text) {
  const auto lead = text.empty() ? 0 : static_cast<unsigned char>(text.front());
  return (lead >= 0xE3 && lead <= 0xE9) || lead == 0xEF;
}

std::string_view last_letter(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && (static_cast<unsigned char>(text[at - 1]) & 0xC0U) == 0x80U) --at;
  return text.substr(at > 0 ? at - 1 : 0);
}

/// Appends the words of folded text; separators become one blank. `kept`: a mark that stays.
void append_words(std::string& out, std::string_view piece, char kept = '@') {
  for (const char c : piece) {
    if (c == '\'' || c == '*' || c == '`') continue;
    if (is_word_byte(c) || is_foreign(c) || c == '@' || c == kept) {
      out.push_back(c);
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
}

bool is_link(std::string_view token) {
  return token.find("://") != token.npos || token.find("www.") != token.npos;
}

bool is_dotted_quad(std::string_view token) {
  while (!token.empty() && !ascii::is_digit(token.front())) token.remove_prefix(1);
  std::size_t dots = 0;
  for (const char c : token) {
    if (c == '.')
      ++dots;
    else if (!ascii::is_digit(c))
      break;
  }
  return dots >= 3;
}

/// The token without the punctuation around it and without what stands before a `=`.
std::string_view bare_token(std::string_view token) {
  constexpr std::string_view kAround = "<>()[]{}\"'`,;:.!?*";
  const std::size_t begin = token.find_first_not_of(kAround);
  if (begin == token.npos) return {};
  token = token.substr(begin, token.find_last_not_of(kAround) - begin + 1);
  const std::size_t equals = token.rfind('=');
  return equals == token.npos ? token : token.substr(equals + 1);
}

/// A host or domain name: labels between dots, the last of letters.
bool is_host_name(std::string_view token) {
  token = bare_token(token);
  const std::size_t dot = token.rfind('.');
  if (dot == token.npos || dot == 0 || token.size() - dot < 3) return false;
  const auto is_host_byte = [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-' || c == '.' || is_foreign(c);
  };
  return std::ranges::all_of(token, is_host_byte) &&
         std::ranges::none_of(token.substr(dot + 1), [](char c) { return ascii::is_digit(c); });
}

/// Codes do not count as words: "550-" and "550-5.1.1" at the start of each reply line, "5.1.1", "(#5.1.1)".
bool is_code(std::string_view token) {
  const auto digits = [&](std::size_t at) { return at < token.size() && ascii::is_digit(token[at]); };
  if (token.size() >= 4 && digits(0) && digits(1) && digits(2) && token[3] == '-' &&
      (token.size() == 4 || digits(4)))
    return true;
  return token.size() <= 12 && !find_statuses(token).empty();
}

/// Makes "e-mail" and "e mail" into "email".
void join_email(std::string& words) {
  constexpr std::string_view kApart = "e mail";
  std::size_t end = 0;  // End of the written text; never ahead of the reading position.
  for (std::size_t at = 0; at < words.size(); ++at) {
    const bool joins = (end == 0 || words[end - 1] == ' ') && words.compare(at, kApart.size(), kApart) == 0;
    words[end++] = words[at];
    if (joins) ++at;
  }
  words.resize(end);
}

void trim_end(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
}

/// Replaces an address within a token by `@`; the characters around it ("to=<...>,", or words of a script
/// without word spacing) stay.
void append_address(std::string& out, std::string_view token) {
  const auto is_around = [](char c) {
    return is_foreign(c) || std::string_view("<>()[]\"',;:=").find(c) != std::string_view::npos;
  };
  std::size_t begin = token.find('@');
  std::size_t end = begin;
  while (begin > 0 && !is_around(token[begin - 1])) --begin;
  while (end < token.size() && !is_around(token[end])) ++end;
  append_words(out, token.substr(0, begin));
  if (!out.empty() && out.back() != ' ') out.push_back(' ');
  out += "@ ";
  append_words(out, token.substr(end));
}

/// FNV-1a.
std::uint32_t hash_of(std::string_view word) {
  std::uint32_t hash = 2166136261U;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return hash ^ (hash >> 16U);
}

/// Calls `take` with each run of letters, digits and underscores, and its position.
void each_word(std::string_view words, const auto& take) {
  for (std::size_t at = 0; at < words.size();) {
    std::size_t end = at;
    while (end < words.size() && is_word_byte(words[end])) ++end;
    if (end > at) take(words.substr(at, end - at), at);
    at = end + 1;
  }
}

bool has_bit(const std::array<std::uint64_t, 16>& bits, std::uint32_t hash) {
  return ((bits[hash / 64 % bits.size()] >> (hash % 64)) & 1U) != 0;
}

/// The words of folded text, and its links. With `mark_hosts`, `%` stands for a host name.
struct Words {
  std::string words;
  std::string links;
  bool any_host = false;
};
Words words_of(std::string_view text, bool mark_hosts) {
  Words plain;
  plain.words.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    if (ascii::is_space(text[at])) {
      // Scripts without word spacing break their lines anywhere.
      const bool broken_line =
          text[at] == '\n' && is_unspaced(last_letter(plain.words)) && is_unspaced(text.substr(at + 1));
      if (!broken_line && !plain.words.empty() && plain.words.back() != ' ') plain.words.push_back(' ');
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !ascii::is_space(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    const bool host = is_host_name(token);
    plain.any_host = plain.any_host || host;
    if (is_link(token)) {
      plain.links.append(token).push_back(' ');
    } else if (token.find('@') != token.npos && token.size() > 2) {
      append_address(plain.words, token);
    } else if (host && mark_hosts) {
      plain.words += "% ";
    } else if (!is_dotted_quad(token) && !is_code(token)) {
      append_words(plain.words, token);
    }
    at = end;
  }
  trim_end(plain.words);
  join_email(plain.words);
  return plain;
}

}  // namespace

PlainText plain_text(std::string_view original) {
  const std::string text = fold_letters(original);
  Words found = words_of(text, false);
  PlainText plain{std::move(found.words), {}, std::move(found.links), {}};
  if (found.any_host) plain.host_words = words_of(text, true).words;
  each_word(plain.words, [&](std::string_view word, std::size_t) {
    const std::uint32_t hash = hash_of(word);
    plain.word_bits[hash / 64 % plain.word_bits.size()] |= std::uint64_t{1} << (hash % 64);
  });
  return plain;
}

std::optional<Phrase> Phrase::parse(std::string_view original) {
  const std::string folded = fold_letters(original);
  const std::string_view text = folded;
  Phrase phrase;
  phrase.names_host_ = text.find('%') != text.npos;
  bool open = false;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t star = std::min(text.find('*', at), text.size());
    const std::string_view piece = text.substr(at, star - at);
    Segment segment;
    append_words(segment.words, piece, '%');
    trim_end(segment.words);
    if (segment.words.starts_with(' ')) segment.words.erase(0, 1);
    join_email(segment.words);
    segment.open_start = open && !piece.empty() && !ascii::is_space(piece.front());
    const bool starred = star < text.size();
    segment.open_end = starred && !piece.empty() && !ascii::is_space(piece.back());
    if (!segment.words.empty()) phrase.segments_.push_back(std::move(segment));
    open = starred;
    at = star + 1;
  }
  if (phrase.segments_.empty()) return std::nullopt;
  std::size_t longest = 0;
  for (const Segment& segment : phrase.segments_) {
    each_word(segment.words, [&](std::string_view word, std::size_t begin) {
      const bool cut_start = segment.open_start && begin == 0;
      const bool cut_end = segment.open_end && begin + word.size() == segment.words.size();
      if (cut_start || cut_end || word.size() <= longest) return;
      longest = word.size();
      phrase.rarest_ = hash_of(word);
    });
  }
  return phrase;
}

bool Phrase::found_in(const PlainText& text) const {
  if (rarest_ && !has_bit(text.word_bits, *rarest_)) return false;
  const std::string& words = names_host_ ? text.host_words : text.words;
  // Possible ends of the segments so far: each segment is searched once, however often it occurs.
  std::vector<std::size_t> ends;
  for (std::size_t index = 0; index < segments_.size(); ++index) {
    const Segment& segment = segments_[index];
    const bool last = index + 1 == segments_.size();
    std::vector<std::size_t> next;
    std::size_t near = 0;  // Index of the first end within the allowed gap.
    for (std::size_t at = segment.find(words, 0); at != words.npos; at = segment.find(words, at + 1)) {
      while (near < ends.size() && ends[near] + kPhraseGapBytes < at) ++near;
      if (index > 0 && near == ends.size()) break;
      if (index > 0 && ends[near] > at) continue;
      if (last) return true;
      next.push_back(at + segment.words.size());
    }
    if (next.empty()) return false;
    ends = std::move(next);
  }
  return false;
}

void Phrase::blank_out(PlainText& text) const {
  if (segments_.size() != 1 || names_host_ || (rarest_ && !has_bit(text.word_bits, *rarest_))) return;
  for (std::string* words : {&text.words, &text.host_words}) {
    const Segment& segment = segments_.front();
    for (std::size_t at = segment.find(*words, 0); at != words->npos; at = segment.find(*words, at + 1))
      std::fill_n(words->begin() + static_cast<std::ptrdiff_t>(at), segment.words.size(), '#');
  }
}

std::size_t Phrase::Segment::find(std::string_view text, std::size_t from) const {
  const bool bound_start = !open_start && is_word_byte(words.front());
  const bool bound_end = !open_end && is_word_byte(words.back());
  for (std::size_t at = text.find(words, from); at != text.npos; at = text.find(words, at + 1)) {
    const std::size_t end = at + words.size();
    if (bound_start && at > 0 && is_word_byte(text[at - 1])) continue;
    if (bound_end && end < text.size() && is_word_byte(text[end])) continue;
    return at;
  }
  return text.npos;
}

}  // namespace sesame::bounces

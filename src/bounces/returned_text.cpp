#include "bounces/returned_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.hpp"
#include "bounces/address_in_text.hpp"
#include "bounces/reply_codes.hpp"

namespace sesame::bounces {
namespace {

constexpr std::size_t kMarkLineBytes = 120;
constexpr std::ptrdiff_t kMarkWords = 7;
constexpr std::size_t kNotIndented = static_cast<std::size_t>(-1);

bool is_mark(std::string_view line, const MailShapes& shapes) {
  if (ascii::istarts_with(line, "content-type: message/rfc822") ||
      ascii::istarts_with(line, "content-type: text/rfc822-headers"))
    return true;
  if (line.size() > kMarkLineBytes) return false;
  const std::string_view trimmed = ascii::trim(line);
  if (trimmed.empty()) return false;
  // Only as a heading: between dashes, before a colon, or as a short sentence of its own.
  const bool ruled = std::string_view("-=*+_").find(trimmed.front()) != std::string_view::npos;
  const PlainText plain = plain_text(trimmed);
  const bool short_sentence = trimmed.back() == '.' && std::ranges::count(plain.words, ' ') < kMarkWords;
  if (!ruled && trimmed.back() != ':' && !short_sentence) return false;
  return std::ranges::any_of(shapes.originals, [&](const Phrase& each) { return each.found_in(plain); });
}

/// The line without quote marks and indentation.
std::string_view unquoted(std::string_view line) {
  const std::size_t begin = line.find_first_not_of("> \t|");
  return begin == line.npos ? std::string_view() : ascii::trim(line.substr(begin));
}

/// The text without the quote marks of its first line, if that is quoted.
std::string without_quotes(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::size_t begin = first.find_first_not_of("> \t|");
  if (begin == 0 || begin == first.npos) return std::string(text);
  std::string bare;
  for (const std::string_view line : ascii::split(text, '\n')) {
    const std::size_t marks = std::min(begin, line.find_first_not_of("> \t|"));
    bare.append(line.substr(std::min(marks, line.size()))).push_back('\n');
  }
  return bare;
}

/// The name of a header field at the start of the line, in lower case; empty when there is none.
std::string field_name(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == line.npos || colon == 0 || colon > 40) return {};
  const std::string_view name = line.substr(0, colon);
  const bool plain =
      std::ranges::all_of(name, [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-'; });
  return plain ? ascii::lower(name) : std::string();
}

/// A line of dashes and the like.
bool is_rule(std::string_view line) {
  constexpr std::size_t kLeast = 5;
  line = ascii::trim(line);
  return line.size() >= kLeast && std::string_view("-=_*~").find(line.front()) != std::string_view::npos &&
         line.find_first_not_of(line.front()) == line.npos;
}

/// Whether the text begins with the head of a mail, quoted or not. Systems that describe a mail name its
/// From, To and Subject, too; a head also has what only programs read, or (`marked`) stands in quotes or
/// below a rule and has nothing else.
bool begins_head(std::string_view text, bool marked) {
  constexpr std::array<std::string_view, 6> kDescribing{"from", "to",   "subject",
                                                        "date", "sent", "message-id"};
  constexpr std::array<std::string_view, 3> kMore{"cc", "reply-to", "sender"};
  constexpr std::array<std::string_view, 5> kTechnical{"mime-version", "x-mailer", "content-type",
                                                       "user-agent", "content-transfer-encoding"};
  const auto has = [](const auto& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  std::size_t describing = 0;
  bool technical = false;
  bool plain = true;  // Every field is one of a head.
  std::size_t at = 0;
  for (int fields = 0; fields < 40 && at < text.size(); ++fields) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string name = field_name(unquoted(line));
    at = std::min(end + 1, text.size());
    if (name == "received" || name == "return-path") return true;
    const bool folded =
        fields > 0 && !unquoted(line).empty() && (ascii::is_space(line.front()) || line.front() == '>');
    if (name.empty() && !folded) break;
    describing += has(kDescribing, name) ? 1 : 0;
    technical = technical || has(kTechnical, name);
    plain = plain && (name.empty() || has(kDescribing, name) || has(kTechnical, name) || has(kMore, name));
  }
  return (technical && describing >= 2) || (marked && plain && describing >= 3);
}

bool has_code(std::string_view line) {
  if (!find_statuses(line).empty()) return true;
  return !deciding_codes(line, {}).reply.empty();
}

/// Appends the paragraph without the subject of the mail, quoted lines and footers.
void append_paragraph(std::string& kept, const std::vector<std::string_view>& lines,
                      const MailShapes& shapes) {
  constexpr std::array<std::string_view, 12> kSubjects{
      "subject:",   "betreff:", "objet:", "asunto:", "oggetto:", "assunto:",
      "onderwerp:", "тема:",    "主题:",  "主题：",  "件名:",    "件名："};
  const auto any = [](const std::vector<Phrase>& phrases, std::string_view text) {
    const PlainText plain = plain_text(text);
    return std::ranges::any_of(phrases, [&](const Phrase& each) { return each.found_in(plain); });
  };
  std::string whole;
  for (const std::string_view line : lines) whole.append(line).push_back('\n');
  const bool footer = any(shapes.footers, whole) && !has_code(whole);
  AddressAt found;
  if (footer && !find_address(whole, 0, found)) return;
  std::size_t subject_indent = kNotIndented;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    const std::string_view line = lines[index];
    const std::string_view bare = unquoted(line);
    const auto quotes = [&](std::size_t at) {
      return at < lines.size() && lines[at].starts_with('>') && !lines[at].starts_with(">>>");
    };
    const std::size_t indent = static_cast<std::size_t>(bare.data() - line.data());
    const bool folded = !bare.empty() && indent > subject_indent && bare.find('@') == bare.npos;
    const bool repeats = std::ranges::any_of(
        kSubjects, [&](std::string_view each) { return ascii::istarts_with(bare, each); });
    if (repeats) subject_indent = indent;
    if (repeats || folded) continue;
    subject_indent = kNotIndented;
    const bool quoted = quotes(index) && (quotes(index + 1) || (index > 0 && quotes(index - 1)));
    if (quoted && !has_code(line)) continue;
    if (footer && any(shapes.footers, line)) continue;
    kept.append(line).push_back('\n');
  }
}

}  // namespace

SplitText split_returned(std::string_view text, const MailShapes& shapes) {
  std::size_t at = 0;
  bool blank_before = true;
  bool any_words = false;
  bool names_somebody = false;
  bool below_rule = false;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view bare = unquoted(line);
    const std::size_t next = std::min(end + 1, text.size());
    const bool quotes =
        bare.size() < line.size() && line.find_first_of(">|") < line.find_first_not_of("> \t|");
    if (any_words && is_mark(quotes ? bare : line, shapes))
      return {text.substr(0, at), without_quotes(text.substr(next))};
    const bool starts = blank_before || quotes || below_rule;
    // Without a name before it, it is what describes the failed mail.
    const bool marked = names_somebody && (quotes || below_rule);
    if (any_words && starts && begins_head(text.substr(at), marked))
      return {text.substr(0, at), without_quotes(text.substr(at))};
    blank_before = bare.empty();
    any_words = any_words || !blank_before;
    names_somebody = names_somebody || bare.find('@') != bare.npos;
    below_rule = is_rule(line) || (below_rule && blank_before);
    at = next;
  }
  return {text, {}};
}

std::string own_words(std::string_view notice, const MailShapes& shapes) {
  std::string kept;
  std::vector<std::string_view> paragraph;
  const auto flush = [&] {
    append_paragraph(kept, paragraph, shapes);
    paragraph.clear();
  };
  for (const std::string_view line : ascii::split(notice, '\n')) {
    if (line == "-- " && !ascii::trim(kept).empty()) break;
    paragraph.push_back(line);
    if (ascii::trim(line).empty()) flush();
  }
  flush();
  return ascii::trim(kept).empty() ? std::string(notice) : kept;
}

}  // namespace sesame::bounces

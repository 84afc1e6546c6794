#include "base/error_text.hpp"

#include <cstddef>

#include "base/utf8.hpp"
#include "cloudapi/description.hpp"

namespace sesame::cloudapi {

namespace {

constexpr std::size_t kShownCodePoints = 120;  // Per fact: an answer must not echo a whole attachment.

/// A value in the form that texts show: one short line, never cut inside a UTF-8 sequence. Header values may
/// be any bytes, but an answer is UTF-8.
std::string shown(std::string_view value) {
  const bool valid = utf8::valid(value);
  std::string out;
  std::size_t code_points = 0;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0) != 0x80 && ++code_points > kShownCodePoints) return out + "…";
    const char printable = byte < 0x20 || byte == 0x7F ? ' ' : c;
    out += valid || byte < 0x80 ? printable : '?';
  }
  return out;
}

std::string fill(std::string_view text, Language language, std::span<const Error::Fact> facts) {
  const ShowFact in_rule = [](std::string_view, const std::string& value) { return shown(value); };
  const ShowFact show = [&](std::string_view asked, const std::string& value) {
    const auto& rules = description().rules;
    const auto rule = asked == "rule" ? rules.find(value) : rules.end();
    if (rule == rules.end()) return shown(asked == "rule" ? phrase_in(language, value) : value);
    return fill_text(rule->second.in(language), facts, in_rule);  // A rule's text may not name {rule} again.
  };
  return fill_text(text, facts, show);
}

const Text& text_of(std::string_view code) {
  const auto& errors = description().errors;
  for (const std::string_view key : {code, code.substr(0, code.find('.'))}) {
    if (const auto found = errors.find(key); found != errors.end()) return found->second;
  }
  return errors.find("InternalError")->second;
}

}  // namespace

std::string phrase_in(Language language, std::string_view english) {
  if (language == Language::en) return std::string(english);
  const std::size_t bracket = english.ends_with(')') ? english.find(" (") : std::string_view::npos;
  const std::string_view sentence = english.substr(0, bracket);
  const auto found = description().phrases.find(sentence);
  if (found == description().phrases.end()) return std::string(english);
  return found->second + std::string(english.substr(sentence.size()));
}

std::string error_text(std::string_view code, Language language, std::span<const Error::Fact> facts) {
  return fill(text_of(code).in(language), language, facts);
}

std::string error_text(const ErrorText& text, Language language, std::span<const Error::Fact> facts) {
  return fill(language == Language::zh ? text.zh : text.en, language, facts);
}

}  // namespace sesame::cloudapi

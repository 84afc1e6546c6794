#include <cstddef>
#include <optional>

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

/// Fills the templates of the description's texts:
///   {name}          the fact
///   {?text|other}   `text` if every fact in it is known, else `other`; both may hold facts, `|other` may be
///   absent
///   {{ }}           braces (outside of {?})
class Filler {
 public:
  Filler(Language language, std::span<const Error::Fact> facts) : language_(language), facts_(facts) {}

  std::string fill(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      if (text.starts_with("{{") || text.starts_with("}}")) {
        out += text[0];
        text.remove_prefix(2);
      } else if (text.starts_with("{?")) {
        const std::size_t end = end_of_choice(text);
        out += choose(text.substr(2, end - 2));
        text.remove_prefix(std::min(end + 1, text.size()));
      } else if (text[0] == '{') {
        const std::size_t end = text.find('}');
        if (const auto value = fact(text.substr(1, end - 1))) out += *value;
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      } else {
        out += text[0];
        text.remove_prefix(1);
      }
    }
    return out;
  }

 private:
  /// The rooms' fact names that stand for a text's `name` or `value`.
  static bool stands_for(std::string_view name, std::string_view fact) {
    if (name == "name") return fact == "field";
    return name == "value" && (fact == "domain" || fact == "names" || fact == "address");
  }

  static std::size_t end_of_choice(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '{') ++depth;
      if (text[i] == '}' && --depth == 0) return i;
    }
    return text.size();
  }

  std::string choose(std::string_view choice) {
    const std::size_t bar = choice.find('|');
    if (auto text = fill_if_known(choice.substr(0, bar))) return *text;
    if (bar == std::string_view::npos) return {};
    return fill_if_known(choice.substr(bar + 1)).value_or(std::string());
  }

  std::optional<std::string> fill_if_known(std::string_view text) {
    std::string out;
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      out += text.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t close = text.find('}', open);
      auto value = fact(text.substr(open + 1, close - open - 1));
      if (!value) return std::nullopt;
      out += *value;
      text.remove_prefix(close == std::string_view::npos ? text.size() : close + 1);
    }
    return out;
  }

  std::optional<std::string> fact(std::string_view name) {
    for (const Error::Fact& fact : facts_) {
      if (fact.name != name && !stands_for(name, fact.name)) continue;
      if (fact.value.empty()) continue;  // Counts as missing: a sentence with `` in it helps nobody.
      if (name == "rule" && !in_rule_) return rule(fact.value);
      return shown(fact.value);
    }
    return std::nullopt;
  }

  std::string rule(const std::string& word) {
    const auto found = description().rules.find(word);
    if (found == description().rules.end()) return shown(word);
    in_rule_ = true;  // A rule's own text may not name {rule} again.
    std::string text = fill(found->second.in(language_));
    in_rule_ = false;
    return text;
  }

  Language language_;
  std::span<const Error::Fact> facts_;
  bool in_rule_ = false;
};

const Text& text_of(std::string_view code) {
  const auto& errors = description().errors;
  for (const std::string_view key : {code, wire_code(code), code.substr(0, code.find('.'))}) {
    if (const auto found = errors.find(key); found != errors.end()) return found->second;
  }
  return errors.find("InternalError")->second;
}

}  // namespace

std::string_view wire_code(std::string_view code) { return code.substr(0, code.find('#')); }

std::string error_text(std::string_view code, Language language, std::span<const Error::Fact> facts) {
  return Filler(language, facts).fill(text_of(code).in(language));
}

}  // namespace sesame::cloudapi

#include "base/error_text.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace sesame {

namespace {

class Filler {
 public:
  Filler(std::span<const Error::Fact> facts, const ShowFact& show) : facts_(facts), show_(show) {}

  std::string fill(std::string_view text) const {
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

  std::string choose(std::string_view choice) const {
    const std::size_t bar = choice.find('|');
    if (auto text = fill_if_known(choice.substr(0, bar))) return *text;
    if (bar == std::string_view::npos) return {};
    return fill_if_known(choice.substr(bar + 1)).value_or(std::string());
  }

  std::optional<std::string> fill_if_known(std::string_view text) const {
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

  std::optional<std::string> fact(std::string_view name) const {
    for (const Error::Fact& fact : facts_) {
      if (fact.name != name && !stands_for(name, fact.name)) continue;
      if (fact.value.empty()) continue;
      return show_ ? show_(name, fact.value) : fact.value;
    }
    return std::nullopt;
  }

  std::span<const Error::Fact> facts_;
  const ShowFact& show_;
};

}  // namespace

std::string fill_text(std::string_view text, std::span<const Error::Fact> facts, const ShowFact& show) {
  return Filler(facts, show).fill(text);
}

std::string declared_text(const Error& error) { return fill_text(error.name().text().en, error.facts()); }

}  // namespace sesame

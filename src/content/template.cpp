#include "content/template.hpp"

#include <functional>
#include <map>

#include "base/utf8.hpp"
#include "base/variable_name.hpp"

namespace sesame::content {
namespace {

// A name with its white space; bounds the search for the closing braces.
constexpr std::size_t kPlaceholderBytesMax = kVariableNameBytesMax * 2;

/// The text behind a `{{` that braces close.
struct Placeholder {
  std::size_t bytes = 0;  // Up to its `}}`.
  std::string name;
};

std::optional<Placeholder> read_placeholder(std::string_view behind_braces) {
  const std::string_view rest = behind_braces.substr(0, kPlaceholderBytesMax);
  const std::size_t length = rest.find_first_of("{}");
  if (length == std::string_view::npos || !rest.substr(length).starts_with("}}")) return std::nullopt;
  std::optional<std::string> name = variable_name(rest.substr(0, length));
  if (!name) return std::nullopt;
  return Placeholder{length, *std::move(name)};
}

std::string_view html_reference(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool is_control(char c) { return (c >= 0 && c < ' ') || c == 0x7f; }

}  // namespace

void append_escaped(std::string_view value, Escaping escaping, std::string& out) {
  if (escaping == Escaping::none) {
    out += value;
  } else if (escaping == Escaping::html) {
    for (const char c : value) {
      const std::string_view reference = html_reference(c);
      if (reference.empty())
        out += c;
      else
        out += reference;
    }
  } else {
    for (const char c : value) out += is_control(c) ? ' ' : c;
  }
}

Template::Template(std::string_view source) {
  std::map<std::string, std::size_t, std::less<>> slots;
  std::size_t literal = 0;
  std::size_t at = source.find("{{");
  while (at != std::string_view::npos) {
    const std::optional<Placeholder> found = read_placeholder(source.substr(at + 2));
    if (!found) {
      // The search goes on one byte further: in `{{{name}}}` the inner braces count.
      at = source.find("{{", at + 1);
      continue;
    }
    add_literal(source.substr(literal, at - literal));
    const auto [known, is_new] = slots.try_emplace(found->name, names_.size());
    if (is_new) names_.push_back(found->name);
    add_slot(source.substr(at, found->bytes + 4), known->second);
    literal = at + found->bytes + 4;
    at = source.find("{{", literal);
  }
  add_literal(source.substr(literal));
}

std::vector<IllegalPlaceholder> find_illegal_placeholders(std::string_view source, std::size_t limit) {
  constexpr std::size_t kShownBytes = 60;
  std::vector<IllegalPlaceholder> illegal;
  std::size_t at = source.find("{{");
  while (at != std::string_view::npos && illegal.size() < limit) {
    if (source.substr(at + 2).starts_with('{')) {
      at = source.find("{{", at + 1);
      continue;
    }
    const std::optional<Placeholder> found = read_placeholder(source.substr(at + 2));
    if (found) {
      at = source.find("{{", at + found->bytes + 4);
      continue;
    }
    const std::string_view rest = source.substr(at);
    const std::size_t end = rest.find("}}");
    const bool closed = end != std::string_view::npos && end + 2 <= kShownBytes;
    illegal.push_back(
        {at, std::string(closed ? rest.substr(0, end + 2) : utf8::truncate(rest, kShownBytes))});
    at = source.find("{{", at + 2);
  }
  return illegal;
}

std::optional<std::string> find_illegal_placeholder(std::string_view source) {
  std::vector<IllegalPlaceholder> first = find_illegal_placeholders(source, 1);
  if (first.empty()) return std::nullopt;
  return std::move(first.front().text);
}

void Template::add_literal(std::string_view text) {
  if (!text.empty()) pieces_.push_back({std::string(text)});
}

void Template::add_slot(std::string_view source, std::size_t slot) {
  pieces_.push_back({std::string(source), slot});
}

void Template::render(const Variables& values, Escaping escaping, std::string& out) const {
  for (const Piece& piece : pieces_) {
    const std::string* value = piece.is_slot() ? values.find(names_[piece.slot]) : nullptr;
    if (value == nullptr)
      out += piece.text;
    else
      append_escaped(*value, escaping, out);
  }
}

}  // namespace sesame::content

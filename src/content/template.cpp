#include "content/template.hpp"

#include <algorithm>
#include <map>

#include "base/ascii.hpp"

namespace sesame::content {
namespace {

constexpr std::size_t kNameBytesMax = 64;

bool is_name_byte(char c) {
  return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || c == '-' || c == '.' ||
         static_cast<signed char>(c) < 0;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::all_of(text.begin(), text.end(), is_name_byte);
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
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
  // A name with its blanks; bounds the search for the closing braces.
  constexpr std::size_t kLongest = kNameBytesMax * 2;
  std::map<std::string_view, std::size_t> slots;
  std::size_t literal = 0;
  std::size_t at = source.find("{{");
  while (at != std::string_view::npos) {
    const std::string_view rest = source.substr(at + 2, kLongest);
    const std::size_t length = rest.find_first_of("{}");
    const bool closed = length != std::string_view::npos && rest.substr(length).starts_with("}}");
    const std::string_view name = closed ? without_blanks(rest.substr(0, length)) : std::string_view();
    if (!is_name(name)) {
      // The search goes on one byte further: in `{{{name}}}` the inner braces count.
      at = source.find("{{", at + 1);
      continue;
    }
    add_literal(source.substr(literal, at - literal));
    const auto [known, is_new] = slots.try_emplace(name, names_.size());
    if (is_new) names_.emplace_back(name);
    add_slot(source.substr(at, length + 4), known->second);
    literal = at + length + 4;
    at = source.find("{{", literal);
  }
  add_literal(source.substr(literal));
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

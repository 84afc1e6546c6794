#include "bounces/address_in_text.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace sesame::bounces {
namespace {

bool is_address_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7f && std::string_view("<>()[]\",;:\\").find(c) == std::string_view::npos;
}

/// The first byte of an East Asian letter or punctuation mark: scripts without word spacing touch an address
/// without belonging to it.
bool starts_unspaced(char c) { return static_cast<unsigned char>(c) >= 0xE2; }

/// Finds where the local part that ends at `at` begins. In scripts without word spacing, only the characters
/// adjacent to `@` belong to it.
std::size_t start_of_local(std::string_view line, std::size_t from, std::size_t at) {
  std::size_t begin = at;
  while (begin > from && is_address_byte(line[begin - 1])) --begin;
  const std::string_view local = line.substr(begin, at - begin);
  std::size_t cut = local.size();
  while (cut > 0 && static_cast<unsigned char>(local[cut - 1]) < 0x80) --cut;
  const bool mixed = cut > 0 && cut < local.size() && std::ranges::any_of(local, starts_unspaced);
  return mixed ? begin + cut : begin;
}

std::size_t end_of_domain(std::string_view line, std::size_t start) {
  std::size_t end = start;
  const bool latin = start < line.size() && static_cast<unsigned char>(line[start]) < 0x80;
  while (end < line.size()) {
    const char c = line[end];
    const bool plain = ascii::is_alpha(c) || ascii::is_digit(c) || c == '.' || c == '-';
    if (!plain && (static_cast<unsigned char>(c) < 0x80 || (latin && starts_unspaced(c)))) break;
    ++end;
  }
  return end;
}

/// "to=ann@shop.example": a word of a log line, not a part of the address.
bool is_label(std::string_view word) {
  constexpr std::array<std::string_view, 6> kLabels{"to", "rcpt", "rcpt_to", "recipient", "orig_to", "for"};
  return std::ranges::any_of(kLabels, [&](std::string_view each) { return ascii::iequals(each, word); });
}

}  // namespace

bool find_address(std::string_view line, std::size_t from, AddressAt& found) {
  for (std::size_t at = line.find('@', from); at != line.npos; at = line.find('@', at + 1)) {
    std::size_t begin = at;
    if (at > 0 && line[at - 1] == '"') {  // A quoted local part.
      const std::size_t quote = at >= 2 ? line.rfind('"', at - 2) : line.npos;
      if (quote != line.npos && quote >= from) begin = quote;
    }
    if (begin == at) begin = start_of_local(line, from, at);
    std::size_t end = end_of_domain(line, at + 1);
    while (end > at && (line[end - 1] == '.' || line[end - 1] == '-')) --end;
    // Quotes that a sentence puts around an address, as in 'ann@shop.example'; names may hold one inside.
    while (begin < at && (line[begin] == '\'' || line[begin] == '`' || line[begin] == '*')) ++begin;
    const std::size_t equals = line.substr(begin, at - begin).rfind('=');
    if (equals != line.npos && is_label(line.substr(begin, equals))) begin += equals + 1;
    if (begin == at || end == at + 1) continue;
    found = {std::string(line.substr(begin, end - begin)), begin, end};
    while (found.begin > 0 && (line[found.begin - 1] == '<' || line[found.begin - 1] == '"')) --found.begin;
    while (found.end < line.size() && (line[found.end] == '>' || line[found.end] == '"')) ++found.end;
    return true;
  }
  return false;
}

}  // namespace sesame::bounces

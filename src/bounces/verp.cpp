#include "bounces/verp.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace sesame::bounces {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return ascii::is_digit(c); });
}

bool is_domain(std::string_view text) {
  const auto is_domain_byte = [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || c == '-' || c == '.';
  };
  return text.find('.', 1) < text.size() - 1 && std::ranges::all_of(text, is_domain_byte);
}

/// The words before the recipient, as "bounces-" and "return-17-".
std::string_view without_prefix(std::string_view local) {
  const std::size_t plus = local.find('+');
  if (plus != local.npos) return local.substr(plus + 1);
  constexpr std::array<std::string_view, 6> kMarks{"-return-", "-bounces-", "-bounce-",
                                                   "bounces-", "bounce-",   "return-"};
  for (const std::string_view mark : kMarks) {
    const std::size_t at = ascii::lower(local).find(mark);
    if (at == local.npos || (mark.front() != '-' && at != 0)) continue;
    local.remove_prefix(at + mark.size());
    const std::size_t dash = local.find('-');
    return dash != local.npos && is_number(local.substr(0, dash)) ? local.substr(dash + 1) : local;
  }
  return local;
}

}  // namespace

std::string verp_recipient(std::string_view return_path) {
  std::string_view local = return_path.substr(0, return_path.rfind('@'));
  for (const std::string_view wrapper : {"prvs=", "SRS0", "SRS1", "btv1="}) {
    if (ascii::istarts_with(local, wrapper)) return {};
  }
  const std::size_t equals = local.rfind('=');
  if (local.size() == return_path.size() || equals == local.npos || equals == 0) return {};
  const std::string_view domain = local.substr(equals + 1);
  const std::string_view name = without_prefix(local.substr(0, equals));
  if (!is_domain(domain) || name.empty() || name.find('=') != name.npos) return {};
  return std::string(name) + "@" + std::string(domain);
}

}  // namespace sesame::bounces

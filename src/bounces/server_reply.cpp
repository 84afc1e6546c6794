#include "bounces/server_reply.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace sesame::bounces {

std::string ServerReply::whole() const {
  const std::string digits = std::to_string(code);
  if (code == 0 || text.starts_with(digits)) return std::string(text);
  std::string joined = digits;
  for (const std::string_view part : {enhanced, text}) {
    if (!part.empty()) joined.append(" ").append(part);
  }
  return joined;
}

unsigned ServerReply::known_code() const {
  constexpr std::size_t kDigits = 3;
  const std::string_view digits = text.substr(0, kDigits);
  const bool is_code = digits.size() == kDigits && std::ranges::all_of(digits, ascii::is_digit) &&
                       (text.size() == kDigits || !ascii::is_digit(text[kDigits]));
  if (code != 0 || !is_code) return code;
  return static_cast<unsigned>((digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0'));
}

}  // namespace sesame::bounces

#include "smtp/attempt.hpp"

#include <array>

namespace sesame::smtp {

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, 10> kNames = {"connect", "greeting", "ehlo", "tls",  "auth",
                                                       "mail",    "rcpt",     "data", "body", "dot"};
  return kNames[static_cast<std::size_t>(stage)];
}

}  // namespace sesame::smtp

#include "smtp/attempt.hpp"

#include <array>

namespace sesame::smtp {

std::string_view stage_name(Stage stage) {
  constexpr std::array<std::string_view, 10> kNames = {"connect", "greeting", "ehlo", "tls",  "auth",
                                                       "mail",    "rcpt",     "data", "body", "dot"};
  return kNames[static_cast<std::size_t>(stage)];
}

std::string_view tls_name(TlsLevel level) {
  constexpr std::array<std::string_view, 4> kNames = {"", "clear", "opportunistic", "web_pki"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace sesame::smtp

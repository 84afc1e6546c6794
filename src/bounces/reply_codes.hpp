#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::bounces {

/// A code and where it stands.
struct CodeAt {
  std::string code;
  std::size_t at = 0;
};

/// Enhanced codes (RFC 3463 §2) of failures, class 4 and 5, in their order. Addresses of hosts and versions
/// of programs that look alike are left out as far as they can be told.
std::vector<CodeAt> find_statuses(std::string_view text);

/// The codes that say why a mail was refused.
struct Codes {
  std::string status;
  std::string reply;
};

/// From what a server said and from the Status field of a report (RFC 3464 §2.3.4), which may be empty. The
/// server's own words go before the field; among them the last code that says anything, since a relay quotes
/// behind its own code what the server behind it said.
Codes deciding_codes(std::string_view words, std::string_view status_field);

/// The codes of a success, as systems write them of mail that arrived: "250 2.6.0".
Codes codes_of_success(std::string_view words, std::string_view status_field);

/// x.0.0: "an error", nothing more.
bool says_nothing(std::string_view status);

}  // namespace sesame::bounces

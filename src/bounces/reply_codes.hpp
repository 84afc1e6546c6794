#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::bounces {

/// A code and its position in a text.
struct CodeAt {
  std::string code;
  std::size_t at = 0;
};

/// Finds the enhanced codes (RFC 3463 §2) of failures, class 4 and 5, in their order. IP addresses and
/// version numbers that look alike are skipped where they can be recognized.
std::vector<CodeAt> find_statuses(std::string_view text);

/// The codes that say why a mail was refused.
struct Codes {
  std::string status;
  std::string reply;
};

/// Finds the deciding codes in a server's words and in the Status field of a report (RFC 3464 §2.3.4), which
/// may be empty. The server's words take precedence; among them the last meaningful code, since a relay puts
/// the next server's reply behind its own code.
Codes deciding_codes(std::string_view words, std::string_view status_field);

/// Finds the codes of a success, as systems report arrived mail: "250 2.6.0".
Codes codes_of_success(std::string_view words, std::string_view status_field);

/// Finds the reply of another server that a gateway repeats in quotes or brackets: the innermost one, which
/// begins with a reply code. Empty when there is none.
std::string_view nested_reply(std::string_view words);

/// Whether the code is x.0.0, an error without a detail.
bool says_nothing(std::string_view status);

}  // namespace sesame::bounces

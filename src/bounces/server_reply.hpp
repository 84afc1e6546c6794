#pragma once

#include <string>
#include <string_view>

namespace sesame::bounces {

/// One reply of a server in a dialogue.
struct ServerReply {
  std::string_view host;      // The name of the server; empty when unknown.
  std::string_view command;   // CONN, HELO, MAIL, RCPT or DATA (and the end of the data); empty when unknown.
  unsigned code = 0;          // 0: the one that `text` begins with, if any.
  std::string_view enhanced;  // May be empty.
  std::string_view text;      // With or without the codes in front.

  /// The reply with its codes: "550 5.1.1 No such user".
  std::string whole() const;
  /// `code`, else the code that `text` begins with, else 0.
  unsigned known_code() const;
};

}  // namespace sesame::bounces

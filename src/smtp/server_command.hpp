#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"

namespace sesame::smtp {

enum class Verb : std::uint8_t {
  helo,
  ehlo,
  mail,
  rcpt,
  data,
  rset,
  noop,
  quit,
  vrfy,
  starttls,
  auth,
  known_elsewhere,  // A command of SMTP that this server does not have.
  foreign,          // HTTP: somebody's browser was sent here.
  unknown,
};

struct Command {
  Verb verb = Verb::unknown;
  std::string_view argument;  // What follows the verb, without the blanks around it.
};

/// Splits a line without its CRLF. Pure; the argument points into the line.
Command read_command(std::string_view line);

/// What MAIL or RCPT name: `<mailbox>` and the parameters that this server knows.
struct Path {
  // Without its brackets; empty for <>. Printable, at most 320 bytes; not checked further.
  std::string mailbox;
  std::optional<std::uint64_t> size;  // RFC 1870
  bool smtputf8 = false;              // RFC 6531 §3.4
};

/// `argument` is what follows MAIL ("FROM:<…> SIZE=…") or RCPT. Errors, pure: "smtp.path_malformed" (no path
/// of RFC 5321 §4.1.2), "smtp.parameter_unknown", "smtp.parameter_malformed" (fact "value").
Result<Path> read_mail_path(std::string_view argument);
Result<Path> read_rcpt_path(std::string_view argument);

/// What AUTH PLAIN sends, decoded (RFC 4616 §2). `acts_for` is the identity to act as.
struct PlainLogin {
  std::string acts_for;
  std::string user;
  Secret password;
};

/// "smtp.login_malformed"; pure.
Result<PlainLogin> read_plain_login(std::string_view decoded);

}  // namespace sesame::smtp

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
  known_elsewhere,  // A command of SMTP that this server does not implement.
  foreign,          // HTTP: a browser was led to this port.
  unknown,
};

struct Command {
  Verb verb = Verb::unknown;
  std::string_view argument;  // The text behind the verb, without the blanks around it.
};

/// Splits a line without its CRLF. Pure; the argument points into the line.
Command read_command(std::string_view line);

/// The argument of MAIL or RCPT: `<mailbox>` and the parameters that this server supports.
struct Path {
  /// Without its brackets; empty for <>. Printable, at most 320 bytes; not checked further.
  std::string mailbox;
  std::optional<std::uint64_t> size;  // RFC 1870
  bool smtputf8 = false;              // RFC 6531 §3.4
};

/// Reads the text behind MAIL ("FROM:<…> SIZE=…") or RCPT. Pure. Errors: errors::kPathMalformed (not a path
/// of RFC 5321 §4.1.2), errors::kParameterUnknown, errors::kParameterMalformed.
Result<Path> read_mail_path(std::string_view argument);
Result<Path> read_rcpt_path(std::string_view argument);

/// The decoded message of AUTH PLAIN (RFC 4616 §2). `acts_for` is the authorization identity.
struct PlainLogin {
  std::string acts_for;
  std::string user;
  Secret password;
};

/// Pure. Error: errors::kLoginMalformed.
Result<PlainLogin> read_plain_login(std::string_view decoded);

}  // namespace sesame::smtp

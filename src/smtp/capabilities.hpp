#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sesame::smtp {

/// The limits of one connection that a server names (RFC 9422 §4). nullopt when a limit is missing or cannot
/// be read.
struct ServerLimits {
  std::optional<std::uint32_t> mails;              // MAILMAX: transactions on the connection.
  std::optional<std::uint32_t> recipients;         // RCPTMAX: recipients of a transaction.
  std::optional<std::uint32_t> recipient_domains;  // RCPTDOMAINMAX: their different domains.
};

/// The extensions that a server offered in its answer to EHLO. Discarded and read again after STARTTLS (RFC
/// 3207 §4.2).
struct Capabilities {
  bool esmtp = false;  // False after HELO: then no other member is set.
  bool pipelining = false;
  bool starttls = false;
  bool smtputf8 = false;
  bool eight_bit_mime = false;
  bool auth_plain = false;
  bool auth_login = false;
  bool size_offered = false;
  std::optional<std::uint64_t> size_limit;  // RFC 1870: nullopt when 0, missing or not a number.
  bool dsn = false;                         // RFC 3461: parameters of MAIL and RCPT about delivery reports.
  bool requiretls = false;                  // RFC 8689 §2: has a meaning only under TLS.
  ServerLimits limits;
};

/// Reads the text of the EHLO reply, lines joined by '\n'; its first line is a name, not a keyword
/// (RFC 5321 §4.1.1.1). Unknown words are ignored.
Capabilities parse_capabilities(std::string_view ehlo_text);

}  // namespace sesame::smtp

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/mail_id.hpp"
#include "base/setting.hpp"
#include "content/mail_tokens.hpp"
#include "mime/read_mail.hpp"

namespace sesame::returns {

/// The meaning of an address at the bounce domain.
struct ReturnAddress {
  enum class Kind : std::uint8_t { bounce, complaint };
  Kind kind = Kind::complaint;
  accounts::MailId mail;  // Only when `kind` is bounce: the mail with this return path.
};

/// The bounce domain and the SMTP server that receives its mail.
struct ReturnOptions {
  std::string domain;              // Empty: bounces go to the sender address.
  std::optional<HostPort> listen;  // nullopt: no server.
  std::vector<std::string> complaint_addresses{"complaints", "fbl", "abuse"};
  std::size_t message_bytes = 25 * 1024 * 1024;
  std::size_t connections = 200;

  void visit(SettingVisitor& settings) {
    settings.text("bounces.domain", domain,
                  "domain to which bounces return; this server is its mail exchanger; empty: to the sender");
    settings.address("bounces.listen", listen,
                     "HOST:PORT where mail for bounces.domain is received by SMTP; empty: nowhere");
    settings.list("bounces.complaint_addresses", complaint_addresses,
                  "names at bounces.domain for complaints, beside postmaster");
    settings.number("bounces.message_bytes", message_bytes, {65'536, 1'000'000'000},
                    "bytes of the largest mail that bounces.listen receives");
    settings.number("bounces.connections", connections, {1, 100'000},
                    "open SMTP connections to bounces.listen");
  }
};

/// The addresses to which mail about sent mail comes: the return paths made by content::Links, and a few
/// names for complaints. Return paths are recognized by their signature, without a look-up. Immutable; the
/// tokens outlive it. Thread: any.
class ReturnAddresses {
 public:
  /// `domain` in A-label form. `complaint_names` are local parts ("abuse") or whole addresses at `domain`;
  /// `postmaster` is always added (RFC 5321 §4.5.1).
  ReturnAddresses(const content::MailTokens& tokens, std::string domain,
                  std::vector<std::string> complaint_names);

  /// Finds the meaning of an address, without regard to case, which some servers change. nullopt when there
  /// is no such mailbox, or its token was not made here.
  std::optional<ReturnAddress> find(std::string_view address) const;
  /// Whether the address is at the bounce domain, or is `postmaster` alone.
  bool is_here(std::string_view address) const;

  /// Finds the sent mail that a report is about, by the parts of that mail that it contains: the reference
  /// field, else any token of its return path. Only tokens signed by us count. nullopt when there is no such
  /// token.
  std::optional<accounts::MailId> find_named(const mime::ReadMail& report) const;

  const std::string& domain() const { return domain_; }

 private:
  std::optional<accounts::MailId> find_in_fields(const mime::Part& part, bool attached) const;
  std::optional<accounts::MailId> find_in_texts(const mime::Part& part) const;
  std::optional<accounts::MailId> find_in_text(std::string_view text) const;
  std::optional<accounts::MailId> open(std::string_view token) const;

  const content::MailTokens& tokens_;
  const std::string domain_;
  const std::vector<std::string> complaint_names_;
};

}  // namespace sesame::returns

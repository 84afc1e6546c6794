#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/mail_id.hpp"
#include "content/mail_tokens.hpp"
#include "mime/read_mail.hpp"

namespace sesame::returns {

/// What an address of the bounce domain is there for.
struct ReturnAddress {
  enum class Kind : std::uint8_t { bounce, complaint };
  Kind kind = Kind::complaint;
  accounts::MailId mail;  // Of a bounce address: the mail that it was the return path of.
};

/// The addresses at which mail about sent mail arrives: the return paths that content::Links makes, and a few
/// names for complaints. They are known by their signature, without a look-up. Immutable: any thread; the
/// tokens outlive it.
class ReturnAddresses {
 public:
  /// `domain` in A-label form. `complaint_names` are local parts ("abuse") or whole addresses at `domain`;
  /// `postmaster` is always one of them (RFC 5321 §4.5.1).
  ReturnAddresses(const content::MailTokens& tokens, std::string domain,
                  std::vector<std::string> complaint_names);

  /// Nothing: there is no such mailbox, or its token is not ours. Case does not matter: some servers change
  /// it.
  std::optional<ReturnAddress> find(std::string_view address) const;
  /// Whether the address is at the bounce domain, or is `postmaster` alone.
  bool is_here(std::string_view address) const;

  /// The mail that a report is about, by what it carries of the mail: its reference field, else any of its
  /// return path's tokens, wherever they stand. What is not signed by us names nothing. Any thread.
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

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "accounts/mail_id.hpp"
#include "base/result.hpp"
#include "content/links.hpp"
#include "content/mailing.hpp"
#include "mime/address.hpp"

namespace sesame::content {

/// The mailboxes that the header shows.
struct Addressees {
  std::vector<mime::Mailbox> to;
  std::vector<mime::Mailbox> cc;
};

/// Everything in which one recipient's mail differs from the others of its mailing.
struct Letter {
  std::vector<std::string> to;  // Shown in To and Cc; a recipient in neither is a blind copy.
  std::vector<std::string> cc;
  std::optional<Addressees> addressees;  // Shown instead of `to` and `cc`.
  std::string envelope_to;
  std::string data_json;    // The variables as JSON text; may be empty.
  std::string message_id;   // Without the angle brackets.
  std::int64_t date_s = 0;  // UNIX seconds: the Date header and the time of the signatures.
  accounts::MailId id;      // The mail that its links and its return path name.
};

/// A finished mail: 7-bit (but for addresses beyond ASCII in the header), CRLF lines of at most 998 bytes, no
/// bare CR or LF, not yet dot-stuffed.
struct Mail {
  std::string envelope_from;
  std::string envelope_to;
  std::string bytes;
};

/// Turns letters into mails. Everything that is equal for all letters of the mailing is encoded once, here.
/// Immutable after creation. Thread: any.
class Composer {
 public:
  /// Errors: errors::kEmpty (neither html nor text), errors::kFromIllegal, errors::kHeaderFromIllegal (not a
  /// mailbox), errors::kHeaderFromForeign (not at the sender's domain, fact "sender_domain"),
  /// errors::kReplyToIllegal; those of check_headers. `links` outlives the composer; with nullptr the mails
  /// carry no links back.
  static Result<Composer> create(Mailing mailing, const Links* links = nullptr);
  /// Whether create() would accept the mailing, without encoding its bodies and attachments, which may be
  /// megabytes. Pure. Thread: any.
  static Status check(const Mailing& mailing);

  /// Errors: errors::kNotJson, errors::kNotPlain (data_json), errors::kVariablesMissing (policy strict; fact
  /// "names", separated by commas), errors::kRecipientIllegal, errors::kMessageIdIllegal.
  Result<Mail> compose(const Letter& letter) const;

  /// The names of all placeholders in subject, html and text: each once, in that order.
  const std::vector<std::string>& variable_names() const;

  Composer(Composer&&) noexcept;
  Composer& operator=(Composer&&) noexcept;
  ~Composer();

 private:
  struct Parts;
  explicit Composer(std::unique_ptr<const Parts> parts);
  std::unique_ptr<const Parts> parts_;
};

}  // namespace sesame::content

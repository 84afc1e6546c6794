#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "content/composer.hpp"
#include "content/mailing.hpp"
#include "mime/address.hpp"

namespace sesame::submission {

/// The parts of a submitted mail. It is composed anew from them, so that it is signed, tracked and counted
/// like any other.
struct SubmittedMail {
  mime::Mailbox from;
  content::Mailing mailing;  // Without `from`.
  content::Addressees addressees;
  std::string header_id;  // Its Message-ID; empty when it has no valid one.
};

struct MailLimits {
  std::size_t mail_bytes = 10 * 1024 * 1024;
  std::size_t attachments_bytes = 8'000'000;  // Before base64; SES: the SMTP documentation's advice.
};

/// Parses a mail, in tens of milliseconds for the largest. Pure. Thread: any.
///
/// Errors: errors::kFromMissing (From must name exactly one mailbox), errors::kSubjectMissing,
/// errors::kBodyMissing, errors::kContentType (neither text nor a multipart that can be composed anew),
/// errors::kTransferEncoding, errors::kMimeVersion, errors::kTooComplex, errors::kHeader,
/// errors::kTooManyHeaders, errors::kTooManyMailboxes, content::errors::kTooLarge, those of
/// content::check_attachments. Headers that the server writes itself (content::is_reserved_header) are left
/// out, and the oldest identifiers of long References; whatever else can't be kept refuses the mail.
Result<SubmittedMail> read_submitted_mail(std::string_view bytes, const MailLimits& limits = {});

}  // namespace sesame::submission

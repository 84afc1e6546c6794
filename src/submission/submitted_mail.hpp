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

/// A mailbox in the form of content::Mailing's texts; a name that could not be read back is left out. Pure.
/// Thread: any.
std::string mailbox_text(const mime::Mailbox& mailbox);

/// Parses a mail, in tens of milliseconds for the largest. Pure. Thread: any.
///
/// Errors: errors::kFromMissing (From must name exactly one mailbox), errors::kSubjectMissing,
/// errors::kBodyMissing, errors::kContentType (neither text nor a multipart that can be composed anew),
/// errors::kTransferEncoding, errors::kMimeVersion, errors::kTooComplex, content::errors::kTooLarge, those of
/// content::check_attachments. Headers that a sender may not set, or that are too long or too many, are left
/// out; those that events repeat go first.
Result<SubmittedMail> read_submitted_mail(std::string_view bytes, const MailLimits& limits = {});

}  // namespace sesame::submission

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campaigns/send_intake.hpp"
#include "senders/smtp_passwords.hpp"
#include "storage/database.hpp"
#include "submission/submitted_mail.hpp"

namespace sesame::submission {

/// A submitted mail with its login and the recipients of its envelope; passed all checks that need no
/// database.
struct MailOrder {
  senders::SmtpLogin login;
  SubmittedMail mail;
  std::vector<std::string> recipients;
  std::int64_t now_ms = 0;
};

/// Stores the mail as a send of the sender address that logged in, and queues it; returns its MessageId.
/// The mail goes to the recipients of the envelope and shows those of its header. Errors: those of
/// senders::resolve_sender (the address was deleted, its domain is no longer verified) and of
/// campaigns::SendIntake::accept. Job: write.
Result<std::string> accept_mail(storage::Writer& writer, const campaigns::SendIntake& send_intake,
                                const MailOrder& order);

}  // namespace sesame::submission

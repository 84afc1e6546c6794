#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campaigns/send_intake.hpp"
#include "senders/smtp_passwords.hpp"
#include "storage/database.hpp"
#include "submission/submitted_mail.hpp"

namespace sesame::submission {

/// A mail, who submitted it and whom its envelope names; checked as far as it can be without the database.
struct MailOrder {
  senders::SmtpLogin login;
  SubmittedMail mail;
  std::vector<std::string> recipients;
  std::int64_t now_ms = 0;
};

/// Stores the mail as a send of the sender address that logged in, and queues it; returns its MessageId.
/// Mailed are the recipients of the envelope, shown are those of the header. Inside a database job. Errors:
/// those of senders::resolve_sender (the address is gone, its domain no longer verified) and of
/// campaigns::SendIntake::accept.
Result<std::string> accept_mail(storage::Writer& writer, const campaigns::SendIntake& send_intake,
                                const MailOrder& order);

}  // namespace sesame::submission

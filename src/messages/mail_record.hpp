#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "accounts/mail_id.hpp"
#include "storage/database.hpp"

namespace sesame::messages {

/// The facts of one mail's row that explain its state to a person.
struct MailRecord {
  std::string message_id;
  std::string to_address;
  int send_status = 0;  // SES: SendEmailStatus.SendStatus.
  std::string text;     // The server's words, or our own reason.
  unsigned attempts = 0;
  std::int64_t first_attempt_ms = 0;  // 0: never tried.
  std::optional<std::int64_t> next_attempt_ms;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
};

/// Finds the record of a mail. nullopt when it has no row: it has not begun, or its row has expired.
/// Job: read.
std::optional<MailRecord> find_record(storage::Reader& reader, const accounts::MailId& id);

}  // namespace sesame::messages

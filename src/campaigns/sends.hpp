#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "content/composer.hpp"
#include "content/headers.hpp"
#include "storage/database.hpp"

/// Single sends: one mailing to a few recipients who see each other (SES: SendEmail). Plain functions for use
/// inside database jobs.
namespace sesame::campaigns {

struct NewSend {
  accounts::Scope scope;
  std::string app_id;
  std::string from_address;
  std::string sender_domain;
  std::string mailing;                   // content::pack_mailing
  std::string template_data;             // JSON text or empty
  std::string subject;                   // As submitted; told about the mail when its content is gone.
  std::int64_t template_id = 0;          // 0: none; the same.
  std::vector<content::Header> headers;  // Those that events repeat are kept (letter_facts.hpp).
  std::string header_id;  // Message-ID without brackets; empty: one is made (SES: SendEmail.SmtpMessageId).
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
  std::optional<content::Addressees> addressees;  // Whom To and Cc show, if not `to` and `cc`.
  std::size_t withheld = 0;  // Envelopes that are not mailed: they are closed from the beginning.
  std::int64_t now_ms = 0;
};

struct StoredSend {
  std::int64_t id = 0;
  std::string message_id;
  std::vector<std::string> envelopes;  // Ordinal i of the send goes to envelopes[i]: to, then cc, then bcc.
};

/// Stores the send. Its envelopes are queued by the caller in the same job (messages::enqueue).
StoredSend create_send(storage::Writer& writer, Random& random, const NewSend& send);

/// What create_send stored of NewSend::addressees. Pure.
content::Addressees read_addressees(std::string_view lines);

/// Some envelopes of a send have their final outcome (one entry each); with the last one its stored content
/// goes.
void close_envelopes(storage::Writer& writer, std::span<const std::int64_t> send_ids);

}  // namespace sesame::campaigns

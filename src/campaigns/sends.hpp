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
#include "campaigns/call_origin.hpp"
#include "content/composer.hpp"
#include "content/headers.hpp"
#include "storage/database.hpp"

/// Single sends: one mailing to a few recipients who see each other (SES: SendEmail). Plain functions inside
/// database jobs.
namespace sesame::campaigns {

struct NewSend {
  accounts::Scope scope;
  std::string app_id;
  std::string from_address;
  std::string sender_domain;
  std::string mailing;                   // content::pack_mailing
  std::string template_data;             // JSON text or empty
  std::string subject;                   // As submitted; known for events after the content was deleted.
  std::int64_t template_id = 0;          // 0: none; known for events after the content was deleted.
  std::vector<content::Header> headers;  // Headers that events repeat are kept (mail_facts.hpp).
  std::string header_id;  // Message-ID without brackets; empty: one is made (SES: SendEmail.SmtpMessageId).
  std::vector<std::string> to;
  std::vector<std::string> cc;
  std::vector<std::string> bcc;
  // The addressees shown in To and Cc, unless those are `to` and `cc`.
  std::optional<content::Addressees> addressees;
  CallOrigin call;
  std::size_t withheld = 0;  // Withheld envelopes, closed from the start.
  std::int64_t now_ms = 0;
};

struct StoredSend {
  std::int64_t id = 0;
  std::string message_id;
  std::vector<std::string> envelopes;  // Ordinal i of the send goes to envelopes[i]: to, then cc, then bcc.
};

/// Stores the send. The caller queues its envelopes in the same job (messages::enqueue). Job: write.
StoredSend create_send(storage::Writer& writer, Random& random, const NewSend& send);

/// Reads the lines that create_send() stored for NewSend::addressees. Thread: any.
content::Addressees read_addressees(std::string_view lines);

/// Closes envelopes that have their final outcome, one entry of `send_ids` each. With its last envelope, the
/// send's stored content is deleted. Job: write.
void close_envelopes(storage::Writer& writer, std::span<const std::int64_t> send_ids);

}  // namespace sesame::campaigns

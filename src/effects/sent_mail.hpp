#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "messages/envelope.hpp"
#include "storage/database.hpp"

namespace sesame::effects {

/// A mail with a message row, and all facts about it that later events need.
struct SentMail : messages::Envelope {
  std::int64_t row_id = 0;        // Row of table message.
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  bool delivered = false;         // Its current status is delivered.
  bool under_way = false;         // No final outcome yet: an attempt runs or is planned.
  bool first_attempt = false;     // Under way, and no attempt has ended yet.
  bool complained = false;        // The recipient complained about it.
  // From the send task or the single send of the mail.
  std::string app_id;
  std::string sender_domain;
  std::string header_id;         // The Message-ID header without brackets.
  std::string subject;           // As submitted.
  std::int64_t template_id = 0;  // 0: none.
  std::int64_t task_id = 0;      // 0: a single send.
  std::vector<std::pair<std::string, std::string>> callback_headers;  // X-Tencentcloudses-Cb-*.
};

/// Finds a mail. Nullopt when it is unknown or expired, or a run's mail that was never attempted. Job: read.
std::optional<SentMail> find_sent_mail(storage::Reader& reader, const accounts::MailId& id);

/// Whether a mail that find_sent_mail() does not find may still appear: its run is unfinished. Job: read.
bool may_still_appear(storage::Reader& reader, const accounts::MailId& id);

/// Marks a mail that a server took and returned later: its message row, the ledger and the run's counters say
/// refused from now on. False when its status already was a failure. Job: write.
bool mark_returned(storage::Writer& writer, const SentMail& mail, std::string_view reason);

}  // namespace sesame::effects

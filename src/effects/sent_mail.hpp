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

/// A mail that was sent, with all that later events need of it.
struct SentMail : messages::Envelope {
  std::int64_t row_id = 0;        // Of its status row.
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  bool delivered = false;         // Its status says so now.
  bool under_way = false;         // No final outcome yet: it is being handed over, or will be again.
  bool first_attempt = false;     // Under way, and no attempt has ended yet.
  bool complained = false;        // Its recipient has complained about it.
  // From the task or the call it belongs to.
  std::string app_id;
  std::string sender_domain;
  std::string header_id;         // The Message-ID header without brackets.
  std::string subject;           // As submitted.
  std::int64_t template_id = 0;  // 0: none.
  std::int64_t task_id = 0;      // 0: a single send.
  std::vector<std::pair<std::string, std::string>> callback_headers;  // X-Tencentcloudses-Cb-*.
};

/// Nullopt when there is no such mail (any more), or none that was ever attempted. Job: read. Thread: any.
std::optional<SentMail> find_sent_mail(storage::Reader& reader, const accounts::MailId& id);

/// Whether a mail that find_sent_mail() does not know may still appear: its run is not over. Job: read.
/// Thread: any.
bool may_still_appear(storage::Reader& reader, const accounts::MailId& id);

/// A server took the mail and returned it later: the row, the ledger and the run's counters say refused from
/// now on. False: its status said before that it failed. Job: write.
bool mark_returned(storage::Writer& writer, const SentMail& mail, std::string_view reason);

}  // namespace sesame::effects

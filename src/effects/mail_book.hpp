#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/mail_id.hpp"
#include "accounts/scope.hpp"
#include "storage/database.hpp"

namespace sesame::effects {

/// A mail that was sent, as far as its later story needs it.
struct StoredMail {
  accounts::MailId ref;
  accounts::Scope scope;
  std::int64_t row_id = 0;  // Of its status row.
  std::string message_id;   // The API's MessageId; bulkId in events.
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  bool delivered = false;         // Its status says so now.
  bool under_way = false;         // Nobody knows yet: it is being handed over, or will be again.
  bool first_attempt = false;     // Of these: no attempt has ended yet.
  bool complained = false;        // Its recipient has complained about it.
  // Of the task or the call it belongs to.
  std::string app_id;
  std::string sender_domain;
  std::string header_id;         // The Message-ID header without brackets.
  std::string subject;           // As submitted.
  std::int64_t template_id = 0;  // 0: none.
  std::int64_t task_id = 0;      // 0: a single send.
  std::vector<std::pair<std::string, std::string>> callback_headers;  // X-Tencentcloudses-Cb-*.
};

/// What a mail's status row remembers of its recipient (SES: SendEmailStatus.User*). Once set they stay.
enum class MailMark : std::uint8_t { opened, clicked, unsubscribed, complained };

/// Where mails that were sent are found and marked. Declared here, kept by others: feedback knows neither the
/// delivery's rows nor the campaigns'. Called inside database jobs; safe from any thread.
class MailBook {
 public:
  virtual ~MailBook() = default;

  /// Nothing when there is no such mail (any more), or none that was ever attempted.
  virtual std::optional<StoredMail> find(storage::Reader& reader, const accounts::MailId& ref) = 0;

  /// Whether a mail that find() does not know may still appear: what it belongs to is not over.
  virtual bool may_come(storage::Reader& /*reader*/, const accounts::MailId& /*ref*/) { return false; }

  /// False: it was marked before.
  virtual bool mark(storage::Writer& writer, const StoredMail& mail, MailMark mark) = 0;

  /// A server took the mail and sent it back later. False: its status said before that it failed.
  virtual bool mark_bounced(storage::Writer& writer, const StoredMail& mail, std::string_view reason) = 0;
};

}  // namespace sesame::effects

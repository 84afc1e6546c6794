#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/mail_id.hpp"
#include "accounts/scope.hpp"
#include "campaigns/recipient_state.hpp"
#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// Mails as people look for them: of a day, a task, a recipient, or one by its MessageId. Plain functions.
/// Job: read.
namespace sesame::campaigns {

/// A mail that has a row: a single send's from the call on, a run's from its first outcome on.
struct ListedMail : messages::Envelope, messages::AttemptHistory {
  std::int64_t request_day = 0;
  int send_status = 0;
  messages::DeliverStatus status = messages::DeliverStatus::waiting;
  std::string text;  // The server's words, or our own reason.
  std::optional<std::int64_t> next_attempt_ms;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  bool held = false;
  bool opened = false;
  bool clicked = false;
  bool unsubscribed = false;
  bool complained = false;
  // From its task or its send.
  std::string subject;  // As submitted.
  std::int64_t template_id = 0;
  std::int64_t task_id = 0;  // 0: a single send.

  RecipientState state() const;
};

/// The place behind which a list goes on: the row of a day, or the recipient of a run.
struct MailPosition {
  std::int64_t part = 0;  // The day, or the run.
  std::int64_t at = 0;    // Everything listed later is below it: a row's id, or an ordinal.
};

/// All given members must match. The first of message_id, task_id, to_address and day that is given decides
/// what is read; the others, and those below, are compared row by row.
struct MailListQuery {
  accounts::Scope scope;
  std::string message_id;
  std::optional<std::int64_t> task_id;
  std::string to_address;           // Compared by mime::canonical_address.
  std::optional<std::int64_t> day;  // In Beijing, as beijing_day() counts.
  std::optional<RecipientState> state;
  std::optional<std::int64_t> template_id;
  std::string from_address;  // Compared as to_address.
  std::string to_domain;     // The recipient's domain, or one above it.
  std::optional<MailPosition> after;
  std::size_t limit = 10;
};

struct MailList {
  std::vector<ListedMail>
      mails;  // The newest first; of a task, by run and then by place in the group, the last first.
  std::optional<MailPosition> next;  // nullopt: there are no more.
  std::size_t scanned = 0;           // Rows that were compared.
  std::int64_t scanned_to_ms = 0;    // The time of the request of the last of them; 0: none was.
};

/// The rows that one call compares, and the pages of a thousand rows of which it reads the filters.
inline constexpr std::size_t kMailsScannedMax = 20'000;
inline constexpr std::int64_t kMailPagesScannedMax = 4'000;

/// Lists mails until the page is full, or one of the bounds above is reached: then `next` goes on.
MailList list_mails(storage::Reader& reader, const MailListQuery& query);

/// All mails with this MessageId, in the order of their ordinals: of a single send, one for each recipient.
/// Reads the pages that may hold it, from its day on, to the end of what one call may read several times
/// over.
std::vector<ListedMail> find_mails(storage::Reader& reader, const accounts::Scope& scope,
                                   std::string_view message_id);

/// The mail of a row, by its key; nullopt when the scope has no such row.
std::optional<ListedMail> find_mail(storage::Reader& reader, const accounts::Scope& scope,
                                    std::int64_t row_id);

}  // namespace sesame::campaigns

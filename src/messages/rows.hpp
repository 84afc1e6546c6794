#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "messages/draft.hpp"
#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// The rows of table message. Plain functions inside database jobs.
namespace sesame::messages {

/// A message that was accepted and is to be sent as soon as possible: SES SendEmail.
struct NewMessage {
  MessageKey key;
  accounts::Scope scope;
  std::string message_id;
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
  int send_status = 0;           // Not 0: it only gets its row, dropped for this reason
  std::string withheld_because;  // and with this text (Draft::send_status).
};
void enqueue(storage::Writer& writer, std::span<const NewMessage> messages);

/// A row whose time has come.
struct DueMessage {
  std::int64_t row_id = 0;
  MessageKey key;
  accounts::Scope scope;
  std::string message_id;
  std::string from_address;
  std::string to_address;
  std::int64_t requested_ms = 0;
  std::int64_t next_attempt_ms = 0;
  unsigned attempts = 0;
  unsigned uncertain = 0;
  std::int64_t first_attempt_ms = 0;  // 0: never attempted.
  std::string last_text;
};
/// Where a page of due rows ended, so that the next one need not step over rows in flight.
struct DuePosition {
  std::int64_t next_attempt_ms = 0;
  std::int64_t row_id = 0;
};
/// The rows due at `now_ms` behind `after`, in the order of their time; at most `limit`.
std::vector<DueMessage> list_due(storage::Reader& reader, std::int64_t now_ms, DuePosition after,
                                 std::size_t limit);

/// Writes what became of messages: changes the rows that exist and inserts those that don't. Fills
/// Outcome::before; a row that is final stays as it is.
void record_outcomes(storage::Writer& writer, std::span<Outcome> outcomes);

/// SES: GetSendEmailStatus. All given filters must match.
struct StatusQuery {
  accounts::Scope scope;
  std::int64_t request_day = 0;  // Days in Beijing, as beijing_day() counts them.
  std::optional<std::string> message_id;
  std::optional<std::string> to_address;  // Compared by mime::canonical_address.
  std::uint32_t offset = 0;
  std::uint32_t limit = 100;
};
struct MessageStatus {
  std::string message_id;
  std::string to_address;
  std::string from_address;
  int send_status = 0;
  DeliverStatus deliver_status = DeliverStatus::waiting;
  std::string deliver_text;
  std::int64_t requested_ms = 0;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  bool opened = false;
  bool clicked = false;
  bool unsubscribed = false;
  bool complained = false;
};
/// In the order in which the messages got their rows. Reads about a page of rows whatever the offset, and
/// with filters the filters of the day's pages (status_pages.hpp).
std::vector<MessageStatus> find_statuses(storage::Reader& reader, const StatusQuery& query);

}  // namespace sesame::messages

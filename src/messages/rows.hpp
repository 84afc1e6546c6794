#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "messages/envelope.hpp"
#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// The rows of table message. Plain functions inside database jobs.
namespace sesame::messages {

/// A message that was accepted and is to be sent as soon as possible: SES SendEmail.
struct NewMessage : Envelope {
  int send_status = 0;           // Not 0: it only gets its row, dropped for this reason (Draft::send_status)
  std::string withheld_because;  // and with this text.

  bool withheld() const { return send_status != 0; }
};
void enqueue(storage::Writer& writer, std::span<const NewMessage> messages);

/// A row whose time has come.
struct DueMessage : Envelope, AttemptHistory {
  std::int64_t next_attempt_ms = 0;
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

}  // namespace sesame::messages

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

/// A message of a single send, to be mailed as soon as possible (SES: SendEmail).
struct NewMessage : Envelope {
  // Not 0: withheld, for this reason (Draft::send_status); the row is stored as dropped.
  int send_status = 0;
  std::string withheld_because;  // The reason as text.

  bool withheld() const { return send_status != 0; }
};
void enqueue(storage::Writer& writer, std::span<const NewMessage> messages);

/// A row that is due.
struct DueMessage : Envelope, AttemptHistory {
  std::int64_t next_attempt_ms = 0;
  std::string last_text;
  bool sandboxed = false;  // Ordered in the sandbox (Draft::sandboxed).
  bool held = false;       // Postponed to its end, because its task was paused when it was due.
};
/// Reads these rows (messages/queues.hpp finds them), without those that are not due any more. Job: read.
std::vector<DueMessage> read_due(storage::Reader& reader, std::span<const std::int64_t> row_ids,
                                 std::int64_t now_ms);

/// Postpones rows that are due and held: they are due again at `until_ms`, or when expedite() finds them.
/// Rows with an outcome stay as they are. Job: write.
struct HeldMessage {
  std::int64_t row_id = 0;
  std::int64_t until_ms = 0;
};
void postpone(storage::Writer& writer, std::span<const HeldMessage> held);

/// Makes at most `limit` waiting messages of a run due at `now_ms`: all that are due later, or only those
/// that were postponed. Returns their number. Job: write.
std::size_t expedite(storage::Writer& writer, std::int64_t run_id, bool only_held, std::int64_t now_ms,
                     std::size_t limit);

/// Records outcomes: updates the rows that exist and inserts the others. Sets Outcome::before; final rows
/// stay unchanged. Job: write.
void record_outcomes(storage::Writer& writer, std::span<Outcome> outcomes);

}  // namespace sesame::messages

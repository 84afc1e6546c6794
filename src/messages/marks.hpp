#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// Marks: facts learned about a message after it has left, in its row of table message. Plain functions
/// inside database jobs.
namespace sesame::messages {

/// A message that has a row: it was attempted, or belongs to a single send.
struct MessageRow : Envelope {
  std::int64_t row_id = 0;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  DeliverStatus status = DeliverStatus::waiting;
  bool complained = false;
};
/// Finds a message's row by an index. Nullopt when there is no row, or it belongs to another account than the
/// id says. Job: read.
std::optional<MessageRow> find_message(storage::Reader& reader, const accounts::MailId& id);

/// SES: SendEmailStatus.UserOpened and its neighbours.
enum class Mark : std::uint8_t { opened, clicked, unsubscribed, complained };

/// Sets a mark. False when it was set before. Job: write.
bool set_mark(storage::Writer& writer, std::int64_t row_id, Mark mark);

/// Records that a delivered message was returned, the only change of a final status: it is refused from now
/// on, with this text; the time of its delivery stays. False when it was not delivered. Job: write.
bool set_returned(storage::Writer& writer, std::int64_t row_id, std::string_view text);

}  // namespace sesame::messages

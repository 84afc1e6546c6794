#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// What is learned about a message after it has left, in its row of table message. Plain functions inside
/// database jobs.
namespace sesame::messages {

/// A message that has a row: one that was attempted, or one of a single send.
struct MessageRow : Envelope {
  std::int64_t row_id = 0;
  std::int64_t delivered_ms = 0;  // 0: not delivered.
  DeliverStatus status = DeliverStatus::waiting;
  bool complained = false;
};
/// Nullopt also when the row belongs to another account than the id says. A look-up in an index.
std::optional<MessageRow> find_message(storage::Reader& reader, const accounts::MailId& id);

/// SES: SendEmailStatus.UserOpened and its neighbours.
enum class Mark : std::uint8_t { opened, clicked, unsubscribed, complained };

/// False: it was set before.
bool set_mark(storage::Writer& writer, std::int64_t row_id, Mark mark);

/// The one way out of a final status: a message that a server took came back. It is refused from now on, with
/// this text; when it was delivered stays. False: it was not delivered.
bool set_returned(storage::Writer& writer, std::int64_t row_id, std::string_view text);

}  // namespace sesame::messages

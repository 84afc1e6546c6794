#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/scope.hpp"
#include "messages/outcome.hpp"
#include "storage/database.hpp"

/// The statuses of a day's mails, as the API lists them. Plain functions. Job: read.
namespace sesame::messages {

/// SES: GetSendEmailStatus. All set filters must match.
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
/// Finds statuses in the order of their rows' insertion. Reads about a page of rows whatever the offset, and
/// with filters the Bloom filters of the day's pages (status_pages.hpp).
std::vector<MessageStatus> find_statuses(storage::Reader& reader, const StatusQuery& query);

}  // namespace sesame::messages

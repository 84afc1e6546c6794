#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "storage/database.hpp"

/// The queues of waiting mail as operators look at them. Plain functions. Job: read.
namespace sesame::messages {

/// Queues, by what they have in common.
struct QueueFilter {
  std::string domain;           // As queue_domain() gives it; empty: any.
  std::int64_t account_id = 0;  // 0: any.
};

enum class QueueOrder : std::uint8_t {
  waiting,  // The most mail first.
  age,      // The oldest mail first.
  next,     // The mail that is due first.
};

/// The bounds between the ages by which mail is counted. Mail is as old as its first attempt; before that, as
/// the time at which it was due.
inline constexpr std::array<std::int64_t, 6> kAgeBoundsMs{300'000,    900'000,    3'600'000,
                                                          14'400'000, 86'400'000, 259'200'000};
/// Mails up to each bound old, and last those that are older.
using AgeCounts = std::array<std::int64_t, kAgeBoundsMs.size() + 1>;

struct ListedQueue {
  std::int64_t queue_id = 0;
  std::int64_t account_id = 0;
  std::string domain;
  bool urgent = false;  // Single mail.
  std::int64_t waiting = 0;
  std::int64_t next_due_ms = 0;
  std::int64_t oldest_ms = 0;  // The oldest mail's.
  AgeCounts ages{};
  std::string last_text;  // The reply to the mail that is due last and has one.
};

struct QueuePage {
  std::int64_t total = 0;    // Queues, on all pages.
  std::int64_t waiting = 0;  // Mails, on all pages.
  std::vector<ListedQueue> queues;
};
struct QueueListQuery {
  QueueFilter filter;
  QueueOrder order = QueueOrder::waiting;
  std::int64_t offset = 0;
  std::int64_t limit = 10;
  std::int64_t now_ms = 0;
};
/// Lists queues that have mail; equal ones in the order in which they were made. Reads the rows of all
/// queues, an index entry for each mail of the page, and in the order `age` for each mail.
QueuePage list_queues(storage::Reader& reader, const QueueListQuery& query);

}  // namespace sesame::messages

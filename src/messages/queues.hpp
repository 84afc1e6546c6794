#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "accounts/mail_id.hpp"
#include "storage/database.hpp"

/// The queues of waiting mail: the rows of table outbound_queue. A row of table message that waits has the
/// queue of its recipient's domain, its account and its kind. Plain functions inside database jobs.
namespace sesame::messages {

/// The domain by which mail to an address, or to a domain, is queued: what stands behind the last `@`, as
/// A-labels in lower case.
std::string queue_domain(std::string_view address);

/// Keeps the queues as the message rows of one job: `waiting` is exact, `next_due_ms` is never later than the
/// first due row. Report each change of a row's next attempt, and save() at the end of the job: one statement
/// for each queue. Job: write.
class QueueCounter {
 public:
  explicit QueueCounter(storage::Writer& writer) : writer_(writer) {}

  /// Finds the queue of a message; creates it when it is missing.
  std::int64_t queue_of(std::int64_t account_id, accounts::MailId::Kind kind, std::string_view to_address);
  /// Adds a message that begins to wait.
  void add(std::int64_t queue_id, std::int64_t next_attempt_ms);
  /// Removes a message that waits no more.
  void remove(std::int64_t queue_id) { --changes_[queue_id].waiting; }
  /// Reports that a waiting message has another time now.
  void move(std::int64_t queue_id, std::int64_t next_attempt_ms);
  void save();

 private:
  struct Change {
    std::int64_t waiting = 0;
    std::int64_t earliest_ms = INT64_MAX;
  };
  struct Key {
    std::string domain;
    std::int64_t account_id;
    accounts::MailId::Kind kind;
    auto operator<=>(const Key&) const = default;
  };

  storage::Writer& writer_;
  std::map<Key, std::int64_t> found_;
  std::map<std::int64_t, Change> changes_;
};

/// A queue that has mail to be looked for.
struct DueQueue {
  std::int64_t queue_id = 0;
  std::int64_t account_id = 0;
  std::string domain;
  bool urgent = false;  // Single mail.
  std::int64_t next_due_ms = 0;
};
/// The end of a page of due queues.
struct QueuePosition {
  std::int64_t next_due_ms = 0;
  std::int64_t queue_id = 0;
  auto operator<=>(const QueuePosition&) const = default;
};
/// Reads at most `limit` queues that are due at `now_ms` and not paused, after `after`, in the order of their
/// times. Job: read.
std::vector<DueQueue> list_due_queues(storage::Reader& reader, std::int64_t now_ms, QueuePosition after,
                                      std::size_t limit);

/// The due rows of a queue, without those that are taken.
struct DueRows {
  std::vector<std::int64_t> row_ids;  // In the order of their times.
  bool any = false;                   // Some row is due, be it a taken one.
};
/// Finds at most `limit` due rows of a queue that are not `taken`. Job: read.
DueRows find_due_rows(storage::Reader& reader, std::int64_t queue_id, std::int64_t now_ms, std::size_t limit,
                      const std::function<bool(std::int64_t)>& taken);

/// Sets the times of queues to those of their first rows: a look found nothing due. Job: write.
void correct_due_times(storage::Writer& writer, std::span<const std::int64_t> queue_ids);

/// Moves queues that are due before `until_ms` to that time, although their rows are due: their mail has no
/// room now. A message that comes into such a queue moves it back to its own time. Job: write.
void put_off(storage::Writer& writer, std::span<const std::int64_t> queue_ids, std::int64_t until_ms);

/// Puts at most `most` waiting messages of an older version into queues. Returns their number; 0 when none is
/// left. Job: write.
std::size_t assign_queues(storage::Writer& writer, std::size_t most);

}  // namespace sesame::messages

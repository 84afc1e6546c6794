#include "messages/queues.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.hpp"
#include "mime/address.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;

// The urgency of a queue is the kind of its mails.
static_assert(static_cast<int>(accounts::MailId::Kind::run) == 0);
static_assert(static_cast<int>(accounts::MailId::Kind::send) == 1);

constexpr Sql kFind{
    "messages.find_queue",
    "SELECT queue_id FROM outbound_queue WHERE domain = ?1 AND account_id = ?2 AND urgency = ?3"};
constexpr Sql kCreate{"messages.create_queue",
                      "INSERT INTO outbound_queue (domain, account_id, urgency, waiting, next_due_ms) VALUES "
                      "(?1, ?2, ?3, 0, 0)"};
constexpr Sql kCount{"messages.count_queue",
                     "UPDATE outbound_queue SET waiting = waiting + ?2, next_due_ms = CASE WHEN waiting = 0 "
                     "OR next_due_ms > ?3 "
                     "THEN ?3 ELSE next_due_ms END WHERE queue_id = ?1"};
// Most changes of a time are to a later one, which the queue need not know.
constexpr Sql kBringForward{
    "messages.bring_queue_forward",
    "UPDATE outbound_queue SET next_due_ms = ?2 WHERE queue_id = ?1 AND next_due_ms > ?2"};
constexpr Sql kPutOff{"messages.put_queue_off",
                      "UPDATE outbound_queue SET next_due_ms = ?2 WHERE queue_id = ?1 AND next_due_ms < ?2"};
constexpr Sql kCorrect{
    "messages.correct_queue",
    "UPDATE outbound_queue SET next_due_ms = coalesce((SELECT next_attempt_ms FROM message WHERE queue_id = "
    "?1 "
    "AND next_attempt_ms IS NOT NULL ORDER BY next_attempt_ms LIMIT 1), next_due_ms) WHERE queue_id = ?1"};

// The first two conditions are those of the index outbound_queue_due.
constexpr Sql kListDue{"messages.list_due_queues",
                       "SELECT queue_id, account_id, domain, urgency, next_due_ms FROM outbound_queue WHERE "
                       "waiting > 0 AND paused "
                       "= 0 AND next_due_ms <= ?1 AND (next_due_ms, queue_id) > (?2, ?3) ORDER BY "
                       "next_due_ms, queue_id LIMIT ?4"};
// Answered by the index message_by_queue alone.
constexpr Sql kDueRows{"messages.due_rows_of_queue",
                       "SELECT id FROM message WHERE queue_id = ?1 AND next_attempt_ms <= ?2 ORDER BY "
                       "next_attempt_ms, first_attempt_ms, id"};

constexpr Sql kWithoutQueue{
    "messages.without_queue",
    "SELECT id, account_id, kind, to_address, next_attempt_ms FROM message WHERE queue_id IS NULL AND "
    "next_attempt_ms IS NOT NULL ORDER BY next_attempt_ms LIMIT ?1"};
constexpr Sql kAssign{"messages.assign_queue", "UPDATE message SET queue_id = ?2 WHERE id = ?1"};

}  // namespace

std::string queue_domain(std::string_view address) {
  const std::string_view domain = address.substr(address.rfind('@') + 1);
  std::optional<std::string> ascii = ascii::is_ascii(domain) ? std::nullopt : mime::ascii_domain(domain);
  return ascii ? std::move(*ascii) : ascii::lower(domain);
}

std::int64_t QueueCounter::queue_of(std::int64_t account_id, accounts::MailId::Kind kind,
                                    std::string_view to_address) {
  const auto [known, is_new] = found_.try_emplace(Key{queue_domain(to_address), account_id, kind}, 0);
  if (!is_new) return known->second;
  const std::string& domain = known->first.domain;
  const auto row = writer_.query(kFind, domain, account_id, kind);
  known->second = row->next() ? row->next_integer() : writer_.insert(kCreate, domain, account_id, kind);
  return known->second;
}

void QueueCounter::add(std::int64_t queue_id, std::int64_t next_attempt_ms) {
  ++changes_[queue_id].waiting;
  move(queue_id, next_attempt_ms);
}

void QueueCounter::move(std::int64_t queue_id, std::int64_t next_attempt_ms) {
  Change& change = changes_[queue_id];
  change.earliest_ms = std::min(change.earliest_ms, next_attempt_ms);
}

void QueueCounter::save() {
  for (const auto& [queue_id, change] : changes_) {
    if (change.waiting != 0) {
      writer_.run(kCount, queue_id, change.waiting, change.earliest_ms);
    } else if (change.earliest_ms != INT64_MAX) {
      writer_.run(kBringForward, queue_id, change.earliest_ms);
    }
  }
  changes_.clear();
}

std::vector<DueQueue> list_due_queues(storage::Reader& reader, std::int64_t now_ms, QueuePosition after,
                                      std::size_t limit) {
  std::vector<DueQueue> queues;
  const auto rows = reader.query(kListDue, now_ms, after.next_due_ms, after.queue_id, limit);
  while (rows->next()) {
    DueQueue& queue = queues.emplace_back();
    queue.queue_id = rows->next_integer();
    queue.account_id = rows->next_integer();
    queue.domain = rows->next_text();
    queue.urgent = rows->next_flag();
    queue.next_due_ms = rows->next_integer();
  }
  return queues;
}

DueRows find_due_rows(storage::Reader& reader, std::int64_t queue_id, std::int64_t now_ms, std::size_t limit,
                      const std::function<bool(std::int64_t)>& taken) {
  DueRows found;
  const auto rows = reader.query(kDueRows, queue_id, now_ms);
  while (found.row_ids.size() < limit && rows->next()) {
    found.any = true;
    const std::int64_t row_id = rows->next_integer();
    if (!taken(row_id)) found.row_ids.push_back(row_id);
  }
  return found;
}

void correct_due_times(storage::Writer& writer, std::span<const std::int64_t> queue_ids) {
  for (const std::int64_t queue_id : queue_ids) writer.run(kCorrect, queue_id);
}

void put_off(storage::Writer& writer, std::span<const std::int64_t> queue_ids, std::int64_t until_ms) {
  for (const std::int64_t queue_id : queue_ids) writer.run(kPutOff, queue_id, until_ms);
}

std::size_t assign_queues(storage::Writer& writer, std::size_t most) {
  QueueCounter queues(writer);
  std::vector<std::pair<std::int64_t, std::int64_t>> assigned;
  {
    const auto rows = writer.query(kWithoutQueue, most);
    while (rows->next()) {
      const std::int64_t row_id = rows->next_integer();
      const std::int64_t account_id = rows->next_integer();
      const auto kind = rows->next_integer<accounts::MailId::Kind>();
      const std::string to_address(rows->next_text());
      const std::int64_t queue_id = queues.queue_of(account_id, kind, to_address);
      queues.add(queue_id, rows->next_integer());
      assigned.emplace_back(row_id, queue_id);
    }
  }
  for (const auto& [row_id, queue_id] : assigned) writer.run(kAssign, row_id, queue_id);
  queues.save();
  return assigned.size();
}

}  // namespace sesame::messages

#include "messages/rows.hpp"

#include "base/beijing_time.hpp"
#include "messages/attempts.hpp"
#include "messages/queues.hpp"
#include "messages/status_pages.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::sql_parameters;
using storage::SqlText;

constexpr SqlText kInserted{
    "account_id, region, kind, parent_id, ordinal, message_id, from_address, to_address, request_day, "
    "requested_ms, deliver_status, deliver_text, delivered_ms, attempts, uncertain, next_attempt_ms, "
    "first_attempt_ms, send_status, source_id, host_id, tls, queue_id"};
constexpr Sql kInsertMessage{
    "messages.insert_message",
    sql_join<"INSERT INTO message (", kInserted, ") VALUES (", sql_parameters<kInserted>, ")">};
constexpr Sql kInsertOnce{
    "messages.insert_message_once",
    sql_join<"INSERT INTO message (", kInserted, ") VALUES (", sql_parameters<kInserted>,
             ") ON CONFLICT (parent_id, ordinal, kind) DO NOTHING">};

constexpr Sql kUpdateMessage{"messages.update_message",
                             "UPDATE message SET deliver_status = ?2, deliver_text = ?3, delivered_ms = ?4, "
                             "attempts = ?5, uncertain = ?6, "
                             "next_attempt_ms = ?7, first_attempt_ms = ?8, send_status = ?9, held = 0, "
                             "source_id = coalesce(?10, source_id), host_id = coalesce(?11, host_id), "
                             "tls = coalesce(?12, tls), queue_id = ?13 WHERE id = ?1"};
constexpr Sql kPostpone{"messages.postpone",
                        "UPDATE message SET next_attempt_ms = ?2, held = 1 WHERE id = ?1 AND "
                        "next_attempt_ms IS NOT NULL RETURNING queue_id"};
// The condition of the inner query is that of the index message_waiting.
constexpr Sql kExpedite{"messages.expedite",
                        "UPDATE message SET next_attempt_ms = ?2, held = 0 WHERE id IN (SELECT id FROM "
                        "message WHERE parent_id = ?1 AND kind = 0 AND next_attempt_ms IS NOT NULL AND "
                        "next_attempt_ms > ?2 AND held >= ?3 LIMIT ?4) RETURNING queue_id"};

constexpr Sql kReadDue{
    "messages.read_due",
    "SELECT id, kind, parent_id, ordinal, account_id, region, message_id, from_address, to_address, "
    "requested_ms, "
    "next_attempt_ms, attempts, uncertain, deliver_text, first_attempt_ms, held, sandboxed FROM message "
    "WHERE id = ?1 AND next_attempt_ms <= ?2"};

constexpr Sql kStatusOf{"messages.status_of", "SELECT deliver_status, queue_id FROM message WHERE id = ?1"};
constexpr Sql kFindByKey{"messages.find_by_key",
                         "SELECT id FROM message WHERE parent_id = ?2 AND ordinal = ?3 AND kind = ?1"};

/// The columns of an outcome that are not members of it.
struct OutcomeColumns {
  std::int64_t delivered_ms = 0;
  std::optional<std::int64_t> next_attempt_ms;
  // nullopt: there was no attempt, so the row keeps those of the one before.
  std::optional<std::int64_t> source_id;
  std::optional<std::int64_t> host_id;
  std::optional<std::int64_t> tls;
  std::optional<std::int64_t> queue_id;
};

OutcomeColumns columns_of(const Outcome& outcome, AttemptWriter& attempts) {
  OutcomeColumns columns;
  if (outcome.status == DeliverStatus::delivered) columns.delivered_ms = outcome.happened_ms;
  if (!outcome.final()) columns.next_attempt_ms = outcome.next_attempt_ms;
  if (!outcome.attempt) return columns;
  columns.source_id = outcome.attempt->source_id;
  columns.host_id = attempts.host_id(outcome.attempt->host);
  columns.tls = static_cast<std::int64_t>(outcome.attempt->tls);
  return columns;
}

std::int64_t queue_of(QueueCounter& queues, const Outcome& outcome) {
  return queues.queue_of(outcome.scope.account_id, outcome.id.kind, outcome.to_address);
}

/// Returns the new row; 0 when the message has one already. Mail that never waits costs no queue anything.
std::int64_t insert_outcome(storage::Writer& writer, const Outcome& outcome, OutcomeColumns& columns,
                            QueueCounter& queues) {
  if (!outcome.final()) columns.queue_id = queue_of(queues, outcome);
  if (writer.run(kInsertOnce, outcome.scope.account_id, outcome.scope.region, outcome.id.kind,
                 outcome.id.parent_id, outcome.id.ordinal, outcome.message_id, outcome.from_address,
                 outcome.to_address, beijing_day(outcome.requested_ms), outcome.requested_ms, outcome.status,
                 outcome.text, columns.delivered_ms, outcome.attempts, outcome.uncertain,
                 columns.next_attempt_ms, outcome.first_attempt_ms, outcome.send_status,
                 columns.source_id.value_or(0), columns.host_id.value_or(0), columns.tls.value_or(0),
                 columns.queue_id) == 0)
    return 0;
  if (columns.queue_id) queues.add(*columns.queue_id, outcome.next_attempt_ms);
  return writer.last_inserted_id();
}

/// Counts the outcome of a message that waited in a queue (nullopt: in none). Returns the queue in which it
/// waits now.
std::optional<std::int64_t> requeue(QueueCounter& queues, std::optional<std::int64_t> waited_in,
                                    const Outcome& outcome) {
  if (outcome.final()) {
    if (waited_in) queues.remove(*waited_in);
    return std::nullopt;
  }
  const std::int64_t queue_id = waited_in ? *waited_in : queue_of(queues, outcome);
  if (waited_in) {
    queues.move(queue_id, outcome.next_attempt_ms);
  } else {
    queues.add(queue_id, outcome.next_attempt_ms);
  }
  return queue_id;
}

void update_outcome(storage::Writer& writer, std::int64_t row_id, const Outcome& outcome,
                    const OutcomeColumns& columns) {
  writer.run(kUpdateMessage, row_id, outcome.status, outcome.text, columns.delivered_ms, outcome.attempts,
             outcome.uncertain, columns.next_attempt_ms, outcome.first_attempt_ms, outcome.send_status,
             columns.source_id, columns.host_id, columns.tls, columns.queue_id);
}

std::int64_t find_by_key(storage::Reader& reader, const accounts::MailId& id) {
  const auto row = reader.query(kFindByKey, id.kind, id.parent_id, id.ordinal);
  return row->next() ? row->next_integer() : 0;
}

DueMessage read_due(storage::Rows& rows) {
  DueMessage due;
  due.row_id = rows.next_integer();
  due.id.kind = rows.next_integer<accounts::MailId::Kind>();
  due.id.parent_id = rows.next_integer();
  due.id.ordinal = rows.next_integer<std::uint32_t>();
  due.id.account_id = rows.next_integer();
  due.scope.account_id = due.id.account_id;
  due.scope.region = rows.next_text();
  due.message_id = rows.next_text();
  due.from_address = rows.next_text();
  due.to_address = rows.next_text();
  due.requested_ms = rows.next_integer();
  due.next_attempt_ms = rows.next_integer();
  due.attempts = rows.next_integer<unsigned>();
  due.uncertain = rows.next_integer<unsigned>();
  due.last_text = rows.next_text();
  due.first_attempt_ms = rows.next_integer();
  due.held = rows.next_flag();
  due.sandboxed = rows.next_flag();
  return due;
}

}  // namespace

void enqueue(storage::Writer& writer, std::span<const NewMessage> messages) {
  StatusPageWriter pages(writer);
  QueueCounter queues(writer);
  for (const NewMessage& message : messages) {
    std::optional<std::int64_t> next;
    std::optional<std::int64_t> queue_id;
    if (!message.withheld()) {
      next = message.requested_ms;
      queue_id = queues.queue_of(message.scope.account_id, message.id.kind, message.to_address);
      queues.add(*queue_id, *next);
    }
    const DeliverStatus status = message.withheld() ? DeliverStatus::dropped : DeliverStatus::waiting;
    writer.run(kInsertMessage, message.scope.account_id, message.scope.region, message.id.kind,
               message.id.parent_id, message.id.ordinal, message.message_id, message.from_address,
               message.to_address, beijing_day(message.requested_ms), message.requested_ms, status,
               message.withheld_because, 0, 0, 0, next, 0, message.send_status, 0, 0, 0, queue_id);
    pages.add(message.scope, beijing_day(message.requested_ms), writer.last_inserted_id(), message.message_id,
              message.to_address);
  }
  pages.save();
  queues.save();
}

std::vector<DueMessage> read_due(storage::Reader& reader, std::span<const std::int64_t> row_ids,
                                 std::int64_t now_ms) {
  std::vector<DueMessage> found;
  for (const std::int64_t row_id : row_ids) {
    const auto row = reader.query(kReadDue, row_id, now_ms);
    if (row->next()) found.push_back(read_due(*row));
  }
  return found;
}

void postpone(storage::Writer& writer, std::span<const HeldMessage> held) {
  QueueCounter queues(writer);
  for (const HeldMessage& one : held) {
    const auto row = writer.query(kPostpone, one.row_id, one.until_ms);
    if (!row->next()) continue;
    if (const auto queue_id = row->next_optional_integer()) queues.move(*queue_id, one.until_ms);
  }
  queues.save();
}

std::size_t expedite(storage::Writer& writer, std::int64_t run_id, bool only_held, std::int64_t now_ms,
                     std::size_t limit) {
  std::size_t count = 0;
  QueueCounter queues(writer);
  {
    const auto rows = writer.query(kExpedite, run_id, now_ms, only_held ? 1 : 0, limit);
    for (; rows->next(); ++count) {
      if (const auto queue_id = rows->next_optional_integer()) queues.move(*queue_id, now_ms);
    }
  }
  queues.save();
  return count;
}

void record_outcomes(storage::Writer& writer, std::span<Outcome> outcomes) {
  StatusPageWriter pages(writer);
  AttemptWriter attempts(writer);
  QueueCounter queues(writer);
  for (Outcome& outcome : outcomes) {
    OutcomeColumns columns = columns_of(outcome, attempts);
    outcome.before.reset();
    if (outcome.row_id == 0) {
      const std::int64_t row_id = insert_outcome(writer, outcome, columns, queues);
      if (row_id != 0) {
        attempts.add(row_id, outcome);
        pages.add(outcome.scope, beijing_day(outcome.requested_ms), row_id, outcome.message_id,
                  outcome.to_address);
        continue;
      }
    }
    const std::int64_t row_id = outcome.row_id != 0 ? outcome.row_id : find_by_key(writer, outcome.id);
    std::optional<std::int64_t> waited_in;
    {
      const auto row = writer.query(kStatusOf, row_id);
      // A row that expired meanwhile counts as final: this outcome is ignored.
      outcome.before = DeliverStatus::dropped;
      if (row->next()) {
        outcome.before = row->next_integer<DeliverStatus>();
        waited_in = row->next_optional_integer();
      }
    }
    if (outcome.repeated()) continue;
    columns.queue_id = requeue(queues, waited_in, outcome);
    update_outcome(writer, row_id, outcome, columns);
    attempts.add(row_id, outcome);
  }
  pages.save();
  queues.save();
}

}  // namespace sesame::messages

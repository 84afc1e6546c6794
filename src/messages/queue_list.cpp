#include "messages/queue_list.hpp"

#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

// The domain alone finds its queues by an index.
constexpr SqlText kOfAnyDomain{
    " FROM outbound_queue q WHERE waiting > 0 AND ?1 = '' AND (?2 = 0 OR account_id = ?2)"};
constexpr SqlText kOfDomain{
    " FROM outbound_queue q WHERE waiting > 0 AND domain = ?1 AND (?2 = 0 OR account_id = ?2)"};
constexpr SqlText kCount{"SELECT count(*), CAST(coalesce(sum(waiting), 0) AS bigint)"};
constexpr SqlText kList{"SELECT queue_id, account_id, domain, urgency, waiting"};
constexpr SqlText kByWaiting{" ORDER BY waiting DESC, queue_id LIMIT ?3 OFFSET ?4"};
// Mail without an attempt is as old as the time at which it was due. Both columns are in the index.
constexpr SqlText kBegan{"CASE WHEN first_attempt_ms > 0 THEN first_attempt_ms ELSE next_attempt_ms END"};
constexpr SqlText kByAge{" ORDER BY (SELECT min("};
constexpr SqlText kByAgeEnd{
    ") FROM message m WHERE m.queue_id = q.queue_id AND m.next_attempt_ms IS NOT NULL), queue_id LIMIT ?3 "
    "OFFSET ?4"};
constexpr SqlText kByNext{
    " ORDER BY (SELECT min(next_attempt_ms) FROM message m WHERE m.queue_id = q.queue_id AND "
    "m.next_attempt_ms IS NOT NULL), queue_id LIMIT ?3 OFFSET ?4"};

struct Statements {
  Sql count, by_waiting, by_age, by_next;
};
constexpr Statements kAny{
    {"messages.count_queues", sql_join<kCount, kOfAnyDomain>},
    {"messages.queues_by_waiting", sql_join<kList, kOfAnyDomain, kByWaiting>},
    {"messages.queues_by_age", sql_join<kList, kOfAnyDomain, kByAge, kBegan, kByAgeEnd>},
    {"messages.queues_by_next", sql_join<kList, kOfAnyDomain, kByNext>}};
constexpr Statements kOne{
    {"messages.count_queues_of_domain", sql_join<kCount, kOfDomain>},
    {"messages.queues_of_domain_by_waiting", sql_join<kList, kOfDomain, kByWaiting>},
    {"messages.queues_of_domain_by_age", sql_join<kList, kOfDomain, kByAge, kBegan, kByAgeEnd>},
    {"messages.queues_of_domain_by_next", sql_join<kList, kOfDomain, kByNext>}};

constexpr SqlText kOlder{"count(*) FILTER (WHERE "};
constexpr Sql kAges{
    "messages.ages_of_queue",
    sql_join<"SELECT coalesce(min(next_attempt_ms), 0), coalesce(min(", kBegan, "), 0), count(*), ", kOlder,
             kBegan, " < ?2), ", kOlder, kBegan, " < ?3), ", kOlder, kBegan, " < ?4), ", kOlder, kBegan,
             " < ?5), ", kOlder, kBegan, " < ?6), ", kOlder, kBegan,
             " < ?7) FROM message WHERE queue_id = ?1 AND next_attempt_ms IS NOT NULL">};
constexpr Sql kTexts{"messages.texts_of_queue",
                     "SELECT deliver_text FROM message WHERE queue_id = ?1 AND next_attempt_ms IS NOT NULL "
                     "ORDER BY next_attempt_ms DESC, first_attempt_ms DESC, id DESC LIMIT 20"};

const Sql& statement_of(const Statements& statements, QueueOrder order) {
  if (order == QueueOrder::age) return statements.by_age;
  return order == QueueOrder::next ? statements.by_next : statements.by_waiting;
}

void read_ages(storage::Reader& reader, ListedQueue& queue, std::int64_t now_ms) {
  const auto& bounds = kAgeBoundsMs;
  const auto row =
      reader.query(kAges, queue.queue_id, now_ms - bounds[0], now_ms - bounds[1], now_ms - bounds[2],
                   now_ms - bounds[3], now_ms - bounds[4], now_ms - bounds[5]);
  if (!row->next()) return;
  queue.next_due_ms = row->next_integer();
  queue.oldest_ms = row->next_integer();
  // The mails that are older than each bound, of which the next one takes its own.
  std::int64_t older = row->next_integer();
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const std::int64_t rest = row->next_integer();
    queue.ages[i] = older - rest;
    older = rest;
  }
  queue.ages.back() = older;
}

void read_text(storage::Reader& reader, ListedQueue& queue) {
  const auto rows = reader.query(kTexts, queue.queue_id);
  while (queue.last_text.empty() && rows->next()) queue.last_text = rows->next_text();
}

}  // namespace

QueuePage list_queues(storage::Reader& reader, const QueueListQuery& query) {
  const Statements& statements = query.filter.domain.empty() ? kAny : kOne;
  QueuePage page;
  {
    const auto row = reader.query(statements.count, query.filter.domain, query.filter.account_id);
    if (!row->next()) return page;
    page.total = row->next_integer();
    page.waiting = row->next_integer();
  }
  {
    const auto rows = reader.query(statement_of(statements, query.order), query.filter.domain,
                                   query.filter.account_id, query.limit, query.offset);
    while (rows->next()) {
      ListedQueue& queue = page.queues.emplace_back();
      queue.queue_id = rows->next_integer();
      queue.account_id = rows->next_integer();
      queue.domain = rows->next_text();
      queue.urgent = rows->next_flag();
      queue.waiting = rows->next_integer();
    }
  }
  for (ListedQueue& queue : page.queues) {
    read_ages(reader, queue, query.now_ms);
    read_text(reader, queue);
  }
  return page;
}

}  // namespace sesame::messages

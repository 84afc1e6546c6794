#include "campaigns/waiting_mails.hpp"

#include <algorithm>

#include "accounts/mail_id.hpp"
#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "storage/sql_text.hpp"

namespace sesame::campaigns {

namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

// Partial indexes are used when the conditions have their numbers.
static_assert(static_cast<int>(accounts::MailId::Kind::run) == 0);

constexpr SqlText kColumns{
    "SELECT m.id, m.account_id, m.region, m.kind, m.parent_id, m.ordinal, m.message_id, m.from_address, "
    "m.to_address, m.requested_ms, m.attempts, m.uncertain, m.first_attempt_ms, m.next_attempt_ms, "
    "m.deliver_text, coalesce(r.task_id, 0) FROM message m LEFT JOIN run r ON m.kind = 0 AND r.run_id = "
    "m.parent_id "};
constexpr Sql kOfQueue{"campaigns.mails_of_queue",
                       sql_join<kColumns,
                                "WHERE m.queue_id = ?1 AND m.next_attempt_ms IS NOT NULL ORDER BY "
                                "m.next_attempt_ms, m.first_attempt_ms, m.id LIMIT ?2 OFFSET ?3">};
constexpr SqlText kOfRunWhere{
    "WHERE m.parent_id = ?1 AND m.kind = 0 AND m.next_attempt_ms IS NOT NULL AND (?2 = '' OR EXISTS (SELECT "
    "1 FROM outbound_queue q WHERE q.queue_id = m.queue_id AND q.domain = ?2))"};
constexpr Sql kOfRun{"campaigns.waiting_mails_of_run",
                     sql_join<kColumns, kOfRunWhere, " ORDER BY m.id LIMIT ?3 OFFSET ?4">};
constexpr Sql kCountOfRun{"campaigns.count_waiting_mails_of_run",
                          sql_join<"SELECT count(*) FROM message m ", kOfRunWhere>};

constexpr Sql kQueues{"campaigns.queues_of_waiting_mail",
                      "SELECT queue_id, waiting FROM outbound_queue WHERE waiting > 0 AND ?1 = '' AND (?2 = "
                      "0 OR account_id = ?2) ORDER BY queue_id"};
constexpr Sql kQueuesOfDomain{
    "campaigns.queues_of_waiting_mail_of_domain",
    "SELECT queue_id, waiting FROM outbound_queue WHERE waiting > 0 AND domain = ?1 AND (?2 = 0 OR "
    "account_id = ?2) ORDER BY queue_id"};
constexpr Sql kAccountOfTask{"campaigns.account_of_task",
                             "SELECT account_id FROM send_task WHERE task_id = ?1"};
constexpr Sql kDeferredOfRun{"campaigns.deferred_of_run", "SELECT deferred FROM run WHERE run_id = ?1"};
constexpr Sql kRuns{"campaigns.runs_with_waiting_mail",
                    "SELECT run_id FROM run WHERE task_id = ?1 AND deferred > 0 ORDER BY run_id"};

constexpr Sql kDeferred{
    "campaigns.deferred_of_task",
    "SELECT CAST(coalesce(sum(deferred), 0) AS bigint) FROM run WHERE task_id = ?1 AND deferred > 0"};
constexpr Sql kCountFirst{
    "campaigns.count_first_waiting_mails_of_run",
    "SELECT count(*) FROM (SELECT queue_id FROM message WHERE parent_id = ?1 AND kind = 0 AND "
    "next_attempt_ms IS NOT NULL LIMIT ?3) m WHERE EXISTS (SELECT 1 FROM outbound_queue q WHERE q.queue_id = "
    "m.queue_id AND q.domain = ?2)"};

WaitingMail read_mail(storage::Rows& rows) {
  WaitingMail mail;
  mail.row_id = rows.next_integer();
  mail.scope.account_id = rows.next_integer();
  mail.scope.region = rows.next_text();
  mail.id.account_id = mail.scope.account_id;
  mail.id.kind = rows.next_integer<accounts::MailId::Kind>();
  mail.id.parent_id = rows.next_integer();
  mail.id.ordinal = rows.next_integer<std::uint32_t>();
  mail.message_id = rows.next_text();
  mail.from_address = rows.next_text();
  mail.to_address = rows.next_text();
  mail.requested_ms = rows.next_integer();
  mail.attempts = rows.next_integer<unsigned>();
  mail.uncertain = rows.next_integer<unsigned>();
  mail.first_attempt_ms = rows.next_integer();
  mail.next_attempt_ms = rows.next_integer();
  mail.last_text = rows.next_text();
  mail.task_id = rows.next_integer();
  return mail;
}

/// A queue, or what waits of a run.
struct Part {
  std::int64_t id = 0;
  std::int64_t waiting = 0;
};

std::vector<Part> queues_of(storage::Reader& reader, const messages::QueueFilter& filter) {
  std::vector<Part> parts;
  const auto rows =
      reader.query(filter.domain.empty() ? kQueues : kQueuesOfDomain, filter.domain, filter.account_id);
  while (rows->next()) {
    const std::int64_t id = rows->next_integer();
    parts.push_back({id, rows->next_integer()});
  }
  return parts;
}

std::vector<Part> parts_of(storage::Reader& reader, const std::vector<std::int64_t>& run_ids,
                           const std::string& domain) {
  std::vector<Part> parts;
  for (const std::int64_t run_id : run_ids) {
    // All mail of a run is counted already.
    const auto row =
        domain.empty() ? reader.query(kDeferredOfRun, run_id) : reader.query(kCountOfRun, run_id, domain);
    if (row->next()) parts.push_back({run_id, row->next_integer()});
  }
  return parts;
}

}  // namespace

Result<std::vector<std::int64_t>> runs_with_waiting_mail(storage::Reader& reader, std::int64_t task_id,
                                                         std::int64_t account_id) {
  {
    const auto row = reader.query(kAccountOfTask, task_id);
    const std::int64_t owner = row->next() ? row->next_integer() : 0;
    if (owner == 0 || (account_id != 0 && owner != account_id))
      return Error(errors::kTaskMissing).with("value", id_text(task_id));
  }
  std::vector<std::int64_t> run_ids;
  const auto rows = reader.query(kRuns, task_id);
  while (rows->next()) run_ids.push_back(rows->next_integer());
  return run_ids;
}

std::int64_t count_waiting_mails(storage::Reader& reader, std::int64_t task_id,
                                 std::span<const std::int64_t> run_ids, const std::string& domain) {
  std::int64_t count = 0;
  if (domain.empty()) {
    const auto row = reader.query(kDeferred, task_id);
    return row->next() ? row->next_integer() : 0;
  }
  for (const std::int64_t run_id : run_ids) {
    const auto row = reader.query(kCountFirst, run_id, domain, kCountedOfRun);
    if (row->next()) count += row->next_integer();
  }
  return count;
}

Result<WaitingMailPage> list_waiting_mails(storage::Reader& reader, const WaitingMailQuery& query) {
  std::vector<Part> parts;
  if (query.task_id) {
    const auto run_ids = runs_with_waiting_mail(reader, *query.task_id, query.filter.account_id);
    if (!run_ids) return run_ids.error();
    parts = parts_of(reader, *run_ids, query.filter.domain);
  } else {
    parts = queues_of(reader, query.filter);
  }
  WaitingMailPage page;
  std::int64_t skip = query.offset;
  for (const Part& part : parts) {
    page.total += part.waiting;
    const std::int64_t left = query.limit - static_cast<std::int64_t>(page.mails.size());
    if (left > 0 && skip < part.waiting) {
      const auto rows = query.task_id ? reader.query(kOfRun, part.id, query.filter.domain, left, skip)
                                      : reader.query(kOfQueue, part.id, left, skip);
      while (rows->next()) page.mails.push_back(read_mail(*rows));
    }
    skip -= std::min(skip, part.waiting);
  }
  return page;
}

}  // namespace sesame::campaigns

#include "campaigns/tasks.hpp"

#include <algorithm>

#include "audience/blocks.hpp"
#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/message_ids.hpp"
#include "campaigns/resend.hpp"
#include "storage/sql_text.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kInsertTask{
    "campaigns.insert_task",
    "INSERT INTO send_task (account_id, region, group_id, group_name, sender, subject, template_id, "
    "template_data,"
    " task_type, status, created_ms, updated_ms, begin_ms, interval_hours, term_cycle, due_ms, "
    "origin_task_id, "
    "origin_run_id, family_task_id, origin_states, call_request_id, call_credential, call_client)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, ?12, ?13, ?14, ?12, ?15, ?16, ?17, ?18, "
    "?19, "
    "?20, ?21)"};
constexpr storage::Sql kInsertPlan{
    "campaigns.insert_plan",
    "INSERT INTO task_plan (task_id, account_id, region, app_id, mailing) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr storage::Sql kInsertRun{"campaigns.insert_run",
                                  "INSERT INTO run (task_id, account_id, region, group_id, bound, mailing, "
                                  "sender_domain, template_data, app_id,"
                                  " id_key, started_ms, open, requested)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?5, ?12)"};
constexpr storage::Sql kAimRun{
    "campaigns.aim_run",
    "UPDATE run SET open = ?2, requested = ?3, removed = ?4, left_out = bound - ?2 - ?4 WHERE run_id = ?1"};
constexpr storage::Sql kCountRemoved{"campaigns.count_removed",
                                     "UPDATE run SET open = open - ?2, removed = ?2 WHERE run_id = ?1"};
constexpr storage::SqlText kTaskColumns{
    "SELECT t.task_id, t.group_id, t.group_name, t.sender, t.subject, t.template_id, t.template_data, "
    "t.task_type, t.status, t.error, t.created_ms, t.updated_ms, r.started_ms, r.finished_ms, "
    // Before the first run the task asks for those of its origin's recipients (RecipientState) or for the
    // group as it is, unless it ended without a run.
    "COALESCE(r.requested, (SELECT (t.origin_states & 1) * o.delivered + (t.origin_states >> 1 & 1) * "
    "o.refused"
    " + (t.origin_states >> 2 & 1) * o.dropped + (t.origin_states >> 3 & 1) * o.withheld"
    " + (t.origin_states >> 5 & 1) * o.deferred + (t.origin_states >> 7 & 1) * o.open FROM run o "
    "WHERE o.run_id = t.origin_run_id AND t.status NOT IN (7, 10)), (SELECT g.recipients - g.invalid - "
    "g.erased FROM "
    "audience_group g WHERE g.id = t.group_id "
    "AND t.status NOT IN (7, 10)), 0), r.bound - r.left_out - r.removed, r.open, "
    "r.delivered, r.dropped, r.refused, r.deferred, r.skipped, r.withheld, t.begin_ms, t.interval_hours, "
    "t.term_cycle, t.held, r.run_id, r.left_out, t.origin_task_id, t.family_task_id, "
    "t.call_request_id, t.call_credential, t.call_client, t.sandboxed, t.mails_per_hour, t.mails_per_day, "
    "t.spread_hours, r.spread_of FROM send_task t "
    "LEFT JOIN run r ON r.run_id = (SELECT MAX(run_id) FROM run WHERE task_id = t.task_id) "};
constexpr storage::Sql kListTasks{"campaigns.list_tasks",
                                  storage::sql_join<kTaskColumns,
                                                    "WHERE t.account_id = ?1 AND t.region = ?2 "
                                                    "AND (CAST(?3 AS bigint) IS NULL OR t.status = ?3) "
                                                    "AND (CAST(?4 AS bigint) IS NULL OR t.group_id = ?4) "
                                                    "AND (CAST(?5 AS bigint) IS NULL OR t.task_type = ?5) "
                                                    "ORDER BY t.task_id DESC LIMIT ?6 OFFSET ?7">};
constexpr storage::Sql kGetTask{
    "campaigns.get_task",
    storage::sql_join<kTaskColumns, "WHERE t.task_id = ?3 AND t.account_id = ?1 AND t.region = ?2">};
constexpr storage::Sql kCountTasks{
    "campaigns.count_tasks",
    "SELECT COUNT(*) FROM send_task WHERE account_id = ?1 AND region = ?2 AND (CAST(?3 AS bigint) IS NULL OR "
    "status = ?3)"
    " AND (CAST(?4 AS bigint) IS NULL OR group_id = ?4) AND (CAST(?5 AS bigint) IS NULL OR task_type = ?5)"};
constexpr storage::Sql kGroupIsMailed{"campaigns.group_is_mailed",
                                      "SELECT 1 WHERE EXISTS (SELECT 1 FROM run WHERE group_id = ?1 AND "
                                      "(finished_ms IS NULL OR deferred > 0))"};

Task read_task(storage::Rows& rows) {
  Task task;
  task.id = rows.next_integer();
  task.group_id = rows.next_integer();
  task.group_name = rows.next_text();
  task.sender = rows.next_text();
  task.subject = rows.next_text();
  task.template_id = rows.next_integer();
  task.template_data = rows.next_text();
  task.schedule.type = rows.next_integer<TaskType>();
  task.status = rows.next_integer<TaskStatus>();
  task.error = rows.next_text();
  task.created_ms = rows.next_integer();
  task.updated_ms = rows.next_integer();
  task.started_ms = rows.next_integer();
  task.finished_ms = rows.next_optional_integer();
  task.requested = rows.next_integer();
  task.recipients = rows.next_integer();
  task.open = rows.next_integer();
  task.delivered = rows.next_integer();
  task.dropped = rows.next_integer();
  task.refused = rows.next_integer();
  task.deferred = rows.next_integer();
  task.skipped = rows.next_integer();
  task.withheld = rows.next_integer();
  task.schedule.begin_ms = rows.next_integer();
  task.schedule.interval_hours = rows.next_integer();
  task.schedule.once = rows.next_flag();
  task.held = rows.next_flag();
  task.run_id = rows.next_integer();
  task.left_out = rows.next_integer();
  task.origin_id = rows.next_integer();
  task.family_id = rows.next_integer();
  task.call.request_id = rows.next_text();
  task.call.credential = rows.next_text();
  task.call.client = rows.next_text();
  task.sandboxed = rows.next_flag();
  task.caps = {rows.next_integer(), rows.next_integer(), rows.next_integer()};
  task.spread_of = rows.next_optional_integer().value_or(task.requested);
  return task;
}

storage::Blob blob_of(std::string_view bytes) { return std::as_bytes(std::span(bytes)); }

std::int64_t insert_task(storage::Writer& writer, const NewTask& task, const Schedule& schedule,
                         TaskStatus status) {
  std::optional<std::int64_t> begin_ms;
  if (schedule.type != TaskType::now) begin_ms = schedule.begin_ms;
  std::optional<std::int64_t> interval_hours;
  if (schedule.type == TaskType::recurring) interval_hours = schedule.interval_hours;
  const auto of_origin = [&](auto member) {
    return task.origin ? std::optional(static_cast<std::int64_t>(member(*task.origin))) : std::nullopt;
  };
  return writer.insert(kInsertTask, task.scope.account_id, task.scope.region, task.group_id, task.group_name,
                       task.sender, task.subject, task.template_id, task.template_data, schedule.type, status,
                       task.now_ms, begin_ms, interval_hours, schedule.once ? 1 : 0,
                       of_origin([](const Origin& origin) { return origin.task_id; }),
                       of_origin([](const Origin& origin) { return origin.run_id; }),
                       of_origin([](const Origin& origin) { return origin.family_id; }),
                       of_origin([](const Origin& origin) { return origin.states.to_ulong(); }),
                       task.call.request_id, task.call.credential, task.call.client);
}

/// Stores the ledger of a block of the group, without the recipients who were removed from it. Returns their
/// number. A block that can't be read fails the run when it comes to it.
std::int64_t add_ledger_block(storage::Writer& writer, std::int64_t run_id, const OrdinalRange& range) {
  LedgerBlock made;
  made.first_ordinal = range.first;
  made.recipients = range.recipients;
  std::int64_t removed = 0;
  if (range.removed) {
    made.outcomes.assign(range.recipients, static_cast<char>(LedgerState::left_out));
    removed = range.recipients;
  } else if (range.block_id != 0) {
    const Result<audience::Block> block = audience::load_block(writer, range.block_id);
    made.outcomes.assign(range.recipients, static_cast<char>(LedgerState::none));
    for (std::uint32_t at = 0; block && at < std::min(range.recipients, block->size()); ++at) {
      if (block->state(at) != audience::kRowErased) continue;
      made.set(at, LedgerState::left_out);
      ++removed;
    }
  }
  if (removed == 0) {
    open_ledger_block(writer, run_id, made);
  } else {
    insert_ledger_block(writer, run_id, made, range.recipients - removed);
  }
  return removed;
}

}  // namespace

std::int64_t start_task(storage::Writer& writer, Random& random, const NewTask& task,
                        std::span<const OrdinalRange> blocks) {
  const std::int64_t task_id = insert_task(writer, task, {}, TaskStatus::sending);
  add_run(writer, random, task_id, task, blocks);
  return task_id;
}

std::int64_t plan_task(storage::Writer& writer, const NewTask& task, const Schedule& schedule,
                       std::string_view draft) {
  const std::int64_t task_id = insert_task(writer, task, schedule, TaskStatus::waiting);
  writer.run(kInsertPlan, task_id, task.scope.account_id, task.scope.region, task.app_id, blob_of(draft));
  return task_id;
}

void add_run(storage::Writer& writer, Random& random, std::int64_t task_id, const NewTask& task,
             std::span<const OrdinalRange> blocks) {
  const std::string key = MessageIds::make_key(random);
  const std::int64_t run_id =
      writer.insert(kInsertRun, task_id, task.scope.account_id, task.scope.region, task.group_id, task.bound,
                    blob_of(task.mailing), task.sender_domain, task.template_data, task.app_id, blob_of(key),
                    task.now_ms, task.requested);
  if (task.origin) {
    const CopiedLedger copied = copy_ledger(writer, *task.origin, task.group_id, run_id);
    writer.run(kAimRun, run_id, copied.recipients, copied.mailable, copied.removed);
    finish_if_done(writer, run_id, task.now_ms);  // Nobody may be left when a planned task begins.
    return;
  }
  std::int64_t removed = 0;
  for (const OrdinalRange& range : blocks) removed += add_ledger_block(writer, run_id, range);
  if (removed > 0) writer.run(kCountRemoved, run_id, removed);
}

TaskPage list_tasks(storage::Reader& reader, const accounts::Scope& scope, const TaskFilter& filter,
                    std::int64_t offset, std::int64_t limit) {
  TaskPage page;
  const auto rows = reader.query(kListTasks, scope.account_id, scope.region, filter.status, filter.group_id,
                                 filter.type, limit, offset);
  while (rows->next()) page.tasks.push_back(read_task(*rows));
  const auto count =
      reader.query(kCountTasks, scope.account_id, scope.region, filter.status, filter.group_id, filter.type);
  if (count->next()) page.total = count->next_integer();
  return page;
}

Result<Task> get_task(storage::Reader& reader, const accounts::Scope& scope, std::int64_t task_id) {
  const auto rows = reader.query(kGetTask, scope.account_id, scope.region, task_id);
  if (!rows->next()) return Error(errors::kTaskMissing).with("value", id_text(task_id));
  return read_task(*rows);
}

std::optional<std::int64_t> capped_end_ms(const Task& task, std::int64_t now_ms) {
  if (task.status == TaskStatus::sending && !task.finished_ms)
    return capped_end_ms(task.caps, task.spread_of, task.open, now_ms);
  if (task.status != TaskStatus::waiting) return std::nullopt;
  // A start that is due waits for something that passes.
  const std::int64_t begin_ms = next_start(task.schedule, now_ms - 1).value_or(now_ms);
  return capped_end_ms(task.caps, task.requested, task.requested, begin_ms);
}

bool group_is_mailed(storage::Reader& reader, std::int64_t group_id) {
  return reader.query(kGroupIsMailed, group_id)->next();
}

}  // namespace sesame::campaigns

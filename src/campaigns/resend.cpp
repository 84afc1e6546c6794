#include "campaigns/resend.hpp"

#include <utility>

#include "audience/block_rows.hpp"
#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/launch.hpp"
#include "campaigns/ledger.hpp"
#include "campaigns/recipients.hpp"
#include "content/mailing.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kOriginRun{"campaigns.origin_run",
                                  "SELECT task_id, bound, ledger_kept FROM run WHERE run_id = ?1"};
constexpr storage::Sql kUnfinishedRun{
    "campaigns.find_unfinished_run",
    "SELECT r.task_id FROM send_task t JOIN run r ON r.task_id = t.task_id AND r.finished_ms IS NULL "
    "WHERE t.family_task_id = ?1 OR t.task_id = ?1 LIMIT 1"};
constexpr storage::Sql kOriginMailing{"campaigns.origin_mailing",
                                      "SELECT mailing FROM run WHERE run_id = ?1"};

Result<content::Mailing> find_content(storage::Reader& reader, const Task& origin) {
  const auto row = reader.query(kOriginMailing, origin.run_id);
  const storage::Blob packed = row->next() ? row->next_blob() : storage::Blob();
  if (packed.empty()) return Error(errors::kContentExpired).with("value", id_text(origin.id));
  return content::unpack_mailing({reinterpret_cast<const char*>(packed.data()), packed.size()});
}

/// "refused, dropped".
std::string names_of(const RecipientStates& states) {
  std::string names;
  for (std::size_t state = 0; state < kRecipientStates; ++state) {
    if (!states.test(state)) continue;
    if (!names.empty()) names += ", ";
    names += name_of(static_cast<RecipientState>(state));
  }
  return names;
}

/// The recipients among those chosen from a block who never had an outcome and can't be mailed. A block of a
/// group that is gone has none: the run fails for that.
std::int64_t count_unmailable(storage::Reader& reader, std::int64_t group_id, const LedgerBlock& old,
                              const LedgerBlock& made) {
  const auto rows = audience::block_rows_from(reader, group_id, old.first_ordinal, 1);
  if (rows.empty() || rows.front().invalid == 0) return 0;
  const Result<audience::Block> block = audience::load_block_of(reader, group_id, old.first_ordinal);
  if (!block) return 0;
  std::int64_t count = 0;
  for (std::uint32_t at = 0; at < old.recipients; ++at) {
    const std::uint32_t row = old.first_ordinal + at - block->first_ordinal();
    const bool chosen = is_open(old.state(at)) && is_open(made.state(at));
    if (chosen && (row >= block->size() || !block->valid(row))) ++count;
  }
  return count;
}

}  // namespace

Status aim_at(storage::Reader& reader, const Origin& origin, NewTask& task) {
  const auto row = reader.query(kOriginRun, origin.run_id);
  if (!row->next()) return Error(errors::kRecipientsExpired).with("value", id_text(origin.task_id));
  const auto task_id = row->next_integer();
  const auto bound = row->next_integer<std::uint32_t>();
  if (!row->next_flag()) return Error(errors::kRecipientsExpired).with("value", id_text(task_id));
  task.bound = bound;
  task.origin = origin;
  return Done{};
}

Status check_runs_of_family(storage::Reader& reader, std::int64_t family_id) {
  const auto unfinished = reader.query(kUnfinishedRun, family_id);
  if (!unfinished->next()) return Done{};
  return Error(errors::kRunUnfinished).with("value", id_text(unfinished->next_integer()));
}

Result<std::int64_t> resend_task(storage::Writer& writer, Random& random, const ResendOrder& order,
                                 const senders::Tracking& tracking) {
  const Result<Task> origin = get_task(writer, order.scope, order.task_id);
  if (!origin) return origin.error();
  const bool ended_without_a_run =
      origin->run_id == 0 && (origin->status == TaskStatus::failed || origin->status == TaskStatus::finished);
  if (!origin->finished_ms && !ended_without_a_run)
    return Error(errors::kRunUnfinished).with("value", id_text(order.task_id));
  const std::int64_t family = origin->family_id != 0 ? origin->family_id : origin->id;
  if (count_of(*origin, order.states) == 0) {
    return Error(errors::kNobodyInStates)
        .with("value", id_text(order.task_id))
        .with("states", names_of(order.states));
  }
  Result<content::Mailing> content = find_content(writer, *origin);
  if (!content) return std::move(content).error();
  TaskOrder wanted;
  wanted.scope = order.scope;
  wanted.app_id = order.app_id;
  wanted.call = order.call;
  wanted.group_id = origin->group_id;
  wanted.sender = origin->sender;
  wanted.subject = origin->subject;
  wanted.template_data = origin->template_data;
  wanted.attachments = std::exchange(content->attachments, {});
  wanted.draft = std::move(*content);  // With the template's bodies as they were.
  Result<PreparedRun> run = prepare_run(writer, wanted, order.now_ms, tracking);
  if (!run) return std::move(run).error();
  run->task.template_id = origin->template_id;
  if (Status status = aim_at(writer, {origin->id, origin->run_id, family, order.states}, run->task); !status)
    return std::move(status).error();
  if (!order.begin_ms) {
    if (Status alone = check_runs_of_family(writer, family); !alone) return std::move(alone).error();
    return start_task(writer, random, run->task, run->blocks);
  }
  Schedule schedule;
  schedule.type = TaskType::timed;
  schedule.begin_ms = *order.begin_ms;
  return plan_task(writer, run->task, schedule, content::pack_mailing(wanted.draft, wanted.attachments));
}

CopiedLedger copy_ledger(storage::Writer& writer, const Origin& origin, std::int64_t group_id,
                         std::int64_t run_id) {
  CopiedLedger copied;
  for (std::uint32_t from = 0;;) {
    const std::optional<LedgerBlock> old = next_block(writer, origin.run_id, from);
    if (!old) return copied;
    from = old->first_ordinal + old->recipients;
    LedgerBlock made = *old;
    std::int64_t chosen = 0;
    std::int64_t unmailable = 0;
    bool some_never_begun = false;
    for (std::uint32_t at = 0; at < old->recipients; ++at) {
      const LedgerState before = old->state(at);
      const bool among = is_among(origin.states, before, true);
      made.set(at, among ? LedgerState::none : LedgerState::left_out);
      if (!among) continue;
      ++chosen;
      if (before == LedgerState::skipped) ++unmailable;
      some_never_begun = some_never_begun || is_open(before);
    }
    if (chosen == 0) continue;
    if (some_never_begun) unmailable += count_unmailable(writer, group_id, *old, made);
    copied.recipients += chosen;
    copied.mailable += chosen - unmailable;
    insert_ledger_block(writer, run_id, made, chosen);
  }
}

}  // namespace sesame::campaigns

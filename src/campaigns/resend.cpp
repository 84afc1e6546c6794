#include "campaigns/resend.hpp"

#include <algorithm>
#include <optional>
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
constexpr storage::Sql kOriginRemoved{"campaigns.origin_removed",
                                      "SELECT removed FROM run WHERE run_id = ?1"};
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

/// The block of the group as it is now, when recipients in it are malformed or were removed; else nullopt,
/// also for a group that is gone: the run fails for that.
std::optional<audience::Block> block_with_faults(storage::Reader& reader, std::int64_t group_id,
                                                 std::uint32_t first_ordinal) {
  const auto rows = audience::block_rows_from(reader, group_id, first_ordinal, 1);
  if (rows.empty() || rows.front().invalid + rows.front().erased == 0) return std::nullopt;
  Result<audience::Block> block = audience::load_block_of(reader, group_id, first_ordinal);
  if (!block) return std::nullopt;
  return std::move(*block);
}

/// The state of a recipient's row now; kRowValid without a block.
audience::RowState state_now(const std::optional<audience::Block>& block, std::uint32_t ordinal) {
  if (!block || ordinal - block->first_ordinal() >= block->size()) return audience::kRowValid;
  return block->state(ordinal - block->first_ordinal());
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
  if (const auto row = writer.query(kOriginRemoved, origin.run_id); row->next())
    copied.removed = row->next_integer();
  for (std::uint32_t from = 0;;) {
    const std::optional<LedgerBlock> old = next_block(writer, origin.run_id, from);
    if (!old) return copied;
    from = old->first_ordinal + old->recipients;
    const auto is_chosen = [&](char state) {
      return is_among(origin.states, static_cast<LedgerState>(state), true);
    };
    if (std::ranges::none_of(old->outcomes, is_chosen)) continue;
    const std::optional<audience::Block> block = block_with_faults(writer, group_id, old->first_ordinal);
    LedgerBlock made = *old;
    std::int64_t chosen = 0;
    for (std::uint32_t at = 0; at < old->recipients; ++at) {
      made.set(at, LedgerState::left_out);
      if (!is_chosen(old->outcomes[at])) continue;
      const audience::RowState row = state_now(block, old->first_ordinal + at);
      if (row == audience::kRowErased) {
        ++copied.removed;
        continue;
      }
      made.set(at, LedgerState::none);
      ++chosen;
      copied.mailable += row == audience::kRowValid && old->state(at) != LedgerState::skipped;
    }
    if (chosen == 0) continue;
    copied.recipients += chosen;
    insert_ledger_block(writer, run_id, made, chosen);
  }
}

}  // namespace sesame::campaigns

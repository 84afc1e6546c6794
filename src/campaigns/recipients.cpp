#include "campaigns/recipients.hpp"

#include <algorithm>
#include <utility>

#include "audience/blocks.hpp"
#include "audience/details.hpp"
#include "audience/errors.hpp"
#include "base/id_text.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/recipient_reason.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kRunOf{"campaigns.listed_run",
                              "SELECT group_id, account_id, ledger_kept FROM run WHERE run_id = ?1"};

struct ListedRun {
  std::int64_t run_id = 0;
  std::int64_t group_id = 0;
  std::int64_t account_id = 0;
};

Result<ListedRun> find_run(storage::Reader& reader, const Task& task) {
  const auto row = reader.query(kRunOf, task.run_id);
  if (!row->next()) return ListedRun{};
  const ListedRun run{task.run_id, row->next_integer(), row->next_integer()};
  if (!row->next_flag()) return Error(errors::kRecipientsExpired).with("value", id_text(task.id));
  return run;
}

/// The rows of a group by ordinal, in ascending order; at most one decoded block is in memory.
class GroupRows {
 public:
  GroupRows(storage::Reader& reader, std::int64_t group_id) : reader_(reader), group_id_(group_id) {}

  /// nullopt when the group does not have the recipient any more.
  Result<std::optional<audience::RowView>> find(std::uint32_t ordinal) {
    if (!has(ordinal)) {
      if (gone_) return std::optional<audience::RowView>();
      const auto refs = audience::list_blocks(reader_, group_id_, ordinal, 1);
      if (refs.empty() || refs.front().first_ordinal > ordinal) {
        gone_ = refs.empty();
        return std::optional<audience::RowView>();
      }
      Result<audience::Block> block = audience::load_block(reader_, refs.front().id);
      if (!block) return std::move(block).error();
      block_.emplace(std::move(*block));
      if (!has(ordinal)) return std::optional<audience::RowView>();
    }
    return std::optional(block_->row(ordinal - block_->first_ordinal()));
  }

 private:
  bool has(std::uint32_t ordinal) const {
    return block_ && ordinal >= block_->first_ordinal() && ordinal - block_->first_ordinal() < block_->size();
  }

  storage::Reader& reader_;
  const std::int64_t group_id_;
  std::optional<audience::Block> block_;
  bool gone_ = false;  // The group has no block from the last ordinal on.
};

/// Walks through the ledger of a run and describes the recipients of a page.
class Listing {
 public:
  Listing(storage::Reader& reader, const RecipientQuery& query, const bounces::Classifier& classifier,
          const Task& task, const ListedRun& run)
      : reader_(reader),
        query_(query),
        classifier_(classifier),
        task_(task),
        run_(run),
        rows_(reader, run.group_id) {}

  Result<std::vector<TaskRecipient>> run() {
    std::uint64_t left = query_.offset;
    auto from = static_cast<std::uint32_t>(std::min<std::uint64_t>(query_.after, UINT32_MAX));
    while (found_.size() < query_.limit) {
      const std::optional<LedgerBlock> block = next_block(reader_, run_.run_id, from);
      if (!block) break;
      const std::uint32_t begin = from > block->first_ordinal ? from - block->first_ordinal : 0;
      for (std::uint32_t at = begin; at < block->recipients && found_.size() < query_.limit; ++at) {
        const auto state = state_of(block->state(at), task_.finished_ms.has_value());
        if (!state || !query_.states.test(static_cast<std::size_t>(*state))) continue;
        if (left > 0) {
          --left;
          continue;
        }
        if (Status status = add(block->first_ordinal + at, *state); !status) return std::move(status).error();
      }
      from = block->first_ordinal + block->recipients;
    }
    return std::move(found_);
  }

 private:
  Status add(std::uint32_t ordinal, RecipientState state) {
    const auto row = rows_.find(ordinal);
    if (!row) return row.error();
    TaskRecipient recipient;
    recipient.number = std::uint64_t{ordinal} + 1;
    recipient.state = state;
    auto record =
        messages::find_record(reader_, {run_.account_id, accounts::MailId::Kind::run, run_.run_id, ordinal});
    if (record) recipient.record = std::move(*record);
    recipient.address = *row ? std::string((*row)->address) : recipient.record.to_address;
    RecipientReason reason = reason_of(classifier_, task_, query_.standstill, state, recipient.record.text,
                                       *row ? audience::row_fault_text((*row)->state) : std::string());
    recipient.reason = std::move(reason.words);
    recipient.reply = std::move(reason.reply);
    recipient.bounce_class = reason.bounce_class;
    found_.push_back(std::move(recipient));
    return Done{};
  }

  storage::Reader& reader_;
  const RecipientQuery& query_;
  const bounces::Classifier& classifier_;
  const Task& task_;
  const ListedRun run_;
  GroupRows rows_;
  std::vector<TaskRecipient> found_;
};

}  // namespace

std::int64_t count_of(const Task& task, RecipientState state) {
  switch (state) {
    case RecipientState::delivered:
      return task.delivered;
    case RecipientState::refused:
      return task.refused;
    case RecipientState::dropped:
      return task.dropped;
    case RecipientState::withheld:
      return task.withheld;
    case RecipientState::skipped:
      return task.skipped;
    case RecipientState::deferred:
      return task.deferred;
    case RecipientState::waiting:
      return task.not_begun();
    case RecipientState::stopped:
      return task.stopped();
  }
  return 0;
}

std::int64_t count_of(const Task& task, const RecipientStates& states) {
  std::int64_t count = 0;
  for (std::size_t state = 0; state < kRecipientStates; ++state) {
    if (states.test(state)) count += count_of(task, static_cast<RecipientState>(state));
  }
  return count;
}

Result<RecipientPage> list_recipients(storage::Reader& reader, const RecipientQuery& query,
                                      const bounces::Classifier& classifier) {
  const Result<Task> task = get_task(reader, query.scope, query.task_id);
  if (!task) return task.error();
  RecipientPage page;
  if (task->run_id == 0) return page;
  const Result<ListedRun> run = find_run(reader, *task);
  if (!run) return run.error();
  page.total = static_cast<std::uint64_t>(count_of(*task, query.states));
  Result<std::vector<TaskRecipient>> found = Listing(reader, query, classifier, *task, *run).run();
  if (!found) return std::move(found).error();
  page.recipients = std::move(*found);
  return page;
}

}  // namespace sesame::campaigns

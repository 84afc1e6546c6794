#include "campaigns/ledger.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "audience/block.hpp"
#include "campaigns/tasks.hpp"
#include "storage/sql_text.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kOpenBlock{
    "campaigns.open_block",
    "INSERT INTO run_block (run_id, first_ordinal, recipients, open) VALUES (?1, ?2, ?3, ?3)"};
constexpr storage::Sql kInsertBlock{
    "campaigns.insert_block",
    "INSERT INTO run_block (run_id, first_ordinal, recipients, open, outcomes) VALUES (?1, ?2, ?3, ?4, ?5)"};
constexpr storage::Sql kNextOpenBlock{"campaigns.next_open_block",
                                      "SELECT first_ordinal, recipients, outcomes FROM run_block"
                                      " WHERE run_id = ?1 AND first_ordinal > CAST(?2 AS bigint) - ?3 AND "
                                      "first_ordinal + recipients > ?2 AND open > 0"
                                      " ORDER BY first_ordinal LIMIT 1"};
constexpr storage::Sql kNextBlock{"campaigns.next_block",
                                  "SELECT first_ordinal, recipients, outcomes FROM run_block"
                                  " WHERE run_id = ?1 AND first_ordinal > CAST(?2 AS bigint) - ?3 AND "
                                  "first_ordinal + recipients > ?2 ORDER BY first_ordinal LIMIT 1"};
constexpr storage::Sql kBlockOf{
    "campaigns.block_of",
    "SELECT first_ordinal, recipients, outcomes FROM run_block"
    " WHERE run_id = ?1 AND first_ordinal <= ?2 ORDER BY first_ordinal DESC LIMIT 1"};
constexpr storage::Sql kSaveBlock{
    "campaigns.save_block",
    "UPDATE run_block SET outcomes = ?3, open = open - ?4 WHERE run_id = ?1 AND first_ordinal = ?2"};
constexpr storage::Sql kCountRun{"campaigns.count_run",
                                 "UPDATE run SET open = open - ?2, delivered = delivered + ?3, dropped = "
                                 "dropped + ?4, refused = refused + ?5,"
                                 " deferred = deferred + ?6, skipped = skipped + ?7, withheld = withheld + ?8"
                                 " WHERE run_id = ?1"};
constexpr storage::Sql kCountReturned{
    "campaigns.count_returned",
    "UPDATE run SET delivered = delivered - 1, refused = refused + 1 WHERE run_id = ?1"};
constexpr storage::Sql kFinishRun{
    "campaigns.finish_run",
    "UPDATE run SET finished_ms = ?2 WHERE run_id = ?1 AND open = 0 AND finished_ms IS NULL"};
// A paused task whose mail waits for another attempt, or that has a further start, stays paused: its pause
// ends by ResumeSendTask or StopSendTask only.
constexpr storage::SqlText kStaysPaused{
    "held = 1 AND (due_ms IS NOT NULL OR EXISTS (SELECT 1 FROM run r WHERE r.task_id = send_task.task_id AND "
    "r.deferred > 0))"};
constexpr storage::Sql kFinishTask{
    "campaigns.finish_task",
    storage::sql_join<"UPDATE send_task SET status = CASE WHEN ", kStaysPaused,
                      " THEN CAST(?4 AS bigint) WHEN due_ms IS NULL THEN CAST(?3 AS bigint)"
                      " ELSE CAST(?5 AS bigint) END, held = CASE WHEN ",
                      kStaysPaused,
                      " THEN 1 ELSE 0 END, resume_ms = NULL, updated_ms = ?2"
                      " WHERE task_id = (SELECT task_id FROM run WHERE run_id = ?1)">};
// Nothing is left to wait for.
constexpr storage::Sql kFinishPausedTask{
    "campaigns.finish_paused_task",
    "UPDATE send_task SET status = ?3, held = 0, resume_ms = NULL, updated_ms = ?2"
    " WHERE task_id = (SELECT task_id FROM run WHERE run_id = ?1) AND status = ?4 AND held = 1 AND due_ms IS "
    "NULL AND NOT EXISTS (SELECT 1 FROM run r WHERE r.task_id = send_task.task_id AND (r.finished_ms IS NULL "
    "OR r.deferred > 0))"};

/// The number of times that a batch of entries of one run enters each state (negative: leaves it).
class Tally {
 public:
  void move(LedgerState from, LedgerState to) {
    if (is_open(from)) ++closed_;
    if (from == LedgerState::deferred) --counts_[index(from)];
    ++counts_[index(to)];
  }
  std::int64_t closed() const { return closed_; }
  std::int64_t count(LedgerState state) const { return counts_[index(state)]; }

 private:
  static std::size_t index(LedgerState state) { return static_cast<std::size_t>(state); }
  std::array<std::int64_t, kLedgerStates> counts_{};
  std::int64_t closed_ = 0;
};

LedgerBlock read_block(storage::Rows& rows) {
  LedgerBlock block;
  block.first_ordinal = rows.next_integer<std::uint32_t>();
  block.recipients = rows.next_integer<std::uint32_t>();
  const storage::Blob outcomes = rows.next_blob();
  block.outcomes.assign(reinterpret_cast<const char*>(outcomes.data()), outcomes.size());
  block.outcomes.resize(block.recipients, '\0');
  return block;
}

std::optional<LedgerBlock> first_block(std::unique_ptr<storage::Rows> rows) {
  if (!rows->next()) return std::nullopt;
  return read_block(*rows);
}

/// Records the leading entries that belong to one block. Returns their number.
std::size_t record_block(storage::Writer& writer, std::span<const LedgerEntry> entries, Tally& tally) {
  const std::int64_t run_id = entries.front().run_id;
  std::optional<LedgerBlock> block = first_block(writer.query(kBlockOf, run_id, entries.front().ordinal));
  if (!block || entries.front().ordinal - block->first_ordinal >= block->recipients) return 1;
  std::size_t used = 0;
  const std::int64_t closed_before = tally.closed();
  for (const LedgerEntry& entry : entries) {
    const std::uint32_t index = entry.ordinal - block->first_ordinal;
    if (entry.run_id != run_id || index >= block->recipients) break;
    ++used;
    const LedgerState before = block->state(index);
    if (is_final(before) || before == entry.state) continue;
    tally.move(before, entry.state);
    block->set(index, entry.state);
  }
  writer.run(kSaveBlock, run_id, block->first_ordinal,
             storage::Blob(std::as_bytes(std::span(block->outcomes))), tally.closed() - closed_before);
  return used;
}

}  // namespace

void open_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block) {
  writer.run(kOpenBlock, run_id, block.first_ordinal, block.recipients);
}

void insert_ledger_block(storage::Writer& writer, std::int64_t run_id, const LedgerBlock& block,
                         std::int64_t open) {
  writer.run(kInsertBlock, run_id, block.first_ordinal, block.recipients, open,
             storage::Blob(std::as_bytes(std::span(block.outcomes))));
}

std::optional<LedgerBlock> next_open_block(storage::Reader& reader, std::int64_t run_id,
                                           std::uint32_t from_ordinal) {
  return first_block(reader.query(kNextOpenBlock, run_id, from_ordinal, audience::kMaxBlockRows));
}

std::optional<LedgerBlock> next_block(storage::Reader& reader, std::int64_t run_id,
                                      std::uint32_t from_ordinal) {
  return first_block(reader.query(kNextBlock, run_id, from_ordinal, audience::kMaxBlockRows));
}

void mark_let_through(storage::Writer& writer, std::int64_t run_id, std::uint32_t first_ordinal,
                      std::span<const std::uint32_t> indexes) {
  std::optional<LedgerBlock> block = first_block(writer.query(kBlockOf, run_id, first_ordinal));
  if (!block) return;
  for (const std::uint32_t index : indexes) {
    if (block->state(index) == LedgerState::none) block->set(index, LedgerState::let_through);
  }
  writer.run(kSaveBlock, run_id, block->first_ordinal,
             storage::Blob(std::as_bytes(std::span(block->outcomes))), 0);
}

void record_returned(storage::Writer& writer, std::int64_t run_id, std::uint32_t ordinal) {
  std::optional<LedgerBlock> block = first_block(writer.query(kBlockOf, run_id, ordinal));
  if (!block || ordinal - block->first_ordinal >= block->recipients) return;
  const std::uint32_t index = ordinal - block->first_ordinal;
  if (block->state(index) != LedgerState::delivered) return;
  block->set(index, LedgerState::refused);
  writer.run(kSaveBlock, run_id, block->first_ordinal,
             storage::Blob(std::as_bytes(std::span(block->outcomes))), 0);
  writer.run(kCountReturned, run_id);
}

bool finish_if_done(storage::Writer& writer, std::int64_t run_id, std::int64_t now_ms) {
  if (writer.run(kFinishRun, run_id, now_ms) == 0) return false;
  writer.run(kFinishTask, run_id, now_ms, TaskStatus::finished, TaskStatus::paused, TaskStatus::waiting);
  return true;
}

void record_outcomes(storage::Writer& writer, std::span<LedgerEntry> entries, std::int64_t now_ms) {
  std::sort(entries.begin(), entries.end(), [](const LedgerEntry& a, const LedgerEntry& b) {
    return a.run_id != b.run_id ? a.run_id < b.run_id : a.ordinal < b.ordinal;
  });
  while (!entries.empty()) {
    const std::int64_t run_id = entries.front().run_id;
    Tally tally;
    while (!entries.empty() && entries.front().run_id == run_id) {
      entries = entries.subspan(record_block(writer, entries, tally));
    }
    writer.run(kCountRun, run_id, tally.closed(), tally.count(LedgerState::delivered),
               tally.count(LedgerState::dropped), tally.count(LedgerState::refused),
               tally.count(LedgerState::deferred), tally.count(LedgerState::skipped),
               tally.count(LedgerState::withheld));
    if (!finish_if_done(writer, run_id, now_ms) && tally.count(LedgerState::deferred) < 0)
      writer.run(kFinishPausedTask, run_id, now_ms, TaskStatus::finished, TaskStatus::paused);
  }
}

}  // namespace sesame::campaigns

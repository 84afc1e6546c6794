#include "campaigns/runner.hpp"

#include <algorithm>
#include <utility>

#include "audience/blocks.hpp"
#include "base/log.hpp"
#include "campaigns/letter_lookup.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kUnfinishedRuns{
    "campaigns.unfinished_runs",
    "SELECT run_id FROM run WHERE finished_ms IS NULL AND run_id > ?1 ORDER BY run_id LIMIT ?2"};
constexpr storage::Sql kFailRun{"campaigns.fail_run", "UPDATE run SET finished_ms = ?2 WHERE run_id = ?1"};
constexpr storage::Sql kFailTask{"campaigns.fail_task",
                                 "UPDATE send_task SET status = 7, error = ?2, updated_ms = ?3"
                                 " WHERE task_id = (SELECT task_id FROM run WHERE run_id = ?1)"};

std::string text_of(const Error& error) {
  std::string text(error.reason());
  for (const Error::Fact& fact : error.facts()) text += " " + std::string(fact.name) + "=" + fact.value;
  return text;
}

bool is_storage_error(const Error& error) { return error.reason().starts_with("storage."); }

}  // namespace

struct Runner::ActiveRun {
  std::shared_ptr<const RunMailing> mailing;
  std::uint32_t next_ordinal = 0;  // Everything before it was handed out.
  LedgerBlock ledger;              // Of the loaded block.
  std::optional<audience::Block> block;
  std::uint32_t index = 0;  // Within the ledger of the block.
  std::vector<LedgerEntry> skipped;
  std::vector<Verdict> verdicts;  // For each index within the ledger of the block.

  std::uint32_t row_of(std::uint32_t at) const { return ledger.first_ordinal + at - block->first_ordinal(); }
  bool may_be_mailed(std::uint32_t row) const { return row < block->size() && block->valid(row); }
  OutgoingLetter letter(std::uint32_t at) const;
  void judge(storage::Reader& reader, const Gate& gate, std::int64_t now_ms);
};

OutgoingLetter Runner::ActiveRun::letter(std::uint32_t at) const {
  const std::uint32_t row = row_of(at);
  OutgoingLetter letter = mailing->letter(ledger.first_ordinal + at, block->address(row), block->data(row));
  if (!verdicts[at].withheld()) return letter;
  letter.send_status = verdicts[at].send_status;
  letter.withheld_because = verdicts[at].because;
  letter.compose = nullptr;
  return letter;
}

/// Everybody of the loaded block whose turn is still to come.
void Runner::ActiveRun::judge(storage::Reader& reader, const Gate& gate, std::int64_t now_ms) {
  std::vector<std::uint32_t> open;
  std::vector<std::string_view> addresses;
  for (std::uint32_t at = 0; at < ledger.recipients; ++at) {
    if (ledger.state(at) != LedgerState::none || !may_be_mailed(row_of(at))) continue;
    open.push_back(at);
    addresses.push_back(block->address(row_of(at)));
  }
  const std::vector<Verdict> found = gate.judge(reader, mailing->scope(), addresses, now_ms);
  verdicts.assign(ledger.recipients, Verdict{});
  for (std::size_t i = 0; i < open.size(); ++i) verdicts[open[i]] = found[i];
}

Runner::Runner(storage::Database& database, senders::SignerCache& signers, const Clock& clock, Gate gate)
    : database_(database),
      signers_(signers),
      clock_(clock),
      gate_(std::move(gate)),
      sends_(database, signers) {}

Runner::~Runner() = default;

std::vector<OutgoingLetter> Runner::take(std::size_t room) {
  record_failed();
  if (runs_may_be_new_.exchange(false)) find_runs();
  std::vector<OutgoingLetter> letters;
  letters.reserve(room);
  while (letters.size() < room && !active_.empty()) {
    // In turns, a share each: a small task does not wait behind a large one.
    const std::size_t share = std::max<std::size_t>(1, (room - letters.size()) / active_.size());
    const std::size_t before = letters.size();
    for (auto run = active_.begin(); run != active_.end() && letters.size() < room;) {
      if (take_from(*run, std::min(share, room - letters.size()), letters)) {
        ++run;
      } else {
        run = active_.erase(run);
        runs_may_be_new_ = true;  // There is room for one that had to wait.
      }
    }
    if (letters.size() == before) break;
  }
  if (active_.size() > 1) active_.splice(active_.end(), active_, active_.begin());
  return letters;
}

void Runner::find_runs() {
  std::vector<std::int64_t> found;
  const Status status = database_.read_and_wait([&](storage::Reader& reader) -> Status {
    const auto rows = reader.query(kUnfinishedRuns, newest_run_id_, kRunsAtOnce - active_.size());
    while (rows->next()) found.push_back(rows->integer(0));
    return Done{};
  });
  if (!status) {
    runs_may_be_new_ = true;
    return;
  }
  for (const std::int64_t run_id : found) {
    if (!open_run(run_id)) break;  // Later ones wait: newest_run_id_ must not pass a run that was not opened.
  }
}

/// False when the database could not be read: the run is looked for again.
bool Runner::open_run(std::int64_t run_id) {
  auto opened = database_.get<std::shared_ptr<const RunMailing>>(
      [&](storage::Reader& reader) { return RunMailing::open(reader, signers_, run_id); });
  if (!opened && is_storage_error(opened.error())) {
    runs_may_be_new_ = true;
    return false;
  }
  newest_run_id_ = std::max(newest_run_id_, run_id);
  if (opened) {
    active_.emplace_back().mailing = std::move(*opened);
  } else {
    fail_run(run_id, opened.error());
  }
  return true;
}

/// Takes from one run; false when it has nothing more to hand out (or failed).
bool Runner::take_from(ActiveRun& run, std::size_t room, std::vector<OutgoingLetter>& letters) {
  const std::size_t full = letters.size() + room;
  while (letters.size() < full) {
    if (!run.block) {
      const Result<bool> loaded = load_next_block(run);
      if (!loaded) {
        if (is_storage_error(loaded.error())) return true;
        fail_run(run.mailing->run_id(), loaded.error());
        return false;
      }
      if (!*loaded) return false;
    }
    for (; run.index < run.ledger.recipients && letters.size() < full; ++run.index) {
      if (run.ledger.state(run.index) != LedgerState::none) continue;
      if (run.may_be_mailed(run.row_of(run.index))) {
        letters.push_back(run.letter(run.index));
      } else {
        const std::uint32_t ordinal = run.ledger.first_ordinal + run.index;
        run.skipped.push_back({run.mailing->run_id(), ordinal, LedgerState::skipped});
      }
    }
    if (run.index < run.ledger.recipients) return true;
    if (!record_skipped(run)) return true;  // Asked again at the next take().
    run.next_ordinal = run.ledger.first_ordinal + run.ledger.recipients;
    run.block.reset();
  }
  return true;
}

/// False when no block has anybody left. The ledger's block may cover less than the audience's, which can
/// have grown.
Result<bool> Runner::load_next_block(ActiveRun& run) {
  return database_.get<bool>([&](storage::Reader& reader) -> Result<bool> {
    std::optional<LedgerBlock> ledger = next_open_block(reader, run.mailing->run_id(), run.next_ordinal);
    if (!ledger) return false;
    const auto refs = audience::list_blocks(reader, run.mailing->group_id(), ledger->first_ordinal, 1);
    if (refs.empty()) return Error("audience.block_missing");
    Result<audience::Block> block = audience::load_block(reader, refs.front().id);
    if (!block) return std::move(block).error();
    run.ledger = std::move(*ledger);
    run.block.emplace(std::move(*block));
    run.judge(reader, gate_, clock_.now_ms());
    run.index = 0;
    return true;
  });
}

Status Runner::record_skipped(ActiveRun& run) {
  if (run.skipped.empty()) return Done{};
  Status status = database_.write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
    record_outcomes(writer, run.skipped, clock_.now_ms());
    return Done{};
  });
  if (status) run.skipped.clear();
  return status;
}

void Runner::fail_run(std::int64_t run_id, const Error& error) {
  const std::string text = text_of(error);
  log_error("campaigns.run_failed", {{"run", run_id}, {"reason", text}, {"cause", error.cause()}});
  failed_.emplace(run_id, text);
  record_failed();
}

/// Tried again with each take() until the database takes it.
void Runner::record_failed() {
  if (failed_.empty()) return;
  const Status status =
      database_.write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
        for (const auto& [run_id, text] : failed_) {
          writer.run(kFailRun, run_id, clock_.now_ms());
          writer.run(kFailTask, run_id, text, clock_.now_ms());
        }
        return Done{};
      });
  if (status) failed_.clear();
}

Result<std::vector<OutgoingLetter>> Runner::letters(std::span<const LetterKey> keys) {
  LetterLookup lookup(database_, signers_, sends_);
  return lookup.letters(keys);
}

}  // namespace sesame::campaigns

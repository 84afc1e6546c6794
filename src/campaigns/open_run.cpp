#include "campaigns/open_run.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "audience/blocks.hpp"
#include "audience/errors.hpp"
#include "campaigns/failure_text.hpp"
#include "campaigns/frequency_filter.hpp"
#include "campaigns/tasks.hpp"
#include "senders/errors.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kWait{"campaigns.wait",
                             "UPDATE send_task SET status = ?5, resume_ms = ?2, updated_ms = ?3, error = ?4 "
                             "WHERE task_id = ?1 AND status = ?6"};

// A recipient has the same ordinal in all runs of a task, and of the tasks that were made from one another.
constexpr storage::Sql kOlderMail{
    "campaigns.older_mail",
    "SELECT m.ordinal FROM run r JOIN message m ON m.parent_id = r.run_id AND m.kind = 0 AND "
    "m.next_attempt_ms IS NOT NULL WHERE r.task_id IN (SELECT COALESCE(family_task_id, task_id) FROM "
    "send_task WHERE task_id = ?1 UNION SELECT o.task_id FROM send_task t JOIN send_task o ON "
    "o.family_task_id = COALESCE(t.family_task_id, t.task_id) WHERE t.task_id = ?1) "
    "AND r.run_id < ?2 AND r.deferred > 0 AND "
    "m.ordinal >= ?3 AND m.ordinal < ?4"};

}  // namespace

Result<OpenRun::Loaded> OpenRun::load(std::int64_t now_ms) {
  judged_ = rules_.changes.number();
  const Result<bool> found = rules_.database.get<bool>([&](storage::Reader& reader) -> Result<bool> {
    if (!block_) return read_block(reader, now_ms);
    if (Status status = mailing_->check(reader); !status) return std::move(status).error();
    judge(reader, now_ms);
    return true;
  });
  if (!found && is_unverified(found.error())) {
    Status waits = wait_until_verified(rules_.database, mailing_->task_id(), now_ms, found.error());
    if (!waits) return std::move(waits).error();
    if (Status closed = close(now_ms); !closed) return std::move(closed).error();
    return Loaded::paused;
  }
  if (!found) return found.error();
  if (!*found) return Loaded::nobody_left;
  if (!rules_.quota.limited()) return Loaded::ready;
  const Result<bool> let = let_through(now_ms);
  if (let && *let) return Loaded::ready;
  if (Status closed = close(now_ms); !closed) return std::move(closed).error();
  if (!let) return let.error();
  return Loaded::paused;
}

bool is_unverified(const Error& error) {
  return error.is(senders::errors::kSenderNotVerified) || error.is(senders::errors::kSenderDomainMissing);
}

Status wait_until_verified(storage::Database& database, std::int64_t task_id, std::int64_t now_ms,
                           const Error& error) {
  return database.write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) -> Status {
    writer.run(kWait, task_id, now_ms + kUnverifiedWaitMs, now_ms, failure_text(error), TaskStatus::paused,
               TaskStatus::sending);
    return Done{};
  });
}

/// The ledger's block may be shorter than the audience's, which can have grown.
Result<bool> OpenRun::read_block(storage::Reader& reader, std::int64_t now_ms) {
  std::optional<LedgerBlock> ledger = next_open_block(reader, run_id(), position_);
  if (!ledger) return false;
  if (Status status = mailing_->check(reader); !status) return std::move(status).error();
  const auto refs = audience::list_blocks(reader, mailing_->group_id(), ledger->first_ordinal, 1);
  if (refs.empty()) return Error(audience::errors::kBlockMissing);
  Result<audience::Block> block = audience::load_block(reader, refs.front().id);
  if (!block) return std::move(block).error();
  ledger_ = std::move(*ledger);
  block_.emplace(std::move(*block));
  index_ = position_ > ledger_.first_ordinal ? position_ - ledger_.first_ordinal : 0;
  judged_end_ = index_;  // So that the next load() judges them when the tables can't be read now.
  judge(reader, now_ms);
  return true;
}

/// Judges the recipients that are not handed out yet. Recipients let through earlier were counted then and
/// are judged again only by filters that do not count, since days may have passed. Everything that reads the
/// tables, and may throw, comes before the filters that count; judged_end_ moves when all verdicts are known.
void OpenRun::judge(storage::Reader& reader, std::int64_t now_ms) {
  const Mailer mailer{mailing_->scope(), mailing_->sender_domain()};
  verdicts_.resize(ledger_.recipients);
  const std::uint32_t end = std::min(ledger_.recipients, index_ + judged_together);
  const std::set<std::uint32_t> waiting = waiting_for_older_mail(reader, end);
  for (const LedgerState state : {LedgerState::let_through, LedgerState::none}) {
    std::vector<std::uint32_t> open;
    std::vector<std::string_view> addresses;
    for (std::uint32_t at = index_; at < end; ++at) {
      if (ledger_.state(at) != state || !is_mailable(at)) continue;
      if (waiting.contains(ledger_.first_ordinal + at)) {
        verdicts_[at] = {FrequencyFilter::kTooFrequent,
                         "not sent: an older mail of this task still waits for another attempt"};
        continue;
      }
      open.push_back(at);
      addresses.push_back(block_->address(row_of(at)));
    }
    if (open.empty()) continue;
    const std::vector<Verdict> found = state == LedgerState::none
                                           ? rules_.filters.judge(reader, mailer, addresses, now_ms)
                                           : rules_.filters.look(reader, mailer, addresses, now_ms);
    for (std::size_t i = 0; i < open.size(); ++i) verdicts_[open[i]] = found[i];
  }
  judged_end_ = end;
}

/// The recipients before `end` who are to be judged and still wait for a mail of an older run of this task.
std::set<std::uint32_t> OpenRun::waiting_for_older_mail(storage::Reader& reader, std::uint32_t end) const {
  std::set<std::uint32_t> ordinals;
  const auto rows = reader.query(kOlderMail, mailing_->task_id(), run_id(), ledger_.first_ordinal + index_,
                                 ledger_.first_ordinal + end);
  while (rows->next()) ordinals.insert(rows->next_integer<std::uint32_t>());
  return ordinals;
}

/// Counts as many mails as the quota has left, in the transaction that marks them in the ledger: after a
/// crash they are mailed without being counted again. False when the day has no quota left.
Result<bool> OpenRun::let_through(std::int64_t now_ms) {
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t at = index_; at < judged_end_; ++at) {
    const LedgerState state = ledger_.state(at);
    // Recipients let through before a crash come first, since recipients are let through in their order.
    if (state == LedgerState::let_through && waiting.empty()) return true;
    if (state == LedgerState::none && is_mailable(at) && !verdicts_[at].withheld()) waiting.push_back(at);
  }
  if (waiting.empty()) return true;
  const auto wanted = static_cast<std::int64_t>(waiting.size());
  const Result<std::int64_t> let = rules_.database.change<std::int64_t>(
      storage::Priority::interactive, [&](storage::Writer& writer) -> Result<std::int64_t> {
        const std::int64_t taken =
            rules_.quota.take_some(writer, mailing_->scope(), mailing_->sender_domain(), wanted, now_ms);
        if (taken == 0) {
          writer.run(kWait, mailing_->task_id(), DailyQuota::renewed_ms(now_ms), now_ms, "",
                     TaskStatus::paused, TaskStatus::sending);
        } else {
          mark_let_through(writer, run_id(), ledger_.first_ordinal,
                           std::span(waiting).first(static_cast<std::size_t>(taken)));
        }
        return taken;
      });
  if (!let) return let.error();
  for (std::int64_t i = 0; i < *let; ++i)
    ledger_.set(waiting[static_cast<std::size_t>(i)], LedgerState::let_through);
  return *let > 0;
}

bool OpenRun::hand_out(std::size_t full, std::int64_t now_ms, std::vector<messages::Draft>& drafts) {
  for (; index_ < judged_end_ && drafts.size() < full; ++index_) {
    const LedgerState state = ledger_.state(index_);
    if (state != LedgerState::none && state != LedgerState::let_through) continue;
    if (!is_mailable(index_)) {
      skipped_.push_back({run_id(), ledger_.first_ordinal + index_, LedgerState::skipped});
      continue;
    }
    const bool must_ask =
        rules_.quota.limited() && state == LedgerState::none && !verdicts_[index_].withheld();
    if (must_ask) return true;
    if (const auto crowd = crowd_of(index_)) {
      if (!rules_.aside.may_add()) return false;
      rules_.aside.add(run_id(), *crowd, ledger_.first_ordinal + index_);
      continue;
    }
    drafts.push_back(draft(index_, now_ms));
  }
  return true;
}

/// The crowd for whose room the recipient has to wait: he is passed over for now. He counts as handed out,
/// also for the limits of the hour and the day.
std::optional<messages::Crowd> OpenRun::crowd_of(std::uint32_t at) const {
  if (rules_.admission == nullptr || verdicts_[at].withheld()) return std::nullopt;
  const std::string_view recipient = block_->address(row_of(at));
  return rules_.admission->ask({.account_id = account_id(),
                                .domain = messages::domain_of(recipient),
                                .sender = mailing_->sender_domain(),
                                .recipient = recipient,
                                .sandboxed = mailing_->sandboxed()});
}

messages::Draft OpenRun::draft(std::uint32_t at, std::int64_t now_ms) const {
  const std::uint32_t row = row_of(at);
  messages::Draft draft =
      mailing_->draft(ledger_.first_ordinal + at, block_->address(row), block_->data(row), now_ms);
  draft.judged = judged_;
  if (!verdicts_[at].withheld()) return draft;
  draft.permission = messages::Permission::withheld;
  draft.send_status = verdicts_[at].send_status;
  draft.because = verdicts_[at].because;
  draft.compose = nullptr;
  return draft;
}

Status OpenRun::close(std::int64_t now_ms) {
  if (!block_) return Done{};
  if (!skipped_.empty()) {
    const auto record = [&](storage::Writer& writer) -> Status {
      record_outcomes(writer, skipped_, now_ms);
      return Done{};
    };
    Status status = rules_.database.write_and_wait(storage::Priority::bulk, record);
    if (!status) return status;
    skipped_.clear();
  }
  std::vector<std::string_view> unused;
  for (std::uint32_t at = index_; at < judged_end_; ++at) {
    const bool judged = ledger_.state(at) == LedgerState::none && is_mailable(at);
    if (judged && !verdicts_[at].withheld()) unused.push_back(block_->address(row_of(at)));
  }
  rules_.filters.take_back(mailing_->scope(), unused, now_ms);
  position_ = ledger_.first_ordinal + index_;
  block_.reset();
  verdicts_.clear();
  return Done{};
}

}  // namespace sesame::campaigns

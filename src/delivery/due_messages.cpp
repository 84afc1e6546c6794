#include "delivery/due_messages.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "base/earliest_time.hpp"
#include "base/log.hpp"
#include "delivery/errors.hpp"

namespace sesame::delivery {
namespace {

/// The outcome of a message that an order drops for this reason.
messages::Outcome dropped_for(const messages::Envelope& mail, const messages::AttemptHistory& history,
                              const std::string& reason, std::int64_t now_ms) {
  DueDraft draft(messages::Draft{mail}, history);
  draft.because = reason;
  return refuse(draft, now_ms);
}

}  // namespace

DueMessages::DueBatch DueMessages::take(std::size_t room) {
  drop_finished();
  DueBatch taken;
  if (!clock_is_settled()) return taken;
  const std::int64_t now_ms = clock_.now_ms();
  // Half of the room at the most, so that what is due need not wait; with room for one, mail of a sweep goes
  // first, since it ends.
  sweep(std::min(room, std::max<std::size_t>(1, room / 2)), taken);
  const std::vector<std::int64_t> row_ids = queues_.take(room - taken.ended.size(), now_ms, in_flight_);
  if (!row_ids.empty()) make_drafts(read_rows(row_ids, now_ms), taken);
  return taken;
}

void DueMessages::sweep(std::size_t room, DueBatch& taken) {
  const Sweeper::Portion portion = sweeper_.take(room, in_flight_);
  taken.sweeps_on = portion.more;
  sweep_waits_.store(sweeper_.waits(), std::memory_order_relaxed);
  if (portion.row_ids.empty()) return;
  for (const messages::DueMessage& row : read_rows(portion.row_ids, INT64_MAX))
    taken.ended.push_back(dropped_for(row, row, portion.reason, clock_.now_ms()));
}

std::optional<messages::Outcome> DueMessages::dropped(const DueDraft& draft) {
  const messages::Sweep* const sweep = draft.row_id == 0 ? nullptr : sweeper_.drop_of(draft);
  if (sweep == nullptr) return std::nullopt;
  return dropped_for(draft, draft, sweep->reason, clock_.now_ms());
}

bool DueMessages::clock_is_settled() {
  const bool waits = !watch_.is_settled();
  if (waits == waits_for_clock_.exchange(waits, std::memory_order_relaxed)) return !waits;
  if (waits) {
    // The line's own time is the wrong one: nothing else would tell an operator why mail waits.
    log_warning("delivery.clock_not_trusted",
                {{"steady_seconds", ClockWatch::kSettledAfter / std::chrono::seconds(1)},
                 {"help",
                  "no retry and no single mail leaves until the time of day is after 2025 and has not "
                  "stepped for this long: set the clock, or start a time server"}});
  } else {
    log_info("delivery.clock_trusted");
  }
  return !waits;
}

void DueMessages::finished(std::span<const messages::Outcome> outcomes) {
  const MutexLock lock(mutex_);
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.row_id != 0) finished_.push_back(outcome.row_id);
  }
}

void DueMessages::released(std::span<const std::int64_t> row_ids) {
  const MutexLock lock(mutex_);
  finished_.insert(finished_.end(), row_ids.begin(), row_ids.end());
}

void DueMessages::drop_finished() {
  const MutexLock lock(mutex_);
  for (const std::int64_t row_id : finished_) {
    in_flight_.erase(row_id);
    sweeper_.finished(row_id);
  }
  finished_.clear();
}

/// Reads rows that were just taken; those that can't be had are not in flight any more.
std::vector<messages::DueMessage> DueMessages::read_rows(std::span<const std::int64_t> row_ids,
                                                         std::int64_t now_ms) {
  auto due = database_.get<std::vector<messages::DueMessage>>([&](storage::Reader& reader) {
    return Result<std::vector<messages::DueMessage>>(messages::read_due(reader, row_ids, now_ms));
  });
  if (!due) {
    log_warning("delivery.due_messages_not_read",
                {{"reason", due.error().reason()}, {"cause", due.error().cause()}});
    due = std::vector<messages::DueMessage>{};
  }
  if (due->size() < row_ids.size()) {
    std::unordered_set<std::int64_t> missing(row_ids.begin(), row_ids.end());
    for (const messages::DueMessage& row : *due) missing.erase(row.row_id);
    for (const std::int64_t row_id : missing) {
      in_flight_.erase(row_id);
      sweeper_.finished(row_id);
    }
  }
  return std::move(due).value();
}

void DueMessages::make_drafts(std::vector<messages::DueMessage> due, DueBatch& taken) {
  if (due.empty()) return;
  const std::int64_t now_ms = clock_.now_ms();
  std::vector<messages::DueMessage> open;
  for (messages::DueMessage& row : due) {
    // A first attempt by a clock that was wrong says nothing about the age of a mail.
    const bool honest = row.first_attempt_ms >= kEarliestMs && row.first_attempt_ms <= now_ms + kClockSlackMs;
    if (row.first_attempt_ms != 0 && !honest) row.first_attempt_ms = now_ms;
    const DueDraft draft(messages::Draft{messages::Envelope(row)}, row);
    if (has_expired(draft, policy_, now_ms)) {
      taken.ended.push_back(expire(draft, row.last_text, row.attempts, now_ms, row.held));
    } else {
      open.push_back(std::move(row));
    }
  }
  if (open.empty()) return;
  Result<std::vector<messages::Draft>> drafts = maker_.drafts(open);
  if (!drafts) {
    log_warning("delivery.contents_not_read",
                {{"reason", drafts.error().reason()}, {"cause", drafts.error().cause()}});
    for (const messages::DueMessage& row : open) in_flight_.erase(row.row_id);
    return;
  }
  std::map<accounts::MailId, messages::Draft*> made;
  for (messages::Draft& draft : *drafts) made.emplace(draft.id, &draft);
  for (const messages::DueMessage& row : open) {
    const auto found = made.find(row.id);
    if (found != made.end()) {
      DueDraft draft(std::move(*found->second), row);
      // The row knows best to whom it goes.
      static_cast<messages::Envelope&>(draft) = row;
      draft.sandboxed = draft.sandboxed || row.sandboxed;
      taken.drafts.push_back(std::move(draft));
    } else {
      const DueDraft draft(messages::Draft{messages::Envelope(row)}, row);
      taken.ended.push_back(drop(draft, Error(errors::kContentGone), now_ms));
    }
  }
}

}  // namespace sesame::delivery

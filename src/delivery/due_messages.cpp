#include "delivery/due_messages.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/earliest_time.hpp"
#include "base/log.hpp"
#include "delivery/errors.hpp"

namespace sesame::delivery {

DueMessages::DueBatch DueMessages::take(std::size_t room) {
  drop_finished();
  DueBatch taken;
  if (!clock_is_settled()) return taken;
  bool last = false;
  while (room > 0 && !last) {
    std::vector<messages::DueMessage> due = next_page(room, last);
    std::erase_if(due,
                  [this](const messages::DueMessage& one) { return !in_flight_.insert(one.row_id).second; });
    room -= due.size();
    make_drafts(std::move(due), taken);
  }
  return taken;
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
  for (const std::int64_t row_id : finished_) in_flight_.erase(row_id);
  finished_.clear();
}

std::vector<messages::DueMessage> DueMessages::next_page(std::size_t room, bool& last) {
  const std::int64_t now_ms = clock_.now_ms();
  auto page = database_.get<std::vector<messages::DueMessage>>([&](storage::Reader& reader) {
    return Result<std::vector<messages::DueMessage>>(messages::list_due(reader, now_ms, position_, room));
  });
  if (!page) {
    log_warning("delivery.due_messages_not_read",
                {{"reason", page.error().reason()}, {"cause", page.error().cause()}});
    last = true;
    return {};
  }
  // After the last page, start over: rows may have appeared with a time before the position.
  last = page->size() < room;
  if (last) {
    position_ = messages::DuePosition{};
  } else {
    position_ = messages::DuePosition{page->back().next_attempt_ms, page->back().row_id};
  }
  return std::move(page).value();
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

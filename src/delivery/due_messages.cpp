#include "delivery/due_messages.hpp"

#include <map>
#include <string>
#include <utility>

#include "base/log.hpp"

namespace sesame::delivery {

DueMessages::Taken DueMessages::take(std::size_t room) {
  forget_finished();
  Taken taken;
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

void DueMessages::finished(std::span<const messages::Outcome> outcomes) {
  const std::lock_guard lock(mutex_);
  for (const messages::Outcome& outcome : outcomes) {
    if (outcome.row_id != 0) finished_.push_back(outcome.row_id);
  }
}

void DueMessages::forget_finished() {
  const std::lock_guard lock(mutex_);
  for (const std::int64_t row_id : finished_) in_flight_.erase(row_id);
  finished_.clear();
}

std::vector<messages::DueMessage> DueMessages::next_page(std::size_t room, bool& last) {
  const std::int64_t now_ms = clock_.now_ms();
  auto page = database_.get<std::vector<messages::DueMessage>>([&](storage::Reader& reader) {
    return Result<std::vector<messages::DueMessage>>(messages::list_due(reader, now_ms, position_, room));
  });
  if (!page) {
    log_warning("delivery.due_unreadable",
                {{"reason", page.error().reason()}, {"cause", page.error().cause()}});
    last = true;
    return {};
  }
  // At the end the next look starts in front again: rows can appear with a time before the position.
  last = page->size() < room;
  if (last) {
    position_ = messages::DuePosition{};
  } else {
    position_ = messages::DuePosition{page->back().next_attempt_ms, page->back().row_id};
  }
  return std::move(page).value();
}

void DueMessages::make_drafts(std::vector<messages::DueMessage> due, Taken& taken) {
  if (due.empty()) return;
  const std::int64_t now_ms = clock_.now_ms();
  std::map<messages::MessageKey, messages::DueMessage*> open;
  std::vector<messages::MessageKey> keys;
  auto bare_draft = [](const messages::DueMessage& row) {
    messages::Draft draft{row.key,          row.scope, row.message_id, row.from_address, row.to_address,
                          row.requested_ms, {}};
    draft.attempts_before = row.attempts;
    draft.uncertain_before = row.uncertain;
    draft.first_attempt_ms = row.first_attempt_ms;
    draft.row_id = row.row_id;
    return draft;
  };
  for (messages::DueMessage& row : due) {
    messages::Draft draft = bare_draft(row);
    if (has_expired(draft, policy_, now_ms)) {
      taken.ended.push_back(expire(draft, row.last_text, row.attempts, now_ms));
      continue;
    }
    open.emplace(row.key, &row);
    keys.push_back(row.key);
  }
  if (keys.empty()) return;
  Result<std::vector<messages::Draft>> drafts = desk_.drafts(keys);
  if (!drafts) {
    log_warning("delivery.content_unreadable",
                {{"reason", drafts.error().reason()}, {"cause", drafts.error().cause()}});
    for (const auto& [key, row] : open) in_flight_.erase(row->row_id);
    return;
  }
  for (messages::Draft& made : *drafts) {
    const auto found = open.find(made.key);
    if (found == open.end()) continue;
    messages::Draft draft = bare_draft(*found->second);
    draft.compose = std::move(made.compose);
    taken.drafts.push_back(std::move(draft));
    open.erase(found);
  }
  for (const auto& [key, row] : open) {
    taken.ended.push_back(drop(bare_draft(*row), Error("delivery.content_gone"), now_ms));
  }
}

}  // namespace sesame::delivery

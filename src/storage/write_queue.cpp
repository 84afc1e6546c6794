#include "storage/write_queue.hpp"

namespace sesame::storage {

bool WriteQueue::push(QueuedWrite& write) {
  auto& queue = write.priority == Priority::interactive ? interactive_ : bulk_;
  if (queue.size() >= limits_.jobs_per_priority) return false;
  queue.push_back(std::move(write));
  return true;
}

std::optional<Priority> WriteQueue::next() const {
  if (empty()) return std::nullopt;
  if (bulk_.empty()) return Priority::interactive;
  const bool bulk_has_its_turn = passed_bulk_ >= limits_.interactive_jobs_per_bulk_job;
  return interactive_.empty() || bulk_has_its_turn ? Priority::bulk : Priority::interactive;
}

QueuedWrite WriteQueue::pop() {
  const bool interactive = next() == Priority::interactive;
  passed_bulk_ = interactive && !bulk_.empty() ? passed_bulk_ + 1 : 0;
  auto& queue = interactive ? interactive_ : bulk_;
  QueuedWrite write = std::move(queue.front());
  queue.pop_front();
  return write;
}

}  // namespace sesame::storage

#include "engagement/visit_queue.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"

namespace sesame::engagement {

namespace {

Counter& visits(const char* result) {
  return counter("sesame_tracking_visits_total", "Opens and clicks, by the result of counting them",
                 {{"result", result}});
}

std::size_t bytes_of(const effects::MailEvent& visit) {
  return sizeof(effects::MailEvent) + visit.link.size() + visit.user_agent.size();
}

}  // namespace

VisitQueue::VisitQueue(storage::Database& database, const effects::MailEffects& effects)
    : database_(database), effects_(effects) {}

VisitQueue::~VisitQueue() { stop(); }

bool VisitQueue::add(effects::MailEvent visit) {
  static Counter& dropped = visits("dropped");
  static Counter& excess = visits("excess");
  const std::size_t bytes = bytes_of(visit);
  MutexLock lock(mutex_);
  if (!pace_.take(visit.mail, visit.happened_ms)) {
    lock.unlock();
    excess.add();
    return false;
  }
  if (stopping_ || waiting_.size() >= kWaitingMax || waiting_bytes_ + bytes > kWaitingBytesMax) {
    lock.unlock();
    dropped.add();
    return false;
  }
  waiting_.push_back(std::move(visit));
  waiting_bytes_ += bytes;
  if (!writing_ && !refused_) submit(lock);
  return true;
}

void VisitQueue::tick() {
  MutexLock lock(mutex_);
  refused_ = false;
  if (!writing_ && !waiting_.empty()) submit(lock);
}

/// Submits a job with the lock released, since the database calls back at once when it refuses.
void VisitQueue::submit(MutexLock& lock) SESAME_UNCHECKED_LOCKS {
  const auto batch = std::make_shared<Batch>();
  while (!waiting_.empty() && batch->size() < kBatchMax) {
    waiting_bytes_ -= bytes_of(waiting_.front());
    batch->push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  writing_ = true;
  lock.unlock();
  database_.write(
      storage::Priority::bulk,
      [this, batch](storage::Writer& writer) -> Status {
        effects_.apply(writer, *batch);
        return Done{};
      },
      [this, batch](const Status& status) { answered(batch, status); });
  lock.lock();
}

void VisitQueue::answered(const std::shared_ptr<Batch>& batch, const Status& status) {
  static Counter& recorded = visits("recorded");
  static Counter& lost = visits("lost");
  MutexLock lock(mutex_);
  writing_ = false;
  if (status) {
    recorded.add(static_cast<double>(batch->size()));
  } else if (stopping_) {
    lost.add(static_cast<double>(batch->size() + waiting_.size()));
    log_warning("engagement.visits_lost",
                {{"visits", batch->size() + waiting_.size()}, {"reason", status.error().reason()}});
    waiting_.clear();
  } else {
    refused_ = true;
    for (auto visit = batch->rbegin(); visit != batch->rend(); ++visit) {
      waiting_bytes_ += bytes_of(*visit);
      waiting_.push_front(std::move(*visit));
    }
  }
  if (!waiting_.empty() && !refused_) submit(lock);
  if (!writing_) idle_.notify_all();
}

void VisitQueue::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  refused_ = false;
  if (!writing_ && !waiting_.empty()) submit(lock);
  idle_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !writing_ && waiting_.empty(); });
}

std::size_t VisitQueue::waiting() const {
  const MutexLock lock(mutex_);
  return waiting_.size();
}

}  // namespace sesame::engagement

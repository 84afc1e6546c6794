#include "engagement/visit_queue.hpp"

#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "storage/errors.hpp"

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

VisitQueue::VisitQueue(storage::Database& database, const effects::MailEffects& effects, bool holds_clicks)
    : database_(database), effects_(effects), holds_clicks_(holds_clicks) {}

VisitQueue::~VisitQueue() { stop(); }

bool VisitQueue::add(effects::MailEvent visit, unsigned links) {
  static Counter& dropped = visits("dropped");
  static Counter& excess = visits("excess");
  const std::size_t bytes = bytes_of(visit);
  MutexLock lock(mutex_);
  if (!pace_.take(visit.mail, visit.happened_ms)) {
    lock.unlock();
    excess.add();
    return false;
  }
  if (stopping_ || waiting_.size() + held_.size() >= kWaitingMax ||
      waiting_bytes_ + bytes > kWaitingBytesMax) {
    lock.unlock();
    dropped.add();
    return false;
  }
  waiting_bytes_ += bytes;
  if (holds_clicks_ && links > 1) {
    held_.add(std::move(visit), links);
    return true;
  }
  waiting_.push_back(std::move(visit));
  if (!writing_ && !refused_) submit(lock);
  return true;
}

void VisitQueue::release(std::vector<effects::MailEvent> held) {
  for (effects::MailEvent& click : held) waiting_.push_back(std::move(click));
}

void VisitQueue::tick(std::int64_t now_ms) {
  MutexLock lock(mutex_);
  refused_ = false;
  release(held_.take_ended(now_ms));
  if (!writing_ && !is_idle()) submit(lock);
}

std::shared_ptr<VisitQueue::Batch> VisitQueue::next_batch() {
  // A visit that failed alone waits for others that can be written, as proof that the fault is its own.
  const auto is_ready = [&](const Batch& half) SESAME_REQUIRES(mutex_) {
    return half.visits.size() > 1 || half.failed_since != writes_done_ || waiting_.empty();
  };
  if (!halves_.empty() && is_ready(*halves_.front())) {
    std::shared_ptr<Batch> half = std::move(halves_.front());
    halves_.pop_front();
    return half;
  }
  auto batch = std::make_shared<Batch>();
  // As long as every job throws, halves gather; beyond their bound one waiting visit at a time is tried.
  const std::size_t visits_max = visits_in_halves() < kHalvesMax ? kBatchMax : 1;
  while (!waiting_.empty() && batch->visits.size() < visits_max) {
    waiting_bytes_ -= bytes_of(waiting_.front());
    batch->visits.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch;
}

/// Submits a job with the lock released, since the database calls back at once when it refuses.
void VisitQueue::submit(MutexLock& lock) SESAME_UNCHECKED_LOCKS {
  const std::shared_ptr<Batch> batch = next_batch();
  writing_ = true;
  lock.unlock();
  database_.write(
      storage::Priority::bulk,
      [this, batch](storage::Writer& writer) -> Status {
        effects_.apply(writer, batch->visits);
        return Done{};
      },
      [this, batch](const Status& status) { answered(batch, status); });
  lock.lock();
}

void VisitQueue::answered(const std::shared_ptr<Batch>& batch, const Status& status) {
  static Counter& recorded = visits("recorded");
  MutexLock lock(mutex_);
  writing_ = false;
  if (status) {
    ++writes_done_;
    recorded.add(static_cast<double>(batch->visits.size()));
  } else {
    keep(batch, status.error());
  }
  if (!is_idle() && !refused_) submit(lock);
  if (!writing_) idle_.notify_all();
}

/// Keeps the visits of a refused batch for another attempt, or loses them.
void VisitQueue::keep(const std::shared_ptr<Batch>& batch, const Error& error) {
  if (!error.is(storage::errors::kJobFailed)) {
    if (stopping_) return lose(*batch, error);
    refused_ = true;
    return wait_again(*batch);
  }
  if (!batch->failed_since) batch->failed_since = writes_done_;
  if (batch->visits.size() > 1) return halve(batch);
  if (stopping_ || *batch->failed_since < writes_done_) return lose(*batch, error);
  refused_ = true;
  if (visits_in_halves() >= kHalvesMax) return wait_last(*batch);
  halves_.push_back(batch);
}

void VisitQueue::halve(const std::shared_ptr<Batch>& batch) {
  const auto middle = batch->visits.begin() + static_cast<std::ptrdiff_t>(batch->visits.size() / 2);
  auto second = std::make_shared<Batch>();
  second->failed_since = batch->failed_since;
  second->visits.assign(std::make_move_iterator(middle), std::make_move_iterator(batch->visits.end()));
  batch->visits.erase(middle, batch->visits.end());
  halves_.push_front(std::move(second));
  halves_.push_front(batch);
}

/// Drops a visit that can't be recorded; all of them when the disk refuses them at the end of the program.
void VisitQueue::lose(const Batch& batch, const Error& error) {
  static Counter& lost = visits("lost");
  std::size_t count = batch.visits.size();
  if (!error.is(storage::errors::kJobFailed)) {
    count += waiting_.size();
    count += visits_in_halves();
    waiting_.clear();
    waiting_bytes_ = 0;
    halves_.clear();
  }
  lost.add(static_cast<double>(count));
  log_warning("engagement.visits_lost",
              {{"visits", count}, {"reason", error.reason()}, {"cause", error.cause()}});
}

void VisitQueue::wait_again(Batch& batch) {
  for (auto visit = batch.visits.rbegin(); visit != batch.visits.rend(); ++visit) {
    waiting_bytes_ += bytes_of(*visit);
    waiting_.push_front(std::move(*visit));
  }
}

/// Puts a visit behind all that wait, so that the next one is tried: one that can be written may be among
/// them.
void VisitQueue::wait_last(Batch& batch) {
  for (effects::MailEvent& visit : batch.visits) {
    waiting_bytes_ += bytes_of(visit);
    waiting_.push_back(std::move(visit));
  }
}

void VisitQueue::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  refused_ = false;
  release(held_.take_all());
  if (!writing_ && !is_idle()) submit(lock);
  idle_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !writing_ && is_idle(); });
}

std::size_t VisitQueue::visits_in_halves() const {
  std::size_t count = 0;
  for (const auto& half : halves_) count += half->visits.size();
  return count;
}

std::size_t VisitQueue::waiting() const {
  const MutexLock lock(mutex_);
  return waiting_.size() + held_.size() + visits_in_halves();
}

}  // namespace sesame::engagement

#include "delivery/recorder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "messages/rows.hpp"

namespace sesame::delivery {
namespace {

/// One transaction under way and one waiting for it keep the database busy without piling up work.
constexpr std::size_t kWritesMax = 2;

}  // namespace

Recorder::Recorder(const EngineParts& parts, Recorded recorded)
    : parts_(parts), recorded_(std::move(recorded)) {}

Recorder::~Recorder() { stop(); }

void Recorder::start() {
  thread_ = start_thread([this] { run(); });
}

void Recorder::add(std::vector<Entry> entries) {
  const MutexLock lock(mutex_);
  const bool was_empty = waiting_.empty();
  std::ranges::move(entries, std::back_inserter(waiting_));
  if (was_empty || waiting_.size() >= parts_.limits.outcomes_per_write) changed_.notify_all();
}

void Recorder::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
    refused_ = false;  // All outcomes are written once more.
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void Recorder::run() {
  name_this_thread("recorder");
  MutexLock lock(mutex_);
  while (wait_for_work(lock)) {
    std::vector<Entry> entries = gather(lock);
    ++writing_;
    lock.unlock();
    write(std::move(entries));
    lock.lock();
  }
}

bool Recorder::wait_for_work(MutexLock& lock) {
  while (true) {
    if (refused_ && !stopping_) {
      refused_ = false;
      changed_.wait_for(lock, parts_.limits.write_pause,
                        [this]() SESAME_REQUIRES(mutex_) { return stopping_; });
      continue;  // Another transaction may have been refused meanwhile, which would wake no one.
    }
    const bool nothing_left = waiting_.empty() || refused_;
    if (!nothing_left && writing_ < kWritesMax) return true;
    if (stopping_ && nothing_left && writing_ == 0) return false;
    changed_.wait(lock);
  }
}

std::vector<Recorder::Entry> Recorder::gather(MutexLock& lock) {
  const EngineLimits& limits = parts_.limits;
  // A sync costs the same for one outcome as for hundreds.
  changed_.wait_for(lock, limits.gather, [&]() SESAME_REQUIRES(mutex_) {
    return stopping_ || waiting_.size() >= limits.outcomes_per_write;
  });
  std::vector<Entry> entries;
  std::size_t bytes = 0;
  while (!waiting_.empty() && entries.size() < limits.outcomes_per_write) {
    const Entry& next = waiting_.front();
    if (next.handed) bytes += next.handed->parcel.charged_bytes;
    if (!entries.empty() && bytes > limits.bytes_per_write) break;
    entries.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return entries;
}

void Recorder::write(std::vector<Entry> entries) {
  auto batch = std::make_shared<Batch>();
  batch->outcomes.reserve(entries.size());
  for (Entry& entry : entries) {
    batch->outcomes.push_back(std::move(entry.outcome));
    if (entry.handed) batch->handed.push_back(std::move(*entry.handed));
  }
  auto job = [this, batch](storage::Writer& writer) -> Status {
    messages::record_outcomes(writer, batch->outcomes);
    for (messages::OutcomeSink* sink : parts_.sinks) sink->record(writer, batch->outcomes);
    if (!batch->handed.empty()) parts_.outlet.store(writer, batch->handed);
    return Done{};
  };
  parts_.database.write(storage::Priority::bulk, std::move(job),
                        [this, batch](Status status) { written(batch, status); });
}

void Recorder::written(const std::shared_ptr<Batch>& batch, const Status& status) {
  if (status) recorded_(batch->outcomes, batch->handed);
  const MutexLock lock(mutex_);
  if (!status) {
    refused_ = true;
    log_warning("delivery.outcomes_not_written", {{"reason", status.error().reason()},
                                                  {"cause", status.error().cause()},
                                                  {"outcomes", batch->outcomes.size()}});
    keep_for_later(*batch);
  }
  --writing_;
  changed_.notify_all();
}

void Recorder::keep_for_later(Batch& batch) {
  auto handed = batch.handed.begin();
  std::vector<Entry> entries;
  for (messages::Outcome& outcome : batch.outcomes) {
    Entry entry{std::move(outcome), std::nullopt};
    const bool with_copy = handed != batch.handed.end() && handed->parcel.draft.id == entry.outcome.id;
    if (with_copy) entry.handed = std::move(*handed++);
    entries.push_back(std::move(entry));
  }
  waiting_.insert(waiting_.begin(), std::make_move_iterator(entries.begin()),
                  std::make_move_iterator(entries.end()));
}

}  // namespace sesame::delivery

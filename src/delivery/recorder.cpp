#include "delivery/recorder.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/start_thread.hpp"
#include "base/thread_name.hpp"
#include "messages/rows.hpp"
#include "storage/errors.hpp"

namespace sesame::delivery {
namespace {

/// One transaction under way and one waiting for it keep the database busy without piling up work.
constexpr std::size_t kWritesMax = 2;

/// The steps of a job: the message rows, then the sinks, then the outlet's copies.
constexpr std::size_t kRowsStep = 0;

/// The message keeps the row that it has, if any, until the program is restarted.
void mark_lost(messages::Outcome& outcome) {
  static Counter& lost =
      counter("sesame_delivery_outcomes_lost_total", "Outcomes that could not be recorded");
  lost.add();
  log_error("delivery.outcome_lost", {{"message_id", outcome.message_id},
                                      {"status", static_cast<int>(outcome.status)},
                                      {"text", outcome.text}});
  // A row that is reported as finished would be found due and mailed again at once.
  outcome.row_id = 0;
}

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
    std::shared_ptr<Batch> batch;
    if (is_again_next()) {
      batch = std::move(again_.front());
      again_.pop_front();
    } else {
      batch = gather(lock);
    }
    ++writing_;
    lock.unlock();
    write(batch);
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
    const bool nothing_left = (waiting_.empty() && again_.empty()) || refused_;
    if (!nothing_left && writing_ < kWritesMax) return true;
    if (stopping_ && nothing_left && writing_ == 0) {
      if (last_.empty() || refused_) return false;
      again_.swap(last_);
      continue;
    }
    changed_.wait(lock);
  }
}

/// Refused batches are written before those that wait. An outcome that failed alone lets others go first:
/// when they are written, the fault is its own.
bool Recorder::is_again_next() const {
  if (again_.empty()) return false;
  const Batch& first = *again_.front();
  return first.outcomes.size() > 1 || first.failed_since != writes_done_ || waiting_.empty();
}

std::shared_ptr<Recorder::Batch> Recorder::gather(MutexLock& lock) {
  const EngineLimits& limits = parts_.limits;
  // A sync costs the same for one outcome as for hundreds.
  changed_.wait_for(lock, limits.gather, [&]() SESAME_REQUIRES(mutex_) {
    return stopping_ || waiting_.size() >= limits.outcomes_per_write;
  });
  auto batch = std::make_shared<Batch>();
  batch->outcomes.reserve(std::min(waiting_.size(), limits.outcomes_per_write));
  std::size_t bytes = 0;
  while (!waiting_.empty() && batch->outcomes.size() < limits.outcomes_per_write) {
    Entry& next = waiting_.front();
    if (next.handed) bytes += next.handed->parcel.charged_bytes;
    if (!batch->outcomes.empty() && bytes > limits.bytes_per_write) break;
    batch->outcomes.push_back(std::move(next.outcome));
    if (next.handed) batch->handed.push_back(std::move(*next.handed));
    waiting_.pop_front();
  }
  return batch;
}

void Recorder::write(const std::shared_ptr<Batch>& batch) {
  auto job = [this, batch](storage::Writer& writer) -> Status {
    std::size_t step = kRowsStep;
    const auto begin = [&] {
      batch->last_step = step++;
      return !batch->skipped.contains(batch->last_step);
    };
    begin();
    messages::record_outcomes(writer, batch->outcomes);
    for (messages::OutcomeSink* sink : parts_.sinks) {
      if (begin()) sink->record(writer, batch->outcomes);
    }
    if (begin() && !batch->handed.empty()) parts_.outlet.store(writer, batch->handed);
    return Done{};
  };
  parts_.database.write(storage::Priority::bulk, std::move(job),
                        [this, batch](Status status) { written(batch, status); });
}

void Recorder::written(const std::shared_ptr<Batch>& batch, const Status& status) {
  const bool lost = !status && is_hopeless(*batch, status.error());
  if (lost) mark_lost(batch->outcomes.front());
  if (status || lost) recorded_(batch->outcomes, batch->handed);
  const MutexLock lock(mutex_);
  if (status) ++writes_done_;
  if (!status && !lost) write_again(batch, status.error());
  --writing_;
  changed_.notify_all();
}

/// Whether this is one outcome whose row can't be written although others can.
bool Recorder::is_hopeless(const Batch& batch, const Error& error) {
  const MutexLock lock(mutex_);
  return error.is(storage::errors::kJobFailed) && is_alone_in_failing(batch) && batch.last_step == kRowsStep;
}

/// As long as no other batch can be written, the fault may lie elsewhere, and no effect is given up.
bool Recorder::is_alone_in_failing(const Batch& batch) const {
  return batch.outcomes.size() == 1 && batch.failed_since && *batch.failed_since < writes_done_;
}

/// After a fault of the disk the batch is written again as it is. After one of its job it is halved, down to
/// the outcome that makes the job throw; for this outcome the step that threw is left out.
void Recorder::write_again(const std::shared_ptr<Batch>& batch, const Error& error) {
  log_warning("delivery.outcomes_not_written",
              {{"reason", error.reason()}, {"cause", error.cause()}, {"outcomes", batch->outcomes.size()}});
  const bool job_failed = error.is(storage::errors::kJobFailed);
  if (job_failed && batch->outcomes.size() > 1) {
    if (!batch->failed_since) batch->failed_since = writes_done_;
    again_.push_front(split_off(*batch));
    again_.push_front(batch);
    return;
  }
  if (job_failed && is_alone_in_failing(*batch)) {
    log_error("delivery.effect_not_recorded", {{"message_id", batch->outcomes.front().message_id},
                                               {"step", batch->last_step},
                                               {"of", parts_.sinks.size() + 1}});
    batch->skipped.insert(batch->last_step);
    again_.push_front(batch);
    return;
  }
  if (job_failed && !batch->failed_since) batch->failed_since = writes_done_;
  if (job_failed && stopping_) {
    // All others go first: when one of them is written, the fault is its own.
    if (!std::exchange(batch->threw_at_stop, true)) last_.push_back(batch);
    return;
  }
  refused_ = true;
  again_.push_back(batch);
}

/// Removes the second half of a batch and returns it.
std::shared_ptr<Recorder::Batch> Recorder::split_off(Batch& batch) {
  auto second = std::make_shared<Batch>();
  second->failed_since = batch.failed_since;
  const auto middle = batch.outcomes.begin() + static_cast<std::ptrdiff_t>(batch.outcomes.size() / 2);
  second->outcomes.assign(std::make_move_iterator(middle), std::make_move_iterator(batch.outcomes.end()));
  batch.outcomes.erase(middle, batch.outcomes.end());
  // The reports are in the order of their outcomes; some outcomes have none.
  auto first_report = batch.handed.begin();
  for (const messages::Outcome& outcome : batch.outcomes) {
    if (first_report != batch.handed.end() && first_report->parcel.draft.id == outcome.id) ++first_report;
  }
  second->handed.assign(std::make_move_iterator(first_report), std::make_move_iterator(batch.handed.end()));
  batch.handed.erase(first_report, batch.handed.end());
  return second;
}

}  // namespace sesame::delivery

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "base/thread_safety.hpp"
#include "delivery/engine.hpp"

namespace sesame::delivery {

/// Writes outcomes in few, large transactions, on a thread of its own: outcomes that arrive during a write go
/// into the next one. Outcomes that the database refuses are kept and written again. An outcome whose job
/// throws holds up no other: it is recorded without the effect that throws, or, when its row can't be
/// written, lost (metric sesame_delivery_outcomes_lost_total). Thread: one, but for add().
class Recorder {
 public:
  struct Entry {
    messages::Outcome outcome;
    std::optional<DeliveryReport> handed;  // Data for Outlet::store().
  };
  /// Called after the commit, once for each entry, with the outcomes and the stored reports. Thread: any.
  using Recorded = std::function<void(std::span<const messages::Outcome>, std::span<const DeliveryReport>)>;

  Recorder(const EngineParts& parts, Recorded recorded);
  ~Recorder();

  void start();
  void add(std::vector<Entry> entries);  // Returns quickly. Thread: any.
  /// Writes the waiting outcomes and ends. Outcomes that the database refuses now are lost, and so is one
  /// whose job throws when no other can prove that the fault is its own: their messages are tried again.
  void stop();

 private:
  struct Batch {
    std::vector<messages::Outcome> outcomes;
    std::vector<DeliveryReport> handed;
    std::size_t last_step = 0;      // The step of the job that ran last.
    std::set<std::size_t> skipped;  // Steps that threw for the one outcome.
    // writes_done_ when its job threw for the first time.
    std::optional<std::uint64_t> failed_since;
    bool threw_at_stop = false;
  };

  void run();
  bool wait_for_work(MutexLock& lock) SESAME_REQUIRES(mutex_);  // False when stopped.
  bool is_again_next() const SESAME_REQUIRES(mutex_);
  std::shared_ptr<Batch> gather(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void write(const std::shared_ptr<Batch>& batch);
  void written(const std::shared_ptr<Batch>& batch, const Status& status);
  bool is_hopeless(const Batch& batch, const Error& error);
  bool is_alone_in_failing(const Batch& batch) const SESAME_REQUIRES(mutex_);
  void write_again(const std::shared_ptr<Batch>& batch, const Error& error) SESAME_REQUIRES(mutex_);
  static std::shared_ptr<Batch> split_off(Batch& batch);

  const EngineParts& parts_;
  const Recorded recorded_;
  std::thread thread_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Entry> waiting_ SESAME_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<Batch>> again_ SESAME_GUARDED_BY(mutex_);  // Refused, to be written again.
  // Outcomes whose job threw after stop(): they are tried a last time behind all others.
  std::deque<std::shared_ptr<Batch>> last_ SESAME_GUARDED_BY(mutex_);
  std::uint64_t writes_done_ SESAME_GUARDED_BY(mutex_) = 0;
  std::size_t writing_ SESAME_GUARDED_BY(mutex_) = 0;  // Transactions under way.
  // The database refused the last write: pause before the next.
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::delivery

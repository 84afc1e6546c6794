#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "base/thread_safety.hpp"
#include "delivery/engine.hpp"

namespace sesame::delivery {

/// Writes outcomes in few, large transactions, on a thread of its own: outcomes that arrive during a write go
/// into the next one. Outcomes that the database refuses are kept and written again. Thread: one, but for
/// add().
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
  /// Writes the waiting outcomes and ends. Outcomes that the database refuses now are lost: their messages
  /// are tried again.
  void stop();

 private:
  struct Batch {
    std::vector<messages::Outcome> outcomes;
    std::vector<DeliveryReport> handed;
  };

  void run();
  bool wait_for_work(MutexLock& lock) SESAME_REQUIRES(mutex_);  // False when stopped.
  std::vector<Entry> gather(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void write(std::vector<Entry> entries);
  void written(const std::shared_ptr<Batch>& batch, const Status& status);
  void keep_for_later(Batch& batch) SESAME_REQUIRES(mutex_);

  const EngineParts& parts_;
  const Recorded recorded_;
  std::thread thread_;
  Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Entry> waiting_ SESAME_GUARDED_BY(mutex_);
  std::size_t writing_ SESAME_GUARDED_BY(mutex_) = 0;  // Transactions under way.
  // The database refused the last write: pause before the next.
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::delivery

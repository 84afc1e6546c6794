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

/// Writes outcomes in few, large transactions, on a thread of its own: what came in while a write was under
/// way goes with the next one. Outcomes that the database does not take are kept and offered again.
class Recorder {
 public:
  struct Entry {
    messages::Outcome outcome;
    std::optional<DeliveryReport> handed;  // What the outlet must store with it.
  };
  /// After the commit, once for each entry: the outcomes, and what was stored with some of them. Any thread.
  using Recorded = std::function<void(std::span<const messages::Outcome>, std::span<const DeliveryReport>)>;

  Recorder(const EngineParts& parts, Recorded recorded);
  ~Recorder();

  void start();
  void add(std::vector<Entry> entries);  // Any thread, quick.
  /// Writes what it has and ends. What the database refuses now is forgotten: its messages are repeated.
  void stop();

 private:
  struct Batch {
    std::vector<messages::Outcome> outcomes;
    std::vector<DeliveryReport> handed;
  };

  void run();
  bool wait_for_work(MutexLock& lock) SESAME_REQUIRES(mutex_);  // False: ended.
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
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;     // The last write was: pause before the next.
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::delivery

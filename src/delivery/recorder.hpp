#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

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
  bool wait_for_work(std::unique_lock<std::mutex>& lock);  // False: ended.
  std::vector<Entry> gather(std::unique_lock<std::mutex>& lock);
  void write(std::vector<Entry> entries);
  void written(const std::shared_ptr<Batch>& batch, const Status& status);
  void keep_for_later(Batch& batch);

  const EngineParts& parts_;
  const Recorded recorded_;
  std::thread thread_;
  std::mutex mutex_;  // Guards the following.
  std::condition_variable changed_;
  std::deque<Entry> waiting_;
  std::size_t writing_ = 0;  // Transactions under way.
  bool refused_ = false;     // The last write was: pause before the next.
  bool stopping_ = false;
};

}  // namespace sesame::delivery

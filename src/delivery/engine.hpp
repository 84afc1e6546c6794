#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "delivery/outlet.hpp"
#include "delivery/retry.hpp"
#include "messages/changes.hpp"
#include "messages/hold.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

struct EngineLimits {
  std::size_t messages_in_flight = 2000;  // Messages taken from a source, without a recorded outcome.
  // Composed mail, and its copies until they are on disk; exceeded by at most one mail per composer.
  std::size_t bytes_in_flight = 64 * 1024 * 1024;
  unsigned composers = 2;  // Threads that compose and sign.
  std::size_t outcomes_per_write = 1000;
  // Composed mail stored with outcomes per transaction, so that it does not delay others; one mail is stored
  // whatever its size.
  std::size_t bytes_per_write = 8 * 1024 * 1024;
  std::chrono::milliseconds gather{10};         // Outcomes wait this long for others before they are written.
  std::chrono::milliseconds look_again{1'000};  // Sources are checked this often without a wake().
  std::chrono::milliseconds write_pause{1'000};  // Pause after the database refused outcomes (full disk).

  void visit(SettingVisitor& settings) {
    settings.number(
        "delivery.in_flight", messages_in_flight, {1, 1'000'000},
        "mails between the queue and their recorded outcome; 16384 in mode direct unless it is set");
  }
};

/// The parts of the engine; all references and pointers outlive it.
struct EngineParts {
  storage::Database& database;
  const Clock& clock;
  Random& random;
  const messages::Changes& changes;
  Outlet& outlet;
  messages::DraftMaker& maker;
  std::vector<messages::DraftSource*> sources;  // In order of preference, after due messages.
  std::vector<messages::OutcomeSink*> sinks;
  RetryPolicy retry;
  EngineLimits limits;
  const messages::Hold* hold =
      nullptr;  // While it is held, nothing is taken from a source. Null: never held.
  /// Asked for the places of mail. Null: the outlet's own.
  messages::Admission* admission = nullptr;
};

struct EngineCounts {
  std::size_t in_flight = 0;
  std::size_t bytes = 0;
};

/// Moves every due mail from its source to an outlet, and its outcome into the database: a feeder thread
/// takes drafts and gives them to the outlet, composer threads compose what the outlet orders, the outlet
/// delivers the mail, a recorder thread writes outcomes in bulk. Memory is bounded by EngineLimits. A message
/// has at most one attempt under way; without a recorded outcome when the program dies, it is tried again
/// after the next start.
///
/// A draft is judged when it is handed out. Right before its dialogue begins, and before it is composed, the
/// engine asks `changes` whether something was committed since that may forbid it; then the feeder judges it
/// again from the tables. So nobody is mailed who was put on a list, and no mail of a task that was paused or
/// stopped begins, once that was answered. Thread: any for wake(), counts()
/// and waits_for_clock(), otherwise one.
class Engine {
 public:
  explicit Engine(EngineParts parts);
  ~Engine();  // stop()

  void start();
  /// Makes the feeder look for new mail: a send was accepted, a run was started. Thread: any.
  void wake();
  /// Lets open dialogues finish until `patience` has passed, records their outcomes, and ends all threads.
  /// Mail that was not begun stays for the next start. Further calls do nothing.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(10));

  EngineCounts counts() const;
  /// Whether single mails and retries wait because the time of day can't be trusted (base/clock_watch.hpp).
  bool waits_for_clock() const;

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace sesame::delivery

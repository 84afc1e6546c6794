#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "delivery/outlet.hpp"
#include "delivery/retry.hpp"
#include "messages/source.hpp"
#include "storage/database.hpp"

namespace sesame::delivery {

struct EngineLimits {
  std::size_t messages_in_flight = 4000;  // Taken from a source and without a recorded outcome.
  // Composed mail, and copies of it until they are on disk; exceeded by at most one mail per composer.
  std::size_t bytes_in_flight = 64 * 1024 * 1024;
  unsigned composers = 2;  // Threads that compose and sign.
  std::size_t outcomes_per_write = 1000;
  // Of mail that is stored with its outcome, as composed: a larger transaction would hold up all others. One
  // mail goes through whatever its size.
  std::size_t bytes_per_write = 8 * 1024 * 1024;
  std::chrono::milliseconds gather{10};  // How long an outcome may wait for others before it is written.
  std::chrono::milliseconds look_again{1'000};   // How often sources are asked without a wake().
  std::chrono::milliseconds write_pause{1'000};  // After the database refused outcomes (full disk).
};

/// What the engine is made of; all references and pointers outlive it.
struct EngineParts {
  storage::Database& database;
  const Clock& clock;
  Random& random;
  Outlet& outlet;
  messages::DraftMaker& maker;
  std::vector<messages::DraftSource*> sources;  // In order of preference, behind messages that are due.
  std::vector<messages::OutcomeSink*> sinks;
  RetryPolicy retry;
  EngineLimits limits;
};

struct EngineCounts {
  std::size_t in_flight = 0;
  std::size_t bytes = 0;
};

/// Moves every due mail from its source to an outlet, and its outcome into the database: a feeder thread
/// takes drafts, composer threads turn them into mail, the outlet hands them over, a recorder thread writes
/// outcomes in bulk. Memory is bounded by EngineLimits. A message has at most one attempt under way at any
/// time; one that has no recorded outcome when the program dies is tried again after the next start.
class Engine {
 public:
  explicit Engine(EngineParts parts);
  ~Engine();  // Stops.

  void start();
  /// There may be something to do: new mail was accepted, a task became due. Any thread, any number of times.
  void wake();
  /// Lets open dialogues finish until `patience` has passed, records their outcomes, and ends all threads.
  /// What was not begun stays for the next start. Safe to call twice.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(10));

  EngineCounts counts() const;

 private:
  class Threads;
  std::unique_ptr<Threads> threads_;
};

}  // namespace sesame::delivery

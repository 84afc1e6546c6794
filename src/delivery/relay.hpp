#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "base/thread_safety.hpp"

#include "delivery/relay_outlet.hpp"

namespace sesame::delivery {

/// The state that all lanes of a relay share: the waiting mail, the idle connections, and the way back to the
/// engine. Mail waits here and not in a lane, since only a connection that is ready can send: a server may
/// accept one lane's connections and not another's. Thread: any.
class Relay {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// An idle connection. `wake`: true, take mail; false, close.
  struct Idle {
    std::function<void(bool)> wake;
    Time since;
  };

  Relay(RelayOptions given, const Clock& the_clock, Random& random);

  const RelayOptions options;
  const Clock& clock;
  SiteClock site;
  std::atomic<std::int64_t> clear_text_until_ms{0};  // Steady milliseconds.
  std::atomic<unsigned> connecting{0};               // Opening connections.

  /// Call it once, before all functions below.
  void begin(Outlet::Deliver to_engine, int lanes);

  /// Adds mail and wakes idle connections. True when these are too few for the waiting mail.
  bool add(std::vector<Parcel> parcels);
  /// Takes the next parcel, counted as a dialogue until dialogue_ended(). nullopt when no mail waits.
  std::optional<Parcel> take();
  /// Puts a parcel back before all others, since it was next.
  void put_back(Parcel parcel);
  std::size_t waiting() const;
  void dialogue_ended();
  /// Reports a result to the engine, unless closed.
  void deliver(DeliveryReport handed);

  /// Parks a connection until there is mail or it has to close; wakes it at once when mail waits.
  void park(Idle idle);
  /// Wakes idle connections for waiting mail.
  void wake_idle();
  void send_away_idle_since(Time longest);

  bool stopping() const { return stopping_; }
  /// Stops: no new dialogue begins, waiting mail is dropped, idle connections close. False when it was
  /// stopped before.
  bool stop();
  void lane_ended();
  /// Waits for the lanes and the open dialogues to end; false when `patience` ran out.
  bool wait_until_quiet(std::chrono::milliseconds patience);
  /// Ends the reports to the engine.
  void close();

 private:
  std::deque<Parcel>& queue_of(const Parcel& parcel) SESAME_REQUIRES(mutex_);
  std::size_t waiting_locked() const SESAME_REQUIRES(mutex_) { return urgent_.size() + others_.size(); }

  std::atomic<bool> stopping_{false};
  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Parcel> urgent_ SESAME_GUARDED_BY(mutex_);  // Single sends, whose callers expect them soon.
  std::deque<Parcel> others_ SESAME_GUARDED_BY(mutex_);  // Mail of runs.
  std::deque<Idle> idle_ SESAME_GUARDED_BY(mutex_);      // The longest idle first.
  int dialogues_ SESAME_GUARDED_BY(mutex_) = 0;          // Messages between take() and dialogue_ended().
  int lanes_running_ SESAME_GUARDED_BY(mutex_) = 0;

  Mutex deliver_mutex_;
  Outlet::Deliver to_engine_ SESAME_GUARDED_BY(deliver_mutex_);
};

}  // namespace sesame::delivery

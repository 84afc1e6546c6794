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

/// What all lanes of a relay share: the mail that waits, the connections that wait for mail, and the way back
/// to the engine. Mail waits here and with no lane, since only a connection that is ready knows that it can
/// send: a server may let one lane in and not the other. Any thread.
class Relay {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// A connection that has nothing to do. `wake`: true, look for mail; false, leave.
  struct Idle {
    std::function<void(bool)> wake;
    Time since;
  };

  Relay(RelayOptions given, const Clock& the_clock, Random& random);

  const RelayOptions options;
  const Clock& clock;
  SiteClock site;
  std::atomic<std::int64_t> clear_text_until_ms{0};  // Steady milliseconds.
  std::atomic<unsigned> connecting{0};               // Connections on their way.

  /// Once, before all below.
  void begin(Outlet::Deliver to_engine, int lanes);

  /// Takes in mail and wakes idle connections; true when these are too few for what waits.
  bool add(std::vector<Parcel> parcels);
  /// The next parcel, counted as a dialogue until dialogue_ended().
  std::optional<Parcel> take();
  /// In front of the others: its turn had come.
  void put_back(Parcel parcel);
  std::size_t waiting() const;
  void dialogue_ended();
  /// Hands a result to the engine, unless closed.
  void deliver(DeliveryReport handed);

  /// Keeps a connection until there is mail or it is sent away; at once when there is mail.
  void park(Idle idle);
  /// Mail waits and connections are idle: brings them together.
  void wake_idle();
  void send_away_idle_since(Time longest);

  bool stopping() const { return stopping_; }
  /// Nothing new is begun, what waits is forgotten, idle connections leave. False: it was so already.
  bool stop();
  void lane_ended();
  /// Waits for the lanes and the open dialogues to end; false when `patience` ran out.
  bool wait_until_quiet(std::chrono::milliseconds patience);
  /// From now on the engine hears nothing.
  void close();

 private:
  std::deque<Parcel>& queue_of(const Parcel& parcel) SESAME_REQUIRES(mutex_);
  std::size_t waiting_locked() const SESAME_REQUIRES(mutex_) { return urgent_.size() + others_.size(); }

  std::atomic<bool> stopping_{false};
  mutable Mutex mutex_;
  ConditionVariable changed_;
  std::deque<Parcel> urgent_ SESAME_GUARDED_BY(mutex_);  // Of sends: somebody waits for them.
  std::deque<Parcel> others_ SESAME_GUARDED_BY(mutex_);  // Of runs.
  std::deque<Idle> idle_ SESAME_GUARDED_BY(mutex_);      // The longest idle in front.
  int dialogues_ SESAME_GUARDED_BY(mutex_) = 0;  // Messages that are between take() and dialogue_ended().
  int lanes_running_ SESAME_GUARDED_BY(mutex_) = 0;

  Mutex deliver_mutex_;
  Outlet::Deliver to_engine_ SESAME_GUARDED_BY(deliver_mutex_);
};

}  // namespace sesame::delivery

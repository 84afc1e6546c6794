#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "delivery/relay_outlet.hpp"
#include "net/task.hpp"

namespace sesame::delivery {

/// What all lanes of a relay share. Any thread.
struct Relay {
  Relay(RelayOptions given, const Clock& the_clock, Random& random)
      : options(std::move(given)), clock(the_clock), site(options.site, options.connections, random) {}

  /// Hands results to the engine, unless the outlet has stopped.
  void deliver(Handed handed);
  void count_dialogues(int change);  // Messages that are between a lane's queue and deliver().

  const RelayOptions options;
  const Clock& clock;
  SiteClock site;
  std::atomic<bool> stopping{false};
  std::atomic<std::int64_t> clear_text_until_ms{0};  // Steady milliseconds.

  std::mutex mutex;  // Guards the following.
  std::condition_variable changed;
  Outlet::Deliver to_engine;
  bool closed = false;
  int dialogues = 0;
  int lanes_running = 0;
};

/// The relay's part on one event loop: a queue and some connections. On its loop's thread only; coroutines
/// hold it, and with it the relay, until they end.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(std::shared_ptr<Relay> relay, std::size_t loop, unsigned connections_max,
       std::function<void(std::function<net::Task<void>()>)> spawn)
      : relay_(std::move(relay)), loop_(loop), connections_max_(connections_max), spawn_(std::move(spawn)) {}

  std::size_t loop() const { return loop_; }
  void start();
  void add(std::vector<Parcel> parcels);
  /// Nothing new is begun; idle connections say QUIT.
  void close_down();
  /// Ends what is still open.
  void abort();

 private:
  struct Idle {
    std::function<void()> wake;
    std::chrono::steady_clock::time_point since;
  };

  static net::Task<void> look_after(std::shared_ptr<Lane> self);
  static net::Task<void> work(std::shared_ptr<Lane> self);

  net::Task<bool> connect(smtp::Client& client);
  /// False when the server hung up before it looked at any message.
  net::Task<bool> converse(smtp::Client& client);
  net::Task<bool> send_next(smtp::Client& client);
  net::Task<bool> wait_for_parcel();

  bool has_parcel() const { return !urgent_.empty() || !others_.empty(); }
  Parcel take_parcel();
  void put_back(Parcel parcel);
  void staff();
  void wake_one();
  void wake_all();

  const std::shared_ptr<Relay> relay_;
  const std::size_t loop_;
  const unsigned connections_max_;
  const std::function<void(std::function<net::Task<void>()>)> spawn_;
  std::deque<Parcel> urgent_;  // Of sends: somebody waits for them.
  std::deque<Parcel> others_;  // Of runs.
  std::deque<Idle> idle_;
  std::list<smtp::Client*> clients_;
  unsigned workers_ = 0;
};

}  // namespace sesame::delivery

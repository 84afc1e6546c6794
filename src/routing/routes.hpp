#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "dns/resolver.hpp"
#include "routing/plan.hpp"
#include "routing/route_cache.hpp"

namespace sesame::routing {

class DomainLookUp;

struct RouteOptions {
  OwnAddresses own;
  Families families = Families::v4;
  std::size_t cached_max = 65'536;   // Destinations in memory.
  std::size_t under_way_max = 128;   // Destinations looked up at once; the others wait in their order.
  std::size_t waiting_max = 16'384;  // Callbacks that wait; more are answered `unsure` at once.
  std::chrono::milliseconds deadline{30'000};  // For one destination, from the moment its turn comes.
};

/// The routes of destinations: looks each up once for all who ask, and keeps the result (RouteCache). The
/// resolver, the clock and the source of random numbers outlive it. Thread: any.
class Routes {
 public:
  /// Called once; quick, does not throw, does not stop the routes. Never nullptr.
  using Callback = std::function<void(RoutePtr)>;

  struct Counts {
    std::size_t cached = 0;     // Destinations in memory.
    std::size_t under_way = 0;  // Destinations that are looked up.
    std::size_t queued = 0;     // Destinations whose turn has not come.
    std::size_t waiting = 0;    // Callbacks.
  };

  Routes(dns::Resolver& resolver, const Clock& clock, Random& random, RouteOptions options);
  ~Routes();  // stop()

  /// The route of the domain of an address, in any form (destination_of). Answered at once, on the caller's
  /// thread, when it is known or cannot be looked up; else on the resolver's thread, or that of expire() or
  /// stop(). A route that could not be looked up here, because too many are or the routes are stopped, is
  /// `unsure` and not kept.
  void find(std::string_view domain, Callback callback);

  /// The route if it is known; else nullptr. Does not wait, and begins no look-up.
  RoutePtr known(std::string_view domain);

  /// Ends the look-ups whose deadline has passed. The owner calls it every few seconds.
  void expire();

  /// Ends all look-ups and waits until the callbacks of look-ups have returned; one that find() answers at
  /// once returns with find(). Not from a callback. May be called again.
  void stop();

  Counts counts() const;

 private:
  struct Flight {
    std::vector<Callback> callbacks;
    std::shared_ptr<DomainLookUp> look_up;  // nullptr until its turn comes.
    std::chrono::steady_clock::time_point deadline;
  };

  /// The route that answers at once, or nullptr: the callback was taken and waits for a look-up.
  RoutePtr known_or_wait(const std::string& destination, Callback& callback, std::int64_t now_ms)
      SESAME_REQUIRES(mutex_);
  void begin_queued();
  std::shared_ptr<DomainLookUp> next_look_up() SESAME_REQUIRES(mutex_);
  void finish(const std::string& destination, const Answers& answers);
  void answer_queued();

  dns::Resolver& resolver_;
  const Clock& clock_;
  Random& random_;
  const RouteOptions options_;

  mutable Mutex mutex_;
  ConditionVariable idle_;
  RouteCache cache_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Flight> flights_ SESAME_GUARDED_BY(mutex_);  // By destination.
  std::deque<std::string> queue_ SESAME_GUARDED_BY(mutex_);  // Destinations whose turn has not come.
  std::size_t waiting_ SESAME_GUARDED_BY(mutex_) = 0;        // Callbacks of all flights.
  std::size_t answering_ SESAME_GUARDED_BY(mutex_) = 0;      // Threads that call back.
  bool beginning_ SESAME_GUARDED_BY(mutex_) = false;         // A thread takes destinations from the queue.
  bool stopped_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::routing

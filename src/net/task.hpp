#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace sesame::net {

/// A coroutine on one event loop. A spawned one takes its parameters by value; a function that is awaited at
/// once may take references. g++ 12: in an expression with co_await build no object with braces, no copying
/// lambda and no conditional; name it on the line above.
template <class T = void>
using Task = boost::asio::awaitable<T>;

/// Calls `start` at once and suspends until the function given to it is called, from any thread; resumes on
/// the coroutine's own executor. Calling it twice is a bug; dropping it uncalled destroys the coroutine.
/// The holder of the function must call or drop it before the Loops are destroyed.
Task<void> wait_for_wake(std::function<void(std::function<void()>)> start);

/// As wait_for_wake, with a value: makes a callback interface (a database's, a pool's) awaitable.
template <class T>
Task<T> from_callback(std::function<void(std::function<void(T)>)> start) {
  auto slot = std::make_shared<std::optional<T>>();
  std::function<void(std::function<void()>)> begin = [slot,
                                                      start = std::move(start)](std::function<void()> wake) {
    start([slot, wake = std::move(wake)](T value) {
      slot->emplace(std::move(value));
      wake();
    });
  };
  co_await wait_for_wake(std::move(begin));
  co_return std::move(**slot);
}

/// Suspends the coroutine for that long.
Task<void> sleep_for(std::chrono::milliseconds duration);

}  // namespace sesame::net

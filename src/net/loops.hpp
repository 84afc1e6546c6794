#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "net/task.hpp"

namespace sesame::net {

/// The event loops: one thread each, nothing shared between them. A coroutine stays on the loop on which it
/// was started, so state that only a loop's coroutines touch needs no lock. Make it first and destroy it
/// last: all parts that may still wake a coroutine must have stopped before.
class Loops {
 public:
  /// At least one thread. They begin with start(); work given before waits.
  explicit Loops(unsigned threads);
  ~Loops();  // stop()
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  void start();

  /// Waits until the loops have nothing left to do, but no longer than `grace`, then stops them and joins the
  /// threads; coroutines that still wait are destroyed with the Loops. Not from a loop's own thread. May be
  /// called again. Servers and engines stop before: a listener or a timer counts as something to do.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(0));

  std::size_t size() const;

  /// `loop` < size(). May be used from any thread until the Loops are destroyed.
  boost::asio::any_io_executor executor(std::size_t loop) const;

  /// Runs the coroutine that `make` returns on that loop. `make` is kept until the coroutine ends. An
  /// exception that leaves the coroutine is a bug: it is logged and ends only that coroutine. Thread: any.
  void spawn(std::size_t loop, std::function<Task<void>()> make);

  /// Runs a plain function on that loop. Thread: any.
  void post(std::size_t loop, std::function<void()> run);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::net

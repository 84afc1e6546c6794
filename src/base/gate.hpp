#pragma once

#include <chrono>
#include <cstddef>

#include "base/thread_safety.hpp"

namespace sesame {

/// Counts the operations inside and refuses new ones once closed: parts of the program stop with it.
/// Thread: any.
class Gate {
 public:
  /// False once the gate is closed; after true, leave() must follow.
  [[nodiscard]] bool enter();
  void leave();

  /// Closes: enter() fails from now on, the operations inside continue. May be called again.
  void close();
  /// Closes and waits until all operations have left.
  void close_and_wait();
  /// Closes and waits at most `limit`; false when an operation is still inside.
  bool close_and_wait(std::chrono::milliseconds limit);

  bool closed() const;
  std::size_t inside() const;

 private:
  mutable Mutex mutex_;
  ConditionVariable empty_;
  std::size_t inside_ SESAME_GUARDED_BY(mutex_) = 0;
  bool closed_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame

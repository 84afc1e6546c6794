#pragma once

#include <chrono>
#include <cstddef>

#include "base/thread_safety.hpp"

namespace sesame {

/// Counts who is inside and closes: the one way in which parts of the program stop. Safe from any thread.
class Gate {
 public:
  /// False once the gate is closed; after true, leave() must follow.
  [[nodiscard]] bool enter();
  void leave();

  /// Lets nobody in any more; those inside stay. May be called again.
  void close();
  /// Closes and waits until everybody has left.
  void close_and_wait();
  /// The same, but no longer than `limit`; false when somebody is still inside.
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

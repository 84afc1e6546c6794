#pragma once

#include <chrono>

namespace sesame::commands {

/// Waiting that Ctrl-C (SIGINT) and SIGTERM end. Create it before any other thread: it blocks the two signals
/// in this thread and in all later ones, and receives them itself.
class Pause {
 public:
  Pause();

  /// Waits; false when one of the signals arrived meanwhile or before.
  bool wait(std::chrono::milliseconds time);
  /// Waits until one of the signals arrives.
  void wait_for_stop();
  bool stopped() const { return stopped_; }

 private:
  bool stopped_ = false;
};

}  // namespace sesame::commands

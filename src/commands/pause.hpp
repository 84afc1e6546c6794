#pragma once

#include <chrono>

namespace sesame::commands {

/// Waiting that Ctrl-C (SIGINT) and SIGTERM end. Make one before any other thread starts: it blocks the two
/// signals in this thread and all that come after, and takes them itself.
class Pause {
 public:
  Pause();

  /// Waits; false when the program was told to stop meanwhile or before.
  bool wait(std::chrono::milliseconds time);
  /// Waits until the program is told to stop.
  void wait_for_stop();
  bool stopped() const { return stopped_; }

 private:
  bool stopped_ = false;
};

}  // namespace sesame::commands

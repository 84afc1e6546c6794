#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace sesame::commands {

/// Waiting that Ctrl-C (SIGINT) and SIGTERM end. Create it before any other thread: it blocks these signals
/// in this thread and in all later ones, and receives them on a thread of its own. Thread: one.
class Pause {
 public:
  enum class Kind : std::uint8_t {
    client,  // The program ends by itself (exit status 130) when a command does not, a moment after Ctrl-C.
    server,  // SIGHUP asks for the settings to be read again; stopping takes the time that it takes.
  };
  explicit Pause(Kind kind);
  ~Pause();
  Pause(const Pause&) = delete;
  Pause& operator=(const Pause&) = delete;

  /// Waits; false when a signal to stop arrived meanwhile or before.
  bool wait(std::chrono::milliseconds time);
  /// Waits until there is something to read, or nothing will ever come; false as in wait().
  bool wait_readable(int file);
  enum class Signal : std::uint8_t { stop, reload };
  /// Waits until a signal arrives. A reload is reported once, however often it was asked for.
  Signal wait_for_signal();
  /// Whether a signal to stop arrived.
  bool stopped() const { return stopped_; }

 private:
  void receive();

  const Kind kind_;
  int wake_ = -1;  // An eventfd: readable after each signal.
  std::atomic<bool> stopped_{false};
  std::atomic<bool> reload_{false};
  std::atomic<bool> ends_{false};
  std::thread receiver_;
};

}  // namespace sesame::commands

#pragma once

#include <system_error>
#include <thread>
#include <utility>

namespace sesame {

/// Says on standard error that the system gives no further thread, with the limits that may be the cause, and
/// ends the process with status 1. Nothing is lost by that: what was accepted is on the disk.
[[noreturn]] void end_without_thread(const std::system_error& failure);

/// Starts a thread, or ends the process by end_without_thread(). Threads are started with their objects; an
/// exception would have to leave half-made objects whose other threads run. Thread: any.
template <class Function>
std::thread start_thread(Function&& run) {
  try {
    return std::thread(std::forward<Function>(run));
  } catch (const std::system_error& failure) {
    end_without_thread(failure);
  }
}

}  // namespace sesame

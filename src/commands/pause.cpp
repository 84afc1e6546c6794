#include "commands/pause.hpp"

#include <csignal>
#include <ctime>

namespace sesame::commands {

namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Pause::Pause() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool Pause::wait(std::chrono::milliseconds time) {
  if (stopped_) return false;
  const sigset_t set = stop_signals();
  timespec limit{};
  limit.tv_sec = static_cast<std::time_t>(time.count() / 1000);
  limit.tv_nsec = static_cast<long>(time.count() % 1000 * 1'000'000);
  if (sigtimedwait(&set, nullptr, &limit) > 0) stopped_ = true;
  return !stopped_;
}

void Pause::wait_for_stop() {
  const sigset_t set = stop_signals();
  int signal_number = 0;
  if (!stopped_) sigwait(&set, &signal_number);
  stopped_ = true;
}

}  // namespace sesame::commands

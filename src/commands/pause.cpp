#include "commands/pause.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>

#include "commands/exit_status.hpp"

namespace sesame::commands {

namespace {

// A call in progress may take this long after Ctrl-C.
constexpr timespec kGrace{2, 0};

sigset_t signals_of(Pause::Kind kind) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  if (kind == Pause::Kind::server) sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

Pause::Pause(Kind kind) : kind_(kind), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  const sigset_t set = signals_of(kind);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  receiver_ = std::thread([this] { receive(); });
}

Pause::~Pause() {
  ends_ = true;
  pthread_kill(receiver_.native_handle(), SIGTERM);
  receiver_.join();
  ::close(wake_);
}

void Pause::receive() {
  const sigset_t set = signals_of(kind_);
  for (int number = 0; sigwait(&set, &number) == 0;) {
    if (ends_) return;
    (number == SIGHUP ? reload_ : stopped_) = true;
    const std::uint64_t one = 1;
    if (::write(wake_, &one, sizeof one) < 0) continue;
    if (number == SIGHUP || kind_ == Kind::server) continue;
    // A second signal ends the waiting, too.
    sigtimedwait(&set, nullptr, &kGrace);
    if (ends_) return;
    constexpr char kText[] = "\nsesame: stopped\n";
    if (::write(STDERR_FILENO, kText, sizeof kText - 1) >= 0) _exit(kExitInterrupted);
    _exit(kExitInterrupted);
  }
}

bool Pause::wait(std::chrono::milliseconds time) {
  if (stopped_) return false;
  pollfd waited{wake_, POLLIN, 0};
  ::poll(&waited, 1, static_cast<int>(time.count()));
  if (stopped_) return false;
  // A request to reload must not shorten the next waiting.
  std::uint64_t count = 0;
  return ::read(wake_, &count, sizeof count) < 0 || !stopped_;
}

bool Pause::wait_readable(int file) {
  pollfd waited[2] = {{wake_, POLLIN, 0}, {file, POLLIN, 0}};
  if (!stopped_) ::poll(waited, 2, -1);
  return !stopped_;
}

Pause::Signal Pause::wait_for_signal() {
  while (true) {
    if (stopped_) return Signal::stop;
    if (reload_.exchange(false)) return Signal::reload;
    pollfd waited{wake_, POLLIN, 0};
    ::poll(&waited, 1, -1);
    std::uint64_t count = 0;
    if (::read(wake_, &count, sizeof count) < 0) continue;
  }
}

}  // namespace sesame::commands

#include "testkit/eventually.hpp"

#include <thread>

#include "base/clock.hpp"

namespace sesame::testkit {

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds deadline) {
  const SystemClock clock;
  const auto end = clock.steady_now() + deadline;
  while (!holds()) {
    if (clock.steady_now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void let_time_pass(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

}  // namespace sesame::testkit

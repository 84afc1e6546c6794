#include "net/deadline.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace sesame::net {

namespace {

// Sockets wait in real time, whatever Clock the rest of the program has.
std::chrono::steady_clock::time_point steady_now() { return SystemClock().steady_now(); }

}  // namespace

Deadline Deadline::from_now(std::chrono::milliseconds timeout) {
  // Far enough for "no limit" and near enough not to overflow the clock.
  constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
  return Deadline(steady_now() + std::min(timeout, kLongest));
}

std::chrono::milliseconds Deadline::left() const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(at_ - steady_now());
  return std::max(left, std::chrono::milliseconds(0));
}

}  // namespace sesame::net

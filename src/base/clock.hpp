#pragma once

#include <chrono>
#include <cstdint>

namespace sesame {

/// Milliseconds since the UNIX epoch, UTC.
using UnixMillis = std::chrono::sys_time<std::chrono::milliseconds>;

/// The time of day and a steady time, as an argument: tests run a week in a second. Thread: any.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual UnixMillis now() const = 0;
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;

  std::int64_t now_ms() const { return now().time_since_epoch().count(); }
  std::int64_t now_s() const { return now_ms() / 1000; }
};

/// The machine's clocks. The only place that reads them.
class SystemClock final : public Clock {
 public:
  UnixMillis now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

}  // namespace sesame

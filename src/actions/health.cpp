#include "actions/health.hpp"

#include "base/beijing_time.hpp"
#include "base/earliest_time.hpp"

namespace sesame::actions {

namespace {

constexpr std::uint64_t kMiB = 1024 * 1024;

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes / kMiB) + " MiB"; }

}  // namespace

HealthCheck judge_disk(const DiskSpace& space) {
  constexpr std::uint64_t kLittle = 1024 * kMiB;
  constexpr std::uint64_t kHardlyAny = 128 * kMiB;
  constexpr std::uint64_t kSmallShare = 20;  // One part in twenty.
  HealthCheck check{.name = "disk", .text = "There is room on the disk."};
  if (space.total_bytes == 0) {
    check.state = HealthCheck::State::warning;
    check.text = "The free space of the disk can't be read.";
    return check;
  }
  check.detail = mebibytes(space.free_bytes) + " / " + mebibytes(space.total_bytes);
  if (space.free_bytes < kHardlyAny) {
    check.state = HealthCheck::State::error;
    check.text = "The disk is nearly full: calls and mails will soon be refused.";
  } else if (space.free_bytes < kLittle && space.free_bytes < space.total_bytes / kSmallShare) {
    check.state = HealthCheck::State::warning;
    check.text = "The disk has little room left.";
  }
  return check;
}

HealthCheck judge_clock(std::int64_t now_ms, std::int64_t newest_ms, bool waits) {
  constexpr std::int64_t kTolerated = 60'000;
  HealthCheck check{.name = "clock", .text = "The clock is not behind what was stored."};
  if (now_ms < kEarliestMs) {
    check.state = HealthCheck::State::error;
    check.text = "The clock was not set: mail waits until it is.";
    check.detail = format_beijing_time(now_ms);
    return check;
  }
  if (waits) {
    check.state = HealthCheck::State::warning;
    check.text = "The clock has stepped: mail waits until it has run for a minute without a step.";
    return check;
  }
  if (newest_ms <= now_ms + kTolerated) return check;
  check.state = HealthCheck::State::error;
  check.text = "The clock is behind times that were stored: it was ahead before, or was set back.";
  check.detail = std::to_string((newest_ms - now_ms) / 1000) + " s";
  return check;
}

}  // namespace sesame::actions

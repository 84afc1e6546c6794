#include "shaping/path_memory.hpp"

#include <algorithm>
#include <chrono>

namespace sesame::shaping {
namespace {

constexpr std::int64_t kHoldLongestMs = std::chrono::milliseconds(std::chrono::hours(25)).count();

}  // namespace

bool is_ahead(std::int64_t until_ms, std::int64_t now_ms) {
  const std::int64_t left_ms = until_ms - now_ms;
  return left_ms > 0 && left_ms <= kHoldLongestMs;
}

std::optional<HoldState> hold_of(const PathMemory& memory, std::int64_t now_ms) {
  const bool held = is_ahead(memory.held_until_ms, now_ms);
  const bool pauses = is_ahead(memory.paused_until_ms, now_ms);
  if (!held && !pauses) return std::nullopt;
  HoldState hold{.since_ms = now_ms, .until_ms = 0, .step = 0, .rule = memory.rule, .reply = memory.reply};
  if (held) {
    hold.step = std::max(1U, memory.holds);
    hold.until_ms = memory.held_until_ms;
    if (memory.held_since_ms != 0) hold.since_ms = memory.held_since_ms;
  }
  if (pauses) hold.until_ms = std::max(hold.until_ms, memory.paused_until_ms);
  return hold;
}

void end_hold(PathMemory& memory, std::int64_t now_ms) {
  memory.held_until_ms = std::min(memory.held_until_ms, now_ms);
  memory.paused_until_ms = std::min(memory.paused_until_ms, now_ms);
}

}  // namespace sesame::shaping

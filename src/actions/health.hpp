#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sesame::actions {

/// One thing that a working server needs.
struct HealthCheck {
  enum class State : std::uint8_t { ok, warning, error };
  std::string_view name;  // "disk".
  State state = State::ok;
  std::string_view text;      // English; api/sesame-2026-12-01.json has the Chinese phrase.
  std::string detail;         // Numbers, a server's reply; may be empty.
  std::int64_t since_ms = 0;  // 0: unknown.
};

/// The free space of a file system.
struct DiskSpace {
  std::uint64_t free_bytes = 0;
  std::uint64_t total_bytes = 0;  // 0: it can't be told.
};

// The judgements, each about one thing. Pure. Thread: any.

HealthCheck judge_disk(const DiskSpace& space);
/// `newest_ms`: the newest time that the store knows of; a clock behind it was set back. `waits`: mail waits
/// until the time of day can be trusted.
HealthCheck judge_clock(std::int64_t now_ms, std::int64_t newest_ms, bool waits);

}  // namespace sesame::actions

#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sesame::shaping {

/// The lessons of the replies on a path, as they are kept over restarts. 0: none.
struct PathMemory {
  double mails_per_second = 0;
  double connections = 0;
  unsigned messages_per_connection = 0;
  std::int64_t messages_until_ms = 0;  // The end of messages_per_connection.
  std::int64_t held_since_ms = 0;      // The first of holds one after another.
  std::int64_t hold_began_ms = 0;      // The newest one.
  std::int64_t held_until_ms = 0;
  std::int64_t paused_until_ms = 0;  // By the words of a server, or since it refuses everything.
  unsigned holds = 0;                // One after another: which step of its rule the next one takes.
  std::string rule;                  // The rule of the newest hold or cut; empty: the reply's code decided.
  std::string reply;                 // The reply that caused it.

  bool operator==(const PathMemory&) const = default;
};

/// A hold that lasts, or a pause that servers caused by their words or by refusing everything.
struct HoldState {
  std::int64_t since_ms = 0;  // The first of holds without a mail accepted between; of a pause now.
  std::int64_t until_ms = 0;
  unsigned step = 0;  // Holds one after another, with this one; 0: a pause.
  std::string rule;   // Empty: the reply's code decided.
  std::string reply;  // The one that caused it.
};

/// Whether that moment is to come. One further ahead than any hold was set by a clock that was wrong. Pure.
bool is_ahead(std::int64_t until_ms, std::int64_t now_ms);
/// The hold or pause that lasts by this memory; nullopt without one. Pure.
std::optional<HoldState> hold_of(const PathMemory& memory, std::int64_t now_ms);
/// Ends both. The steps that were taken stay known. Pure.
void end_hold(PathMemory& memory, std::int64_t now_ms);

}  // namespace sesame::shaping

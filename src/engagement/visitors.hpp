#pragma once

#include <string_view>

#include "effects/mail_effects.hpp"

namespace sesame::engagement {

/// The properties of a request that show which kind of client made it.
struct VisitTraits {
  effects::EventKind kind = effects::EventKind::open;  // open or click.
  bool only_head = false;                              // A HEAD request.
  bool announced_ahead = false;                        // Announced as a prefetch (announces_prefetch()).
  std::string_view user_agent;
};

/// Finds the kind of client in a table of known agents (visitors.cpp); unknown ones count as people.
/// Thread: any.
effects::Visitor visitor_of(const VisitTraits& traits);

/// Whether the value of a `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz` field announces a prefetch.
bool announces_prefetch(std::string_view purpose);

}  // namespace sesame::engagement

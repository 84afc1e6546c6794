#pragma once

#include <string_view>

#include "effects/mail_effects.hpp"

namespace sesame::engagement {

/// What a request for an image or a link says about who made it.
struct VisitTraits {
  effects::EventKind kind = effects::EventKind::open;  // open or click.
  bool only_head = false;                              // Asked for the header alone.
  bool announced_ahead = false;  // Says that nobody asked to see it yet (announces_prefetch()).
  std::string_view user_agent;
};

/// By a table of known agents (visitors.cpp); everything that is not known is a person. Pure.
effects::Visitor visitor_of(const VisitTraits& traits);

/// Whether the value of a `Sec-Purpose`, `Purpose`, `X-Purpose` or `X-Moz` field announces a request made
/// ahead.
bool announces_prefetch(std::string_view purpose);

}  // namespace sesame::engagement

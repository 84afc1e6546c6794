#pragma once

#include <vector>

#include "delivery/outlet.hpp"
#include "routing/plan.hpp"

namespace sesame::delivery {

/// Reports of mail to a destination that has no servers: an attempt at stage `connect`, refused or deferred
/// as the route says. Pure. Thread: any.
std::vector<DeliveryReport> reports_without_route(std::vector<DueDraft> drafts,
                                                  const routing::NoRoute& route);

}  // namespace sesame::delivery

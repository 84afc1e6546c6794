#pragma once

#include <vector>

#include "delivery/outlet.hpp"
#include "delivery/site_pace.hpp"
#include "routing/plan.hpp"

/// Reports of mail that reached no dialogue of its own. Pure. Thread: any.
namespace sesame::delivery {

/// Reports that mail was refused a way. `attempted`: a connection was tried for it.
DeliveryReport report_of(Parcel mail, const Refusal& why, bool attempted);

/// Takes the drafts whose senders are held at a site, and reports them without an attempt.
std::vector<DeliveryReport> reports_of_held(std::vector<DueDraft>& drafts, const SitePace& paced);

/// Reports of mail to a destination that has no servers: an attempt at stage `connect`, refused or deferred
/// as the route says.
std::vector<DeliveryReport> reports_without_route(std::vector<DueDraft> drafts,
                                                  const routing::NoRoute& route);

}  // namespace sesame::delivery

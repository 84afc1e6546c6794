#pragma once

#include <string>
#include <vector>

#include "routing/plan.hpp"
#include "routing/sts_policy.hpp"

namespace sesame::routing {

/// A plan under a policy.
struct StsPlan {
  /// With a followed policy: the hosts that it names, whose certificates are required; NoRoute when it names
  /// none of them. Else the plan, whose certificates are noted.
  Route route;
  std::vector<std::string> unlisted;  // The plan's hosts that the policy does not name.
};

/// Applies a policy of mode testing or enforce (RFC 8461 §4, §5). `follow`: enforce is obeyed; else it counts
/// as testing. Plans of different demands have different sites. Pure. Thread: any.
StsPlan plan_under(const Plan& plan, const StsPolicy& policy, bool follow, const std::string& destination);

}  // namespace sesame::routing

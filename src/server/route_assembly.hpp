#pragma once

#include <memory>

#include "base/result.hpp"
#include "delivery/source_health.hpp"
#include "delivery/source_names.hpp"
#include "dns/ares_resolver.hpp"
#include "routing/routes.hpp"
#include "server/assembly.hpp"
#include "server/store_assembly.hpp"
#include "shaping/rules_in_force.hpp"

namespace sesame::server {

/// Where mail of mode direct goes. Its resolver is not the one that verifies sender domains, so that a list
/// of dead destinations does not hold up those checks.
struct RouteAssembly final : Assembly {
  std::unique_ptr<dns::AresResolver> resolver;
  std::unique_ptr<routing::Routes> routes;
  std::shared_ptr<delivery::SourceHealth> sources;
  std::unique_ptr<delivery::SourceNames> source_names;

  /// Error: errors::kSettingValue.
  static Result<std::unique_ptr<RouteAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                     std::shared_ptr<const shaping::RulesInForce> rules);
  /// Ends look-ups whose time is over, and checks the names of the sources when it is time to.
  void tick();
  /// Ends all look-ups. Call it when nobody looks for a route any more.
  void stop() override;
};

}  // namespace sesame::server

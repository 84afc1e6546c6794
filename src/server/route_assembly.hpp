#pragma once

#include <memory>

#include "base/result.hpp"
#include "delivery/source_health.hpp"
#include "delivery/source_names.hpp"
#include "dns/ares_resolver.hpp"
#include "net/http_fetcher.hpp"
#include "routing/policed_routes.hpp"
#include "routing/routes.hpp"
#include "routing/sts_policies.hpp"
#include "server/assembly.hpp"
#include "server/store_assembly.hpp"
#include "shaping/rules_in_force.hpp"

namespace sesame::server {

/// Where mail of mode direct goes, and under which policies of the destinations. Its resolver is not the one
/// that verifies sender domains, so that a list of dead destinations does not hold up those checks.
struct RouteAssembly final : Assembly {
  std::unique_ptr<dns::AresResolver> resolver;
  std::unique_ptr<net::HttpFetcher> fetcher;
  std::unique_ptr<routing::Routes> plain;  // Without policies.
  std::unique_ptr<routing::StsPolicies> policies;
  std::unique_ptr<routing::PolicedRoutes> routes;
  std::shared_ptr<delivery::SourceHealth> sources;
  std::unique_ptr<delivery::SourceNames> source_names;

  /// `rules` say how policies are used. Error: errors::kSettingValue.
  static Result<std::unique_ptr<RouteAssembly>> open(const Settings& settings, StoreAssembly& store,
                                                     std::shared_ptr<const shaping::RulesInForce> rules);
  /// Ends look-ups that take too long, keeps new policies on disk, and checks the names of the sources. Call
  /// it every few seconds. Thread: one, which may wait for the database.
  void tick();
  /// Ends all look-ups. Call it when nobody looks for a route any more.
  void stop() override;

 private:
  storage::Database* database_ = nullptr;
  routing::StsPolicyRows unkept_;

  Status restore_policies(const StoreAssembly& store);
  void keep_policies();
};

}  // namespace sesame::server

#pragma once

#include "base/result.hpp"
#include "delivery/direct_outlet.hpp"
#include "routing/routes.hpp"
#include "server/settings.hpp"
#include "shaping/source_pools.hpp"

/// The options of mode direct. Pure, but for the names and addresses of the machine.
namespace sesame::server {

/// Error: errors::kSettingValue (a name for EHLO that is not fully qualified, or sender domains that nobody
/// verifies).
Result<delivery::DirectOptions> direct_options(const Settings& settings);
/// The addresses and names of this machine, which mail must not lead back to.
/// Its sources decide which families of addresses the servers may have.
routing::RouteOptions route_options(const Settings& settings, const shaping::SourcePools& sources);

}  // namespace sesame::server

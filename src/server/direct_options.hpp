#pragma once

#include "base/result.hpp"
#include "delivery/direct_outlet.hpp"
#include "routing/routes.hpp"
#include "server/settings.hpp"

/// The options of mode direct. Pure, but for the names and addresses of the machine.
namespace sesame::server {

/// Error: errors::kSettingValue (a name for EHLO that is not fully qualified, or sender domains that nobody
/// verifies).
Result<delivery::DirectOptions> direct_options(const Settings& settings);
/// The addresses and names of this machine, which mail must not lead back to.
routing::RouteOptions route_options(const Settings& settings);

}  // namespace sesame::server

#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

#include "base/result.hpp"
#include "commands/api_client.hpp"
#include "commands/pause.hpp"

namespace sesame::commands {

/// The dry run of a send task: begins it and asks for its state until it has ended.
struct DryRunWatch {
  /// Called with each state that is not the last: judged recipients, and all of them. May be empty.
  std::function<void(std::uint64_t judged, std::uint64_t all)> progress;
  /// After this time it is stopped, and the answer is what it came to: its State is `stopped`, or `running`
  /// when the credential may not stop it.
  std::chrono::milliseconds longest = std::chrono::hours(24);
};

/// `parameters`: those of BatchSendEmail. Returns the last answer. The server's dry run is stopped, too, when
/// Ctrl-C ends the waiting. Errors: those of ApiClient::call.
Result<boost::json::object> run_dry(ApiClient& client, Pause& pause, const boost::json::object& parameters,
                                    const DryRunWatch& watch);

}  // namespace sesame::commands

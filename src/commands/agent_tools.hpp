#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cloudapi/description.hpp"
#include "commands/api_client.hpp"
#include "commands/confirmations.hpp"
#include "commands/pause.hpp"

namespace sesame::commands {

/// The tools of `sesame mcp`, for programs that read in place of people: find_action, describe_action and
/// call_action, all made from the API's description. A call that sends mail is only tried until it comes
/// again with the confirmation that the trial gave; a task then begins five minutes later at the earliest, so
/// that it can be stopped. Thread: one.
class AgentTools {
 public:
  /// `read_only`: refuse every action that changes something, whatever the credential allows. All references
  /// outlive it.
  AgentTools(ApiClient& client, Pause& pause, const Clock& clock, Random& random, bool read_only)
      : client_(client), pause_(pause), clock_(clock), confirmations_(clock, random), read_only_(read_only) {}

  /// The tools with their JSON Schemas, as MCP's tools/list wants them.
  boost::json::array list() const;

  /// A tool's answer. A failure is an object with the member `error`.
  struct ToolAnswer {
    boost::json::object content;
    bool failed = false;
  };
  /// Runs a tool. nullopt: there is no tool of that name.
  std::optional<ToolAnswer> call(std::string_view tool, const boost::json::object& arguments);

 private:
  ToolAnswer call_action(const boost::json::object& arguments);
  ToolAnswer make(const cloudapi::ActionDescription& action, const boost::json::object& parameters);
  ToolAnswer try_out(const cloudapi::ActionDescription& action, const boost::json::object& parameters);
  ToolAnswer carry_out(const cloudapi::ActionDescription& action, const boost::json::object& parameters,
                       std::string_view token);
  std::optional<Error> look_ahead(const cloudapi::ActionDescription& action,
                                  const boost::json::object& parameters, boost::json::object& trial);

  ApiClient& client_;
  Pause& pause_;
  const Clock& clock_;
  Confirmations confirmations_;
  const bool read_only_;
};

}  // namespace sesame::commands

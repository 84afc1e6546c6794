#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "commands/api_client.hpp"

/// Calls about recipient groups that several commands share.
namespace sesame::commands {

struct RemoteGroup {
  std::uint64_t id = 0;
  std::string name;
  std::uint64_t recipients = 0;
  std::uint64_t invalid = 0;
  std::uint64_t status = 1;
};

/// Finds a group by its number or its exact name. Errors: errors::kGroupMissing, those of ApiClient::call.
Result<RemoteGroup> find_group(ApiClient& client, const std::string& name_or_id);

/// Creates the group; the error is the server's (RepeatReceiverName when it exists).
Result<std::uint64_t> create_group(ApiClient& client, const std::string& name,
                                   const std::string& description);

}  // namespace sesame::commands

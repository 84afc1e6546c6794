#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
  std::string created;
};

/// The way in which a person names a group: its exact name, or its number. A name that consists of digits
/// stays a name.
struct GroupReference {
  std::string name;
  std::uint64_t id = 0;  // 0: by name.
};

/// Finds a group by its number or its exact name. Errors: errors::kGroupMissing or
/// errors::kGroupNumberMissing (facts "value", "region"), those of ApiClient::call.
Result<RemoteGroup> find_group(ApiClient& client, const GroupReference& reference);

/// All groups, the newest first.
Result<std::vector<RemoteGroup>> all_groups(ApiClient& client);

/// Creates the group; the error is the server's (RepeatReceiverName when it exists).
Result<std::uint64_t> create_group(ApiClient& client, const std::string& name,
                                   const std::string& description);

/// Whether the text consists of digits.
bool is_number(std::string_view text);

}  // namespace sesame::commands

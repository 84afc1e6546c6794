#pragma once

#include <array>
#include <string_view>

#include "base/result.hpp"
#include "commands/commands.hpp"

namespace sesame::commands {

/// The states of a task's recipients, as the API names them.
inline constexpr std::array<std::string_view, 8> kRecipientStates{
    "delivered", "refused", "dropped", "withheld", "skipped", "deferred", "waiting", "stopped"};

/// Shows the recipients of a task in the chosen states: as a table, as JSON, or as a CSV file of all of them.
Status show_recipients(Context& context, ApiClient& client, const TasksCommand& options);

}  // namespace sesame::commands

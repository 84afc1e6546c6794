#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "campaigns/run_pace.hpp"
#include "commands/commands.hpp"

namespace sesame::commands {

/// Starts a task that may have caps. A task gets its caps after it was ordered; so it is ordered for much
/// later, and the call that sets them moves it to its time: no mail begins without them. Thread: one.
class CappedStart {
 public:
  /// Make it before the task is ordered. `begin_s`: the time at which it is to begin; nullopt: now. All
  /// references outlive it.
  CappedStart(Context& context, ApiClient& client, const campaigns::Caps& caps,
              std::optional<std::int64_t> begin_s);

  /// The time for which the task is ordered. nullopt: it begins at once.
  std::optional<std::int64_t> order_s() const;
  /// Says when the caps let the task end, sets them, and moves it to its time. A task that does not get its
  /// caps is stopped. Errors: those of ApiClient::call.
  Status start(std::uint64_t task_id);

 private:
  std::int64_t server_now_s(const boost::json::object& task) const;
  Status give_caps(std::uint64_t task_id);

  Context& context_;
  ApiClient& client_;
  const campaigns::Caps& caps_;
  const std::optional<std::int64_t> begin_s_;
  const std::chrono::steady_clock::time_point made_;
};

/// "ends about 2026-12-01 14:00:00 +01:00, at most 500 an hour"; `time` is Beijing time.
std::string ends_about(const Context& context, const campaigns::Caps& caps, const std::string& time);

/// Adds the caps to the parameters of a call; those that are 0 are left out.
void add_caps(boost::json::object& parameters, const campaigns::Caps& caps);

}  // namespace sesame::commands

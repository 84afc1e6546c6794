#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"

namespace sesame::commands {

/// Calls that wait for a person's yes. Each has a random token, which is also the idempotency key of the
/// call: a repeated yes acts once. They are forgotten after 15 minutes, and the oldest beyond 64.
/// Thread: one.
class Confirmations {
 public:
  struct Pending {
    std::string token, action;
    boost::json::object parameters;
    // The parameters that the confirmed call was made with; a repetition must be made with the same.
    std::optional<boost::json::object> carried_out;
    std::chrono::steady_clock::time_point expires;
  };

  /// Both outlive it.
  Confirmations(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// Keeps the call; returns its token.
  std::string add(std::string_view action, const boost::json::object& parameters);
  /// The call that has this token; null when there is none, or it is another call. Valid until the next
  /// add().
  Pending* find(std::string_view token, std::string_view action, const boost::json::object& parameters);

 private:
  const Clock& clock_;
  Random& random_;
  std::deque<Pending> pending_;  // The oldest first.
};

}  // namespace sesame::commands

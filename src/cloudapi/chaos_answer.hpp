#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "cloudapi/error_codes.hpp"
#include "cloudapi/exchange.hpp"

/// Calls that chaos refuses, as their account asked for with SetChaos. Thread: any.
namespace sesame::cloudapi {

/// The code with which a signed call of the account is refused; nullopt: it is carried out. Empty where there
/// is no chaos.
using CallChaos = std::function<std::optional<std::string>(std::int64_t account_id)>;

/// On an answer that no real fault caused.
inline constexpr const char* kChaosHeader = "X-Sesame-Chaos";

/// Error: errors::kChaos. Calls of a person's session, GetChaos and SetChaos are spared: somebody must be
/// able to end it.
Status ask_chaos(const CallChaos& chaos, const Exchange& exchange);

/// Marks the answer to a call that chaos refused, so that a person knows. False for another error.
bool mark_chaos(const Error& error, ApiError& shown);

}  // namespace sesame::cloudapi

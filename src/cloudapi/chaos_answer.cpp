#include "cloudapi/chaos_answer.hpp"

#include <utility>

#include "cloudapi/errors.hpp"

namespace sesame::cloudapi {

Status ask_chaos(const CallChaos& chaos, const Exchange& exchange) {
  if (!chaos || exchange.session) return Done{};
  const std::string& action = exchange.action->name;
  if (action == "GetChaos" || action == "SetChaos") return Done{};
  if (std::optional<std::string> code = chaos(exchange.account_id))
    return Error(errors::kChaos).with("code", std::move(*code));
  return Done{};
}

bool mark_chaos(const Error& error, ApiError& shown) {
  if (!error.is(errors::kChaos)) return false;
  shown.message.insert(0, "[chaos] ");
  shown.ours = false;
  return true;
}

}  // namespace sesame::cloudapi

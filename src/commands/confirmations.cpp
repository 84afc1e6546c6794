#include "commands/confirmations.hpp"

#include "base/uuid.hpp"

namespace sesame::commands {

namespace {

constexpr std::size_t kPendingMax = 64;
constexpr std::chrono::minutes kLifetime{15};

}  // namespace

std::string Confirmations::add(std::string_view action, const boost::json::object& parameters) {
  if (pending_.size() == kPendingMax) pending_.pop_front();
  pending_.push_back({.token = uuid_v4(random_),
                      .action = std::string(action),
                      .parameters = parameters,
                      .carried_out = {},
                      .expires = clock_.steady_now() + kLifetime});
  return pending_.back().token;
}

Confirmations::Pending* Confirmations::find(std::string_view token, std::string_view action,
                                            const boost::json::object& parameters) {
  while (!pending_.empty() && pending_.front().expires <= clock_.steady_now()) pending_.pop_front();
  for (Pending& one : pending_) {
    if (one.token == token) return one.action == action && one.parameters == parameters ? &one : nullptr;
  }
  return nullptr;
}

}  // namespace sesame::commands

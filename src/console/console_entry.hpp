#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "accounts/audit_log.hpp"
#include "accounts/users.hpp"

namespace sesame::console {

/// The audit log's entry for an act at the console beside calls. `user`: null when nobody is known. Pure.
/// Thread: any.
inline accounts::AuditEntry console_entry(const accounts::User* user, std::string peer, std::string action,
                                          std::int64_t now_ms) {
  accounts::AuditEntry entry;
  entry.at_ms = now_ms;
  entry.client = "console";
  entry.peer = std::move(peer);
  entry.action = std::move(action);
  entry.code = "OK";
  if (user == nullptr) return entry;
  entry.account_id = user->account_id;
  entry.actor_account_id = user->account_id;
  entry.actor_kind = accounts::ActorKind::user;
  entry.actor = user->name;
  return entry;
}

}  // namespace sesame::console

#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "accounts/audit_log.hpp"

namespace sesame::server {

/// The audit log's entry for a command of the data folder's operator, which nobody logged in for. Pure.
/// Thread: any.
inline accounts::AuditEntry offline_entry(std::string action, std::int64_t now_ms) {
  accounts::AuditEntry entry;
  entry.at_ms = now_ms;
  entry.actor_kind = accounts::ActorKind::operating;
  entry.client = "cli";
  entry.action = std::move(action);
  entry.code = "OK";
  return entry;
}

}  // namespace sesame::server

#pragma once

#include "accounts/audit_log.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"

namespace sesame::server {

/// Checks the audit log of a data folder, whose master key it needs; a server may use the folder. Errors:
/// errors::kNoDatabase, those of SecretBox::open and storage::read_beside. Thread: one.
Result<accounts::AuditCheck> check_audit_log(const Settings& settings, const Clock& clock, Random& random);

}  // namespace sesame::server

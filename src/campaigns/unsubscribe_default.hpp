#pragma once

#include "accounts/scope.hpp"
#include "content/mailing.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// If nobody said whether the mailing offers to unsubscribe, the setting of its sender address does, when it
/// is switched on. Inside a database job.
void fill_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, content::Mailing& mailing);

}  // namespace sesame::campaigns

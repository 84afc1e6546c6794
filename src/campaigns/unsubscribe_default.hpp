#pragma once

#include "accounts/scope.hpp"
#include "content/mailing.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Applies the sender address's unsubscribe setting, if it is on, to a mailing that leaves the option open.
/// Job: read.
void fill_unsubscribe(storage::Reader& reader, const accounts::Scope& scope, content::Mailing& mailing);

}  // namespace sesame::campaigns

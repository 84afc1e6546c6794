#pragma once

#include <string_view>

#include "accounts/scope.hpp"
#include "storage/database.hpp"

namespace sesame::campaigns {

/// Whether mail from the sender domain (lower case, A-labels) waits for its outcome, retries included: an
/// unfinished run, or a single send. A look-up by index. Job: read.
bool domain_is_mailed(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain);

/// Whether a run from the sender address is unfinished or has mail that waits for another attempt: deleting
/// the address would end it. Reads the runs under way from its domain. Job: read.
bool address_is_mailed(storage::Reader& reader, const accounts::Scope& scope, std::string_view address);

}  // namespace sesame::campaigns

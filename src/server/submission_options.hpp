#pragma once

#include <memory>
#include <vector>

#include "actions/families.hpp"
#include "base/result.hpp"
#include "server/settings.hpp"
#include "smtp/server.hpp"
#include "submission/submission.hpp"

namespace sesame::server {

/// The options of a server for each address of the settings. Errors: errors::kSettingValue (no certificate),
/// net::errors::kTls (a certificate that can't be read).
Result<std::vector<smtp::ServerOptions>> submission_servers(const Settings& settings);

/// Where programs find these servers. The host is `submission.name`; without it the address that the server
/// listens at, or the machine's name when it listens at all of them. Servers at a port that the kernel
/// chooses are left out.
std::vector<actions::SubmissionAddress> submission_addresses(const Settings& settings);

/// The rules of submission, the same at every address.
submission::SubmissionOptions submission_options(const Settings& settings);

}  // namespace sesame::server

#pragma once

#include <string>

#include "base/clock.hpp"
#include "storage/database.hpp"

namespace sesame::storage {

/// Runs one read job on a database that another process may have open, for commands that run beside a server.
/// The job sees what was committed; the file must exist. Errors: the job's own, those of Failure::error().
/// Thread: any, not an event loop's.
Status read_beside(const std::string& path, const Clock& clock, const Database::ReadJob& job);

}  // namespace sesame::storage

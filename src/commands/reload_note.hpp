#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

/// The note that a running server leaves beside its database for `sesame reload` to read: how the last reload
/// ended.
namespace sesame::commands {

struct ReloadNote {
  std::uint64_t number = 0;  // Counts the reloads of this run; 0: none yet.
  std::string problem;       // Empty: it worked.
};

/// Errors: none; a note that cannot be written is only a command that waits in vain.
void write_reload_note(const std::string& database, const ReloadNote& note);
/// The note of that database; number 0 when there is none.
ReloadNote read_reload_note(const std::string& database);

/// The process that holds the lock of the database; 0 when nobody does.
int holder_of(const std::string& database);

}  // namespace sesame::commands

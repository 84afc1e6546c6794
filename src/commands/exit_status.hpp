#pragma once

#include "base/error.hpp"
#include "base/result.hpp"

/// The exit statuses of every command.
namespace sesame::commands {

struct Context;

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;         // The reason was printed.
inline constexpr int kExitUsage = 2;          // The command line cannot be read.
inline constexpr int kExitInterrupted = 130;  // Ctrl-C, as shells count it: 128 and the number of SIGINT.

/// Prints the error and returns the status that belongs to it.
int fail(Context& context, const Error& error);
/// kExitDone, or fail().
int exit_status(Context& context, const Status& status);

}  // namespace sesame::commands

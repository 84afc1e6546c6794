#include "commands/exit_status.hpp"

#include "commands/commands.hpp"
#include "commands/errors.hpp"

namespace sesame::commands {

int fail(Context& context, const Error& error) {
  context.terminal.complain(explain(error));
  const bool interrupted = error.is(errors::kStopped) || error.is(errors::kNotWatching);
  return interrupted ? kExitInterrupted : kExitFailed;
}

int exit_status(Context& context, const Status& status) {
  return status ? kExitDone : fail(context, status.error());
}

}  // namespace sesame::commands

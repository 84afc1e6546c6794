#pragma once

#include "base/error.hpp"
#include "base/errors.hpp"

namespace sesame::storage::errors {

// The disk has no room. Writes succeed again once there is room.
inline constexpr ErrorName kFull{"storage.full", Fault::temporary};
// The database failed, or the job threw. After a failed sync every write ends so until a restart.
inline constexpr ErrorName kFailed{"storage.failed", Fault::temporary};
// The queue of jobs is at its bound.
inline constexpr ErrorName kOverloaded{"storage.overloaded", Fault::temporary, sesame::errors::kOverloadText};
// The database is being closed.
inline constexpr ErrorName kStopped{"storage.stopped", Fault::temporary};

}  // namespace sesame::storage::errors

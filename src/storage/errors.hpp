#pragma once

#include "base/error.hpp"
#include "base/errors.hpp"

namespace sesame::storage::errors {

// The disk has no room. Writes succeed again once there is room.
inline constexpr ErrorName kFull{"storage.full", Fault::temporary};
// A read or a write of the database's files failed.
inline constexpr ErrorName kFailed{"storage.failed", Fault::temporary};
// The database's file is damaged.
inline constexpr ErrorName kCorrupt{"storage.corrupt", Fault::internal};
// The job threw, or ran a statement that does not work: a bug of this program.
inline constexpr ErrorName kJobFailed{"storage.job_failed", Fault::internal};
// A sync failed, now or earlier. Each write ends so until the program is restarted.
inline constexpr ErrorName kSyncLost{"storage.sync_lost", Fault::internal};
// The queue of jobs is at its bound.
inline constexpr ErrorName kOverloaded{"storage.overloaded", Fault::temporary, sesame::errors::kOverloadText};
// The database is being closed.
inline constexpr ErrorName kStopped{"storage.stopped", Fault::temporary};

}  // namespace sesame::storage::errors

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
// A backup would replace a file. Facts: path.
inline constexpr ErrorName kBackupExists{
    "backup.exists",
    Fault::input,
    {"{path} exists already; choose another name, or replace it with --force"}};
// The name of a backup is that of the database, or of a file that belongs to it. Facts: path.
inline constexpr ErrorName kBackupOverSource{
    "backup.over_source",
    Fault::input,
    {"{path} belongs to the data folder itself, not to its backups; name the file that is to be made"}};
// The database of a backup cannot be read. Facts: path, problem.
inline constexpr ErrorName kBackupSource{
    "backup.source", Fault::input, {"cannot read the database {path}: {problem}; is --data-dir right?"}};
// The copy cannot be written. Facts: path, problem.
inline constexpr ErrorName kBackupWrite{
    "backup.write", Fault::state, {"cannot write {path}: {problem}; nothing of it is left behind"}};
// Another process writes a backup to the same file. Facts: path.
inline constexpr ErrorName kBackupUnderWay{
    "backup.under_way", Fault::state, {"another process writes {path} at the moment"}};
// The user stopped a copy.
inline constexpr ErrorName kCopyStopped{"backup.stopped", Fault::state, {"stopped; nothing is left behind"}};
// A file is not what `sesame backup` made. Facts: path, problem.
inline constexpr ErrorName kNotBackup{
    "backup.not_whole",
    Fault::input,
    {"{path} is no whole backup made by `sesame backup`: {problem}; nothing was restored"}};
// A backup comes from a newer program. Facts: path, value, limit, program.
inline constexpr ErrorName kBackupNewer{
    "backup.newer",
    Fault::input,
    {"{path} has schema version {value}, this program knows only {limit}: it was made by Sesame {program}; "
     "restore it with that version or a later one"}};
// A restore would replace a database. Facts: path.
inline constexpr ErrorName kDatabaseExists{
    "backup.database_exists",
    Fault::input,
    {"there is a database already: {path}; restore into another folder (--data-dir), or move that file and "
     "its -wal away first"}};
// The database is being closed.
inline constexpr ErrorName kStopped{"storage.stopped", Fault::temporary};

}  // namespace sesame::storage::errors

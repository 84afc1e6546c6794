#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "storage/connection.hpp"

namespace sesame::storage {

/// One numbered step of the schema: the file NNNN_<name>.sql. Never edited, renumbered or merged with another
/// after a release. A new step has the number after the last one. The gaps in the numbers (8, 9, 12, 14, 21,
/// 24 to 27) must never be filled: migrate() refuses a database that lacks a number below its newest, so
/// every database that exists would be refused. embed_migrations.cmake has the list and rejects any other
/// number.
struct Migration {
  std::int64_t version;
  std::string_view name;
  const char* script;  // Ends with a zero.
};

/// All files of migrations/, in the order of their numbers, compiled into the program.
std::span<const Migration> embedded_migrations();

/// Brings the schema to the newest version, in one transaction under an exclusive lock: all steps or none.
/// Throws Failure (kind other) when the database was written by a newer program, or when a step below the
/// newest applied one is missing; rethrows a step's Failure with the step's name.
void migrate(Connection& connection, std::span<const Migration> migrations, const Clock& clock);

}  // namespace sesame::storage

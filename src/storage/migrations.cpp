#include "storage/migrations.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace sesame::storage {
namespace {

constexpr Sql kBegin{"storage.migrate_begin", "BEGIN EXCLUSIVE"};
constexpr Sql kCommit{"storage.migrate_commit", "COMMIT"};
constexpr Sql kRollback{"storage.migrate_rollback", "ROLLBACK"};
constexpr Sql kCreateVersions{
    "storage.create_versions",
    "CREATE TABLE IF NOT EXISTS schema_version ("
    "version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_ms INTEGER NOT NULL)"};
constexpr Sql kListVersions{"storage.list_versions", "SELECT version FROM schema_version"};
constexpr Sql kAddVersion{"storage.add_version",
                          "INSERT INTO schema_version (version, name, applied_ms) VALUES (?1, ?2, ?3)"};

std::set<std::int64_t> applied_versions(Connection& connection) {
  std::set<std::int64_t> versions;
  Statement statement = connection.statement(kListVersions);
  while (statement.step()) versions.insert(statement.integer(0));
  return versions;
}

[[noreturn]] void refuse(const std::string& why) {
  throw Failure(Failure::Kind::other, "storage.migrate", why);
}

void check_history(const std::set<std::int64_t>& applied, std::span<const Migration> known) {
  if (applied.empty()) return;
  const std::int64_t newest_applied = *applied.rbegin();
  const std::int64_t newest_known = known.empty() ? 0 : known.back().version;
  if (newest_applied > newest_known) {
    refuse("the database has schema version " + std::to_string(newest_applied) +
           ", this program knows only " + std::to_string(newest_known) +
           ": it was written by a newer Sesame; start that one, or restore a backup");
  }
  for (const Migration& step : known) {
    if (step.version < newest_applied && !applied.contains(step.version)) {
      refuse("the database lacks schema version " + std::to_string(step.version) + " (" +
             std::string(step.name) + ") but has " + std::to_string(newest_applied) +
             ": it was written by another build of Sesame");
    }
  }
}

void apply(Connection& connection, const Migration& step, const Clock& clock) {
  connection.execute_script(step.name, step.script);
  const Value values[] = {step.version, step.name, clock.now_ms()};
  Statement statement = connection.statement(kAddVersion);
  statement.bind(values, Statement::Parameters::outlive_statement);
  statement.step();
}

}  // namespace

void migrate(Connection& connection, std::span<const Migration> migrations, const Clock& clock) {
  connection.execute(kBegin);
  try {
    connection.execute(kCreateVersions);
    const std::set<std::int64_t> applied = applied_versions(connection);
    check_history(applied, migrations);
    for (const Migration& step : migrations) {
      if (!applied.contains(step.version)) apply(connection, step, clock);
    }
    connection.execute(kCommit);
  } catch (const Failure&) {
    if (connection.in_transaction()) connection.execute(kRollback);
    throw;
  }
}

}  // namespace sesame::storage

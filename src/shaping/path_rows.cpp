#include "shaping/path_rows.hpp"

#include <cmath>

#include "base/utf8.hpp"

namespace sesame::shaping {
namespace {

using storage::Sql;

constexpr double kHourSeconds = 3600;
constexpr std::size_t kReplyBytesMax = 1'000;

constexpr Sql kRead{"shaping.read_paths",
                    "SELECT path, mails_per_hour, connections, messages_per_connection, messages_until_ms, "
                    "held_since_ms, hold_began_ms, held_until_ms, paused_until_ms, holds, rule, reply FROM "
                    "path_memory ORDER BY updated_ms "
                    "DESC LIMIT ?1"};
constexpr Sql kWrite{
    "shaping.write_path",
    "INSERT INTO path_memory (path, mails_per_hour, connections, messages_per_connection, messages_until_ms, "
    "held_since_ms, hold_began_ms, held_until_ms, paused_until_ms, holds, rule, reply, updated_ms) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (path) DO UPDATE SET "
    "mails_per_hour = excluded.mails_per_hour, connections = excluded.connections, messages_per_connection = "
    "excluded.messages_per_connection, messages_until_ms = excluded.messages_until_ms, held_since_ms = "
    "excluded.held_since_ms, hold_began_ms = excluded.hold_began_ms, held_until_ms = excluded.held_until_ms, "
    "paused_until_ms = excluded.paused_until_ms, holds = excluded.holds, rule = excluded.rule, reply = "
    "excluded.reply, updated_ms = excluded.updated_ms"};
constexpr Sql kDeleteOld{
    "shaping.delete_old_paths",
    "DELETE FROM path_memory WHERE path IN (SELECT path FROM path_memory WHERE updated_ms < "
    "?1 AND held_until_ms < ?1 ORDER BY updated_ms LIMIT ?2)"};

}  // namespace

PathMemories read_paths(storage::Reader& reader, std::size_t most) {
  PathMemories paths;
  const auto rows = reader.query(kRead, static_cast<std::int64_t>(most));
  while (rows->next()) {
    PathMemory& memory = paths[std::string(rows->next_text())];
    memory.mails_per_second = static_cast<double>(rows->next_integer()) / kHourSeconds;
    memory.connections = static_cast<double>(rows->next_integer());
    memory.messages_per_connection = rows->next_integer<unsigned>();
    memory.messages_until_ms = rows->next_integer();
    memory.held_since_ms = rows->next_integer();
    memory.hold_began_ms = rows->next_integer();
    memory.held_until_ms = rows->next_integer();
    memory.paused_until_ms = rows->next_integer();
    memory.holds = rows->next_integer<unsigned>();
    memory.rule = rows->next_text();
    memory.reply = rows->next_text();
  }
  return paths;
}

void write_paths(storage::Writer& writer, const PathMemories& paths, std::int64_t now_ms) {
  for (const auto& [path, memory] : paths) {
    const auto mails_per_hour = static_cast<std::int64_t>(std::ceil(memory.mails_per_second * kHourSeconds));
    writer.run(kWrite, path, mails_per_hour, static_cast<std::int64_t>(memory.connections),
               memory.messages_per_connection, memory.messages_until_ms, memory.held_since_ms,
               memory.hold_began_ms, memory.held_until_ms, memory.paused_until_ms, memory.holds, memory.rule,
               utf8::truncate(memory.reply, kReplyBytesMax), now_ms);
  }
}

std::int64_t delete_old_paths(storage::Writer& writer, std::int64_t now_ms, std::int64_t most) {
  return writer.run(kDeleteOld, now_ms - kPathKeptMs, most);
}

}  // namespace sesame::shaping

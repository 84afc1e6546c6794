#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "shaping/pace.hpp"
#include "storage/database.hpp"

/// The rows of table path_memory: what was learned of paths. Plain functions inside database jobs.
namespace sesame::shaping {

using PathMemories = std::unordered_map<std::string, PathMemory>;  // By the name of the path.

/// Paths of which nothing was learned for this long are deleted.
inline constexpr std::int64_t kPathKeptMs = std::int64_t{30} * 86'400'000;

/// Reads the newest paths, at most `most`. Job: read.
PathMemories read_paths(storage::Reader& reader, std::size_t most);

/// Writes a row for each path, in place of its earlier one. Job: write.
void write_paths(storage::Writer& writer, const PathMemories& paths, std::int64_t now_ms);

/// Deletes at most `most` paths whose hold ended, and that nothing was learned of, before `now_ms` less
/// kPathKeptMs. Returns their number. Job: write.
std::int64_t delete_old_paths(storage::Writer& writer, std::int64_t now_ms, std::int64_t most);

}  // namespace sesame::shaping

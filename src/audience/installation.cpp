#include "audience/installation.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kReadSeed{"audience.read_seed", "SELECT hash_seed FROM audience_installation WHERE id = 1"};
constexpr Sql kInsertSeed{"audience.insert_seed",
                          "INSERT INTO audience_installation (id, hash_seed) VALUES (1, ?1)"};

}  // namespace

std::optional<std::uint64_t> hash_seed(storage::Reader& reader) {
  const auto row = reader.query(kReadSeed);
  if (!row->next()) return std::nullopt;
  return row->next_integer<std::uint64_t>();
}

std::uint64_t make_hash_seed(storage::Writer& writer, Random& random) {
  if (const auto known = hash_seed(writer)) return *known;
  const std::uint64_t fresh = random.next();
  writer.run(kInsertSeed, fresh);
  return fresh;
}

}  // namespace sesame::audience

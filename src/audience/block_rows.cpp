#include "audience/block_rows.hpp"

#include "audience/blocks.hpp"
#include "audience/errors.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kInsert{
    "audience.insert_block",
    "INSERT INTO audience_block (group_id, first_ordinal, count, invalid, erased, raw_bytes, "
    "first_created_ms, last_created_ms, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr Sql kReplace{
    "audience.replace_block",
    "UPDATE audience_block SET count = ?2, invalid = ?3, erased = ?4, raw_bytes = ?5, first_created_ms = ?6, "
    "last_created_ms = ?7, bytes = ?8 WHERE id = ?1"};
constexpr Sql kDeleteBetween{"audience.delete_blocks_between",
                             "DELETE FROM audience_block WHERE group_id = ?1 AND first_ordinal >= ?2 AND "
                             "first_ordinal < ?3"};
constexpr Sql kLoadBetween{"audience.load_blocks_between",
                           "SELECT first_ordinal, bytes FROM audience_block WHERE group_id = ?1 AND "
                           "first_ordinal >= ?2 AND first_ordinal < ?3 ORDER BY first_ordinal"};
constexpr Sql kDeleteOf{
    "audience.delete_blocks_of",
    "DELETE FROM audience_block WHERE id IN "
    "(SELECT id FROM audience_block WHERE group_id = ?1 ORDER BY first_ordinal LIMIT ?2)"};
constexpr Sql kRowsFrom{
    "audience.block_rows_from",
    "SELECT id, first_ordinal, count, invalid, erased, raw_bytes, first_created_ms, last_created_ms "
    "FROM audience_block WHERE group_id = ?1 AND first_ordinal >= coalesce("
    "(SELECT max(first_ordinal) FROM audience_block WHERE group_id = ?1 AND first_ordinal <= ?2), "
    "0) ORDER BY first_ordinal LIMIT ?3"};
constexpr Sql kLoad{"audience.load_block", "SELECT first_ordinal, bytes FROM audience_block WHERE id = ?1"};
constexpr Sql kLoadOf{
    "audience.load_block_of",
    "SELECT first_ordinal, bytes FROM audience_block WHERE group_id = ?1 AND first_ordinal <= ?2 "
    "ORDER BY first_ordinal DESC LIMIT 1"};
constexpr Sql kMergedEnd{"audience.merged_end",
                         "SELECT recipients FROM audience_group WHERE id = ?1 AND deleted_ms IS NULL"};

storage::Blob blob_of(const EncodedBlock& block) { return std::as_bytes(std::span(block.bytes)); }

Result<Block> decode_row(storage::Rows& row) {
  if (!row.next()) return Error(errors::kBlockMissing);
  const auto first_ordinal = row.next_integer<std::uint32_t>();
  return decode_block(row.next_blob(), first_ordinal);
}

}  // namespace

void insert_block(storage::Writer& writer, std::int64_t group_id, std::uint32_t first_ordinal,
                  const EncodedBlock& block) {
  writer.run(kInsert, group_id, first_ordinal, block.count, block.invalid, block.erased, block.raw_bytes,
             block.first_created_ms, block.last_created_ms, blob_of(block));
}

void replace_block(storage::Writer& writer, std::int64_t block_id, const EncodedBlock& block) {
  writer.run(kReplace, block_id, block.count, block.invalid, block.erased, block.raw_bytes,
             block.first_created_ms, block.last_created_ms, blob_of(block));
}

void delete_blocks_between(storage::Writer& writer, std::int64_t group_id, std::uint64_t from,
                           std::uint64_t to) {
  writer.run(kDeleteBetween, group_id, from, to);
}

std::int64_t delete_blocks_of(storage::Writer& writer, std::int64_t group_id, std::int64_t limit) {
  return writer.run(kDeleteOf, group_id, limit);
}

std::vector<BlockRow> block_rows_from(storage::Reader& reader, std::int64_t group_id, std::uint64_t ordinal,
                                      std::int64_t limit) {
  std::vector<BlockRow> blocks;
  const auto row = reader.query(kRowsFrom, group_id, ordinal, limit);
  while (row->next()) {
    const BlockRow block{.id = row->next_integer(),
                         .first_ordinal = row->next_integer<std::uint32_t>(),
                         .count = row->next_integer<std::uint32_t>(),
                         .invalid = row->next_integer<std::uint32_t>(),
                         .erased = row->next_integer<std::uint32_t>(),
                         .raw_bytes = row->next_integer<std::uint32_t>(),
                         .first_created_ms = row->next_integer(),
                         .last_created_ms = row->next_integer()};
    // The query finds the block before `ordinal` when no block contains it.
    if (block.end_ordinal() > ordinal) blocks.push_back(block);
  }
  return blocks;
}

Result<std::vector<Block>> load_blocks_between(storage::Reader& reader, std::int64_t group_id,
                                               std::uint64_t from, std::uint64_t to) {
  std::vector<Block> blocks;
  const auto row = reader.query(kLoadBetween, group_id, from, to);
  while (row->next()) {
    const auto first_ordinal = row->next_integer<std::uint32_t>();
    Result<Block> block = decode_block(row->next_blob(), first_ordinal);
    if (!block) return std::move(block).error();
    blocks.push_back(std::move(*block));
  }
  return blocks;
}

Result<Block> load_block_of(storage::Reader& reader, std::int64_t group_id, std::uint32_t ordinal) {
  const auto row = reader.query(kLoadOf, group_id, ordinal);
  Result<Block> block = decode_row(*row);
  if (block && ordinal - block->first_ordinal() >= block->size()) return Error(errors::kBlockMissing);
  return block;
}

Result<Block> load_block(storage::Reader& reader, std::int64_t block_id) {
  return decode_row(*reader.query(kLoad, block_id));
}

std::vector<BlockRef> list_blocks(storage::Reader& reader, std::int64_t group_id, std::uint32_t from_ordinal,
                                  std::size_t limit) {
  std::int64_t merged_end = 0;
  if (const auto row = reader.query(kMergedEnd, group_id); row->next()) merged_end = row->next_integer();
  std::vector<BlockRef> refs;
  // One row more than asked for: the first may be the block before.
  for (const BlockRow& block :
       block_rows_from(reader, group_id, from_ordinal, static_cast<std::int64_t>(limit) + 1)) {
    if (block.first_ordinal >= merged_end || refs.size() == limit) break;
    refs.push_back({block.id, block.first_ordinal, block.count, block.erased});
  }
  return refs;
}

}  // namespace sesame::audience

#include "audience/details.hpp"

#include <algorithm>

#include "audience/block_rows.hpp"
#include "audience/errors.hpp"
#include "audience/find_recipient.hpp"
#include "audience/groups.hpp"
#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

constexpr std::int64_t kBlocksPerLook = 256;

std::uint64_t detail_id(std::int64_t group_id, std::uint32_t ordinal) {
  return static_cast<std::uint64_t>(group_id) << 32 | ordinal;
}

/// Walks through the blocks of a group in order and decodes only those whose rows must be read.
class Search {
 public:
  Search(storage::Reader& reader, const Group& group, const DetailFilter& filter)
      : reader_(reader), group_(group), filter_(filter), wanted_(ascii::lower(filter.address)) {}

  Result<DetailPage> run() {
    page_.valid = group_.mailable();
    page_.invalid = group_.invalid;
    // Without removed recipients a place in the list is an ordinal.
    if (!is_filtered() && group_.erased == 0) return unfiltered();
    // A whole address means that recipient, and the duplicate index leads to it.
    if (mime::check_address(filter_.address) == mime::AddressFault::none) {
      const auto ordinal = find_recipient(reader_, group_.id, filter_.address, group_.places);
      if (!ordinal) return ordinal.error();
      if (*ordinal) return only(**ordinal);
    }
    return filtered();
  }

 private:
  bool is_filtered() const {
    return !wanted_.empty() || filter_.created_from_ms || filter_.created_to_ms || filter_.valid;
  }

  Result<DetailPage> unfiltered() {
    page_.total = group_.places;
    const std::uint64_t from = std::min(filter_.offset, group_.places);
    const std::uint64_t end = from + std::min(filter_.limit, group_.places - from);
    for (std::uint64_t at = from; at < end;) {
      const Result<Block> block = load_block_of(reader_, group_.id, static_cast<std::uint32_t>(at));
      if (!block) return block.error();
      const std::uint64_t block_end = std::uint64_t{block->first_ordinal()} + block->size();
      for (; at < std::min(end, block_end); ++at)
        keep(*block, static_cast<std::uint32_t>(at - block->first_ordinal()));
    }
    return std::move(page_);
  }

  Result<DetailPage> only(std::uint32_t ordinal) {
    const Result<Block> block = load_block_of(reader_, group_.id, ordinal);
    if (!block) return block.error();
    const std::uint32_t row = ordinal - block->first_ordinal();
    if (!matches_but_address(*block, row)) return std::move(page_);
    page_.total = 1;
    if (filter_.offset == 0 && filter_.limit > 0) keep(*block, row);
    return std::move(page_);
  }

  Result<DetailPage> filtered() {
    std::uint64_t from = 0;
    while (from < group_.places) {
      const std::vector<BlockRow> rows = block_rows_from(reader_, group_.id, from, kBlocksPerLook);
      if (rows.empty()) return Error(errors::kBlockMissing);
      for (const BlockRow& row : rows) {
        if (row.first_ordinal >= group_.places) break;
        Status searched = search(row);
        if (!searched) return std::move(searched).error();
      }
      from = rows.back().end_ordinal();
    }
    return std::move(page_);
  }

  /// The number of rows of a block that match, where its counts suffice; else nullopt.
  std::optional<std::uint64_t> known_matches(const BlockRow& row) const {
    const std::uint32_t present = row.count - row.erased;
    const bool none_in_time = (filter_.created_from_ms && row.last_created_ms < *filter_.created_from_ms) ||
                              (filter_.created_to_ms && row.first_created_ms > *filter_.created_to_ms);
    if (none_in_time) return 0;
    if (filter_.valid && (*filter_.valid ? present : 0) == row.invalid) return 0;
    if (present == 0) return 0;
    const bool all_in_time = (!filter_.created_from_ms || row.first_created_ms >= *filter_.created_from_ms) &&
                             (!filter_.created_to_ms || row.last_created_ms <= *filter_.created_to_ms);
    if (!wanted_.empty() || !all_in_time) return std::nullopt;
    if (!filter_.valid) return present;
    return *filter_.valid ? present - row.invalid : row.invalid;
  }

  Status search(const BlockRow& row) {
    const std::optional<std::uint64_t> known = known_matches(row);
    const bool before_page = known && page_.total + *known <= filter_.offset;
    const bool after_page = known && page_.details.size() >= filter_.limit;
    if (known == 0 || before_page || after_page) {
      page_.total += *known;
      return Done{};
    }
    const Result<Block> block = load_block_of(reader_, group_.id, row.first_ordinal);
    if (!block) return block.error();
    for (std::uint32_t i = 0; i < block->size(); ++i) {
      if (!matches(*block, i)) continue;
      if (page_.total >= filter_.offset && page_.details.size() < filter_.limit) keep(*block, i);
      ++page_.total;
    }
    return Done{};
  }

  bool matches_but_address(const Block& block, std::uint32_t i) const {
    if (block.state(i) == kRowErased) return false;
    if (filter_.valid && block.valid(i) != *filter_.valid) return false;
    if (filter_.created_from_ms && block.created_ms(i) < *filter_.created_from_ms) return false;
    return !filter_.created_to_ms || block.created_ms(i) <= *filter_.created_to_ms;
  }

  bool matches(const Block& block, std::uint32_t i) {
    if (!matches_but_address(block, i)) return false;
    if (wanted_.empty()) return true;
    lowered_.assign(block.address(i));
    for (char& c : lowered_) c = ascii::to_lower(c);
    return lowered_.find(wanted_) != std::string::npos;
  }

  void keep(const Block& block, std::uint32_t i) {
    page_.details.push_back({.id = detail_id(group_.id, block.first_ordinal() + i),
                             .address = std::string(block.address(i)),
                             .data = std::string(block.data(i)),
                             .valid = block.valid(i),
                             .reason = row_fault_text(block.state(i)),
                             .created_ms = block.created_ms(i)});
  }

  storage::Reader& reader_;
  const Group& group_;
  const DetailFilter& filter_;
  const std::string wanted_;
  std::string lowered_;
  DetailPage page_;
};

}  // namespace

std::string row_fault_text(RowState state) {
  if (state == kRowValid) return {};
  if (state == kRowErased) return "erased";
  return std::string(mime::explain(static_cast<mime::AddressFault>(state)));
}

Result<DetailPage> list_details(storage::Reader& reader, const accounts::Scope& scope, std::int64_t group_id,
                                const DetailFilter& filter) {
  if (utf8::count(filter.address) > kMaxSearchCharacters) {
    return Error(errors::kSearchTooLong).with("limit", std::to_string(kMaxSearchCharacters));
  }
  const Result<Group> group = find_group(reader, scope, group_id);
  if (!group) return group.error();
  return Search(reader, *group, filter).run();
}

}  // namespace sesame::audience

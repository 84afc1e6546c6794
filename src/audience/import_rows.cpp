#include "audience/import_rows.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "audience/block_rows.hpp"
#include "audience/errors.hpp"
#include "audience/import_verdicts.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr storage::SqlText kColumns{
    "SELECT part, first_line, rows, first_ordinal, added, verdicts FROM audience_import_part "
    "WHERE import_id = ?1 "};
constexpr Sql kPlaces{
    "audience.import_part_places",
    "SELECT part, rows, first_ordinal, added FROM audience_import_part WHERE import_id = ?1 ORDER BY part"};
constexpr Sql kOne{"audience.read_import_part", storage::sql_join<kColumns, "AND part = ?2">};

// The bounds of one page: parts that are decoded, for its rows and for the earlier rows that these repeat,
// and bytes of its answer, about.
constexpr std::size_t kPartsPerPage = 64;
constexpr std::size_t kPageBytesMax = 4 << 20;
constexpr std::size_t kRowBytes = 160;  // The names and numbers of a row.

struct Part {
  std::uint32_t number = 0;
  std::uint64_t first_line = 0;
  std::uint32_t rows = 0;
  std::uint32_t first_ordinal = 0;
  std::uint32_t added = 0;
  PartVerdicts judged;
};

struct Place {
  std::uint32_t part = 0;
  std::uint64_t first_row = 0;  // From 0, in the import.
  std::uint64_t rows = 0;
  std::uint64_t first_ordinal = 0;
  std::uint64_t added = 0;
};

Result<Part> part_of(storage::Rows& row) {
  Part part;
  part.number = row.next_integer<std::uint32_t>();
  part.first_line = row.next_integer<std::uint64_t>();
  part.rows = row.next_integer<std::uint32_t>();
  part.first_ordinal = row.next_integer<std::uint32_t>();
  part.added = row.next_integer<std::uint32_t>();
  Result<PartVerdicts> judged = decode_verdicts(row.next_blob(), part.rows);
  if (!judged) return std::move(judged).error();
  part.judged = std::move(*judged);
  return part;
}

std::string reason_of(RowVerdict verdict, std::string_view address, RowState state) {
  switch (verdict) {
    case RowVerdict::valid:
      return {};
    case RowVerdict::invalid:
      return state == kRowErased ? std::string("removed since")
                                 : std::string(mime::explain(static_cast<mime::AddressFault>(state)));
    case RowVerdict::left_out:
      return std::string(mime::explain(mime::check_address(address)));
    case RowVerdict::repeat_in_part:
    case RowVerdict::repeat:
      return "the address comes twice";
    case RowVerdict::empty:
      return std::string(mime::explain(mime::AddressFault::empty));
    case RowVerdict::too_long:
      return std::string(mime::explain(mime::AddressFault::too_long));
    case RowVerdict::data_not_json:
      return "the template data are not one JSON object of plain values";
    case RowVerdict::data_name:
      return "no placeholder can hold the name of a variable";
    case RowVerdict::data_too_long:
      return "the template data are longer than 800 bytes";
    case RowVerdict::data_html:
      return "a value has an HTML tag";
    case RowVerdict::data_differs:
      return "the row has other variables than the other recipients";
  }
  return {};
}

/// Reads one page.
class RowReader {
 public:
  RowReader(storage::Reader& reader, const Import& import, const ImportRowFilter& filter)
      : reader_(reader), import_(import), filter_(filter), next_(filter.after) {
    std::uint64_t row = 0;
    const auto places = reader.query(kPlaces, import.id);
    while (places->next()) {
      Place place{.part = places->next_integer<std::uint32_t>(), .first_row = row};
      place.rows = places->next_integer<std::uint64_t>();
      place.first_ordinal = places->next_integer<std::uint64_t>();
      place.added = places->next_integer<std::uint64_t>();
      row += place.rows;
      places_.push_back(place);
      if (place.added > 0) stored_.push_back(place);
    }
  }

  Result<ImportRowPage> run() {
    auto place = std::ranges::find_if(
        places_, [&](const Place& one) { return one.first_row + one.rows > filter_.after; });
    for (; place != places_.end() && !is_full(); ++place) {
      if (Status taken = take(*place); !taken) return std::move(taken).error();
    }
    const std::uint64_t end = places_.empty() ? 0 : places_.back().first_row + places_.back().rows;
    if (next_ < end) page_.next_after = next_;
    return std::move(page_);
  }

 private:
  /// Whether the page ends; each page looks at one row at least.
  bool is_full() const {
    return next_ > filter_.after &&
           (page_.rows.size() >= filter_.limit || bytes_ >= kPageBytesMax || loaded_ >= kPartsPerPage);
  }

  Status take(const Place& place) {
    Result<Part> part = load(place.part);
    if (!part) return std::move(part).error();
    std::uint32_t stored = 0;
    for (std::uint32_t row = 0; row < part->rows; ++row) {
      const RowVerdict verdict = part->judged.verdicts[row];
      const std::uint32_t ordinal = part->first_ordinal + stored;
      stored += is_stored(verdict);
      const std::uint64_t number = place.first_row + row + 1;
      if (number <= filter_.after) continue;
      if (is_full()) return Done{};
      next_ = number;
      if (filter_.odd_only && verdict == RowVerdict::valid) continue;
      ImportRow shown{.number = number, .line = part->first_line + row, .verdict = verdict};
      RowState state = kRowValid;
      if (is_stored(verdict)) {
        if (Status found = find_stored(ordinal, shown, state); !found) return found;
      } else {
        shown.address = part->judged.texts[row];
      }
      shown.reason = reason_of(verdict, shown.address, state);
      if (is_repeat(verdict)) {
        if (Status matched = match(*part, verdict, part->judged.matches[row], shown); !matched)
          return matched;
      }
      bytes_ += kRowBytes + shown.address.size() + shown.reason.size();
      page_.rows.push_back(std::move(shown));
    }
    return Done{};
  }

  Status find_stored(std::uint32_t ordinal, ImportRow& shown, RowState& state) {
    if (!block_ || ordinal < block_->first_ordinal() || ordinal - block_->first_ordinal() >= block_->size()) {
      Result<Block> loaded = load_block_of(reader_, import_.group_id, ordinal);
      if (!loaded) return std::move(loaded).error();
      block_.emplace(std::move(*loaded));
    }
    shown.address = block_->address(ordinal - block_->first_ordinal());
    state = block_->state(ordinal - block_->first_ordinal());
    return Done{};
  }

  /// Finds the line, or the recipient, that a row repeats.
  Status match(const Part& part, RowVerdict verdict, std::uint32_t match, ImportRow& shown) {
    if (verdict == RowVerdict::repeat_in_part) {
      // The first row of the part with this address may itself repeat somebody from before.
      if (part.judged.verdicts[match] == RowVerdict::repeat)
        return this->match(part, RowVerdict::repeat, part.judged.matches[match], shown);
      shown.match_line = part.first_line + match;
      return Done{};
    }
    const Place* from = stored_with(match);
    if (from == nullptr) {
      shown.match_id = static_cast<std::uint64_t>(import_.group_id) << 32 | match;
      return Done{};
    }
    if (!lines_.contains(from->part)) {
      const Result<Part> earlier = load(from->part);
      if (!earlier) return earlier.error();
      std::vector<std::uint64_t>& lines = lines_[from->part];
      for (std::uint32_t row = 0; row < earlier->rows; ++row) {
        if (is_stored(earlier->judged.verdicts[row])) lines.push_back(earlier->first_line + row);
      }
    }
    const std::vector<std::uint64_t>& lines = lines_[from->part];
    const std::uint64_t place = match - from->first_ordinal;
    if (place < lines.size()) shown.match_line = lines[place];
    return Done{};
  }

  /// The part that stored the recipient; nullptr when no part of the import did. Ordinals ascend with parts.
  const Place* stored_with(std::uint32_t ordinal) const {
    const auto after = std::ranges::upper_bound(stored_, ordinal, {}, &Place::first_ordinal);
    if (after == stored_.begin()) return nullptr;
    const Place& place = *std::prev(after);
    return ordinal < place.first_ordinal + place.added ? &place : nullptr;
  }

  Result<Part> load(std::uint32_t number) {
    ++loaded_;
    const auto row = reader_.query(kOne, import_.id, number);
    if (!row->next()) return Error(errors::kBlockMissing);
    return part_of(*row);
  }

  storage::Reader& reader_;
  const Import& import_;
  const ImportRowFilter& filter_;
  std::vector<Place> places_;
  std::vector<Place> stored_;  // The parts that added somebody.
  std::optional<Block> block_;
  std::map<std::uint32_t, std::vector<std::uint64_t>> lines_;  // Lines of the stored rows of a part.
  std::uint64_t next_;                                         // The last row that was looked at.
  std::size_t loaded_ = 0;                                     // Parts.
  std::size_t bytes_ = 0;                                      // The size of the answer, about.
  ImportRowPage page_;
};

}  // namespace

Result<ImportRowPage> list_import_rows(storage::Reader& reader, const Import& import,
                                       const ImportRowFilter& filter) {
  return RowReader(reader, import, filter).run();
}

}  // namespace sesame::audience

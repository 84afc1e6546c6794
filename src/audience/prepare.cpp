#include "audience/prepare.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include "audience/errors.hpp"
#include "audience/import_verdicts.hpp"
#include "audience/recipient_key.hpp"
#include "audience/template_data.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using mime::AddressFault;

constexpr std::size_t kTypicalKeyBytes = 32;

Status check_size(const UploadRules& rules, std::size_t rows) {
  if (rows == 0) return Error(errors::kBatchEmpty);
  if (rows <= rules.recipients_per_request) return Done{};
  return Error(errors::kBatchTooLarge)
      .with("value", std::to_string(rows))
      .with("limit", std::to_string(rules.recipients_per_request));
}

Error at_row(const ErrorName& name, std::size_t index, std::string_view value) {
  return Error(name).with("index", std::to_string(index)).with("value", std::string(value));
}

/// Memory of the preparation alone, kept by each thread from batch to batch (a megabyte and a half): fresh
/// pages from the kernel would cost more than the checks of the addresses.
struct Scratch {
  std::string keys;
  std::vector<std::size_t> key_ends;
  std::vector<std::uint32_t> slots;  // Row + 1 by hash; 0 = free.
};

Scratch& cleared_scratch(std::size_t rows) {
  thread_local Scratch scratch;
  scratch.keys.clear();
  scratch.keys.reserve(rows * kTypicalKeyBytes);
  scratch.key_ends.clear();
  scratch.key_ends.reserve(rows);
  scratch.slots.assign(std::bit_ceil(rows * 2), 0);
  return scratch;
}

/// Takes the rows of one batch in order and drops empty, over-long and repeated addresses.
class Preparation {
 public:
  Preparation(const UploadRules& rules, std::size_t rows, std::int64_t now_ms)
      : seed_(rules.hash_seed), now_ms_(now_ms), scratch_(cleared_scratch(rows)) {
    upload_.received = static_cast<std::uint32_t>(rows);
    upload_.rows.reserve(rows);
    upload_.hashes.reserve(rows);
  }

  struct RowResult {
    AddressFault fault = AddressFault::none;
    bool kept = false;
    std::uint32_t repeats = kNoRow;  // The kept row that it repeats.
  };
  static constexpr std::uint32_t kNoRow = ~std::uint32_t{0};

  /// The text is borrowed until finish(). With `leave_out` a faulty address is not kept.
  RowResult take(std::string_view address, std::string_view data, bool leave_out = false) {
    const std::size_t key_start = scratch_.keys.size();
    const AddressFault fault = mime::append_canonical(scratch_.keys, address);
    if (fault == AddressFault::empty) ++upload_.empty;
    if (fault == AddressFault::too_long) ++upload_.too_long;
    if (fault == AddressFault::empty || fault == AddressFault::too_long ||
        (leave_out && fault != AddressFault::none)) {
      scratch_.keys.resize(key_start);
      return {.fault = fault};
    }
    const std::string_view key = std::string_view(scratch_.keys).substr(key_start);
    const std::uint64_t hash = hash_of_key(key, seed_);
    if (const std::uint32_t before = find_or_add(key, hash); before != kNoRow) {
      ++upload_.repeated;
      scratch_.keys.resize(key_start);
      return {.fault = fault, .repeats = before};
    }
    upload_.rows.push_back({address, data, static_cast<RowState>(fault), now_ms_});
    upload_.hashes.push_back(hash);
    scratch_.key_ends.push_back(scratch_.keys.size());
    text_bytes_ += address.size() + data.size();
    return {.fault = fault, .kept = true};
  }

  PreparedUpload finish() {
    upload_.blocks = encode_blocks(upload_.rows);
    upload_.arena.reset(new char[text_bytes_ + 1]);
    char* to = upload_.arena.get();
    for (RowView& row : upload_.rows) {
      row.address = keep(row.address, to);
      row.data = keep(row.data, to);
    }
    return std::move(upload_);
  }

 private:
  /// The earlier row that has this key; kNoRow when none has: then a slot in the table is taken for the next
  /// row.
  std::uint32_t find_or_add(std::string_view key, std::uint64_t hash) {
    const std::size_t mask = scratch_.slots.size() - 1;
    std::size_t slot = hash & mask;
    for (; scratch_.slots[slot] != 0; slot = (slot + 1) & mask) {
      const std::uint32_t row = scratch_.slots[slot] - 1;
      if (upload_.hashes[row] == hash && key_of(row) == key) return row;
    }
    scratch_.slots[slot] = static_cast<std::uint32_t>(upload_.rows.size() + 1);
    return kNoRow;
  }
  std::string_view key_of(std::uint32_t row) const {
    const std::size_t from = row == 0 ? 0 : scratch_.key_ends[row - 1];
    return std::string_view(scratch_.keys).substr(from, scratch_.key_ends[row] - from);
  }
  static std::string_view keep(std::string_view text, char*& to) {
    if (text.empty()) return {};
    std::memcpy(to, text.data(), text.size());
    const std::string_view kept(to, text.size());
    to += text.size();
    return kept;
  }

  std::uint64_t seed_;
  std::int64_t now_ms_;
  PreparedUpload upload_;
  Scratch& scratch_;
  std::size_t text_bytes_ = 0;
};

}  // namespace

Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const std::string_view> addresses,
                                      std::int64_t now_ms) {
  Status size = check_size(rules, addresses.size());
  if (!size) return std::move(size).error();
  Preparation preparation(rules, addresses.size(), now_ms);
  for (const std::string_view address : addresses) preparation.take(address, {});
  return preparation.finish();
}

Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const RowWithData> rows,
                                      std::int64_t now_ms) {
  Status size = check_size(rules, rows.size());
  if (!size) return std::move(size).error();
  Preparation preparation(rules, rows.size(), now_ms);
  std::optional<std::vector<std::string>> names;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto row_names = check_template_data(rows[i].data);
    if (!row_names) return std::move(row_names).error().with("index", std::to_string(i));
    if (!names)
      names = std::move(*row_names);
    else if (*names != *row_names)
      return at_row(errors::kDataInconsistent, i, rows[i].data);
    const AddressFault fault = preparation.take(rows[i].address, rows[i].data).fault;
    if (fault == AddressFault::none || fault == AddressFault::empty || fault == AddressFault::too_long)
      continue;
    return at_row(errors::kAddressMalformed, i, rows[i].address)
        .with("rule", mime::explain(fault, rows[i].address));
  }
  PreparedUpload upload = preparation.finish();
  upload.variable_names = std::move(*names);
  return upload;
}

namespace {

RowVerdict verdict_of(const Error& error) {
  if (error.is(errors::kDataTooLong)) return RowVerdict::data_too_long;
  if (error.is(errors::kDataHtml)) return RowVerdict::data_html;
  if (error.is(errors::kDataNameIllegal)) return RowVerdict::data_name;
  return RowVerdict::data_not_json;
}

/// Equal rows in the same order have equal digests. A client that makes others collide spoils its own import.
std::uint64_t digest_of_rows(std::span<const RowWithData> rows, bool with_data, std::uint64_t seed) {
  std::uint64_t digest = seed + (with_data ? 1 : 0);
  for (const RowWithData& row : rows) {
    digest = hash_of_key(row.address, digest);
    if (with_data) digest = hash_of_key(row.data, digest);
  }
  return digest;
}

/// The verdicts on the template data of a part, and the variables that its accepted rows have.
class DataVerdicts {
 public:
  DataVerdicts(std::span<const RowWithData> rows, const std::optional<std::vector<std::string>>& of_group) {
    verdicts_.resize(rows.size());
    std::vector<std::uint32_t> set_of(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      Result<std::vector<std::string>> names = check_template_data(rows[row].data);
      if (names)
        set_of[row] = add(std::move(*names));
      else
        verdicts_[row] = verdict_of(names.error());
    }
    choose(of_group);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const bool differs = verdicts_[row] == RowVerdict::valid && set_of[row] != chosen_;
      if (differs) verdicts_[row] = RowVerdict::data_differs;
    }
  }

  RowVerdict of(std::size_t row) const { return verdicts_[row]; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  static constexpr std::uint32_t kNoSet = ~std::uint32_t{0};

  /// The number of a set of names. The sets are numbered as they come.
  std::uint32_t add(std::vector<std::string> names) {
    if (last_ == sets_.end() || last_->first != names) {
      const auto number = static_cast<std::uint32_t>(sets_.size());
      const auto [place, is_new] = sets_.try_emplace(std::move(names), number);
      if (is_new) rows_of_.push_back(0);
      last_ = place;
    }
    ++rows_of_[last_->second];
    return last_->second;
  }

  void choose(const std::optional<std::vector<std::string>>& of_group) {
    if (of_group) {
      names_ = *of_group;
      const auto found = sets_.find(names_);
      if (found != sets_.end()) chosen_ = found->second;
      return;
    }
    if (sets_.empty()) return;
    chosen_ = static_cast<std::uint32_t>(std::ranges::max_element(rows_of_) - rows_of_.begin());
    names_ = std::ranges::find(sets_, chosen_, [](const auto& set) { return set.second; })->first;
  }

  using Sets = std::map<std::vector<std::string>, std::uint32_t>;
  Sets sets_;
  Sets::const_iterator last_ = sets_.end();  // The set of the row before, mostly the same.
  std::vector<std::uint32_t> rows_of_;       // For each set the rows that have it.
  std::vector<RowVerdict> verdicts_;
  std::uint32_t chosen_ = kNoSet;
  std::vector<std::string> names_;
};

/// Takes the rows of one part in their order.
class PartPreparation {
 public:
  PartPreparation(const UploadRules& rules, std::span<const RowWithData> rows, const PartRules& part,
                  std::int64_t now_ms)
      : preparation_(rules, rows.size(), now_ms), leave_out_(part.leave_out) {
    if (part.with_data) data_.emplace(rows, part.variable_names);
    part_.verdicts.reserve(rows.size());
    part_.places.reserve(rows.size());
    part_.digest = digest_of_rows(rows, part.with_data, rules.hash_seed);
  }

  void take(const RowWithData& row) {
    const auto place = static_cast<std::uint32_t>(part_.verdicts.size());
    RowVerdict verdict = data_ ? data_->of(place) : RowVerdict::valid;
    // An empty or over-long address is the greater fault, and is counted as such.
    if (verdict != RowVerdict::valid) {
      const AddressFault fault = mime::check_address(row.address);
      if (fault == AddressFault::empty || fault == AddressFault::too_long) verdict = RowVerdict::valid;
    }
    if (verdict == RowVerdict::valid) verdict = take_address(row, place);
    part_.verdicts.push_back(verdict);
    part_.all_valid = part_.all_valid && verdict == RowVerdict::valid;
    if (verdict <= RowVerdict::invalid) {
      part_.places.push_back(place);
    } else {
      part_.texts.push_back(verdict_text(row.address));
    }
  }

  PreparedPart finish() {
    part_.upload = preparation_.finish();
    if (data_) part_.upload.variable_names = data_->names();
    if (!part_.all_valid) part_.encoded = encode_verdicts(judge_part(part_, {}));
    return std::move(part_);
  }

 private:
  RowVerdict take_address(const RowWithData& row, std::uint32_t place) {
    const Preparation::RowResult taken = preparation_.take(row.address, row.data, leave_out_);
    if (taken.kept) return taken.fault == AddressFault::none ? RowVerdict::valid : RowVerdict::invalid;
    if (taken.repeats != Preparation::kNoRow) {
      part_.firsts.resize(place + 1);
      part_.firsts[place] = part_.places[taken.repeats];
      return RowVerdict::repeat_in_part;
    }
    if (taken.fault == AddressFault::empty) return RowVerdict::empty;
    return taken.fault == AddressFault::too_long ? RowVerdict::too_long : RowVerdict::left_out;
  }

  Preparation preparation_;
  const bool leave_out_;
  std::optional<DataVerdicts> data_;
  PreparedPart part_;
};

}  // namespace

Result<PreparedPart> prepare_part(const UploadRules& rules, std::span<const RowWithData> rows,
                                  const PartRules& part, std::int64_t now_ms) {
  const UploadRules bounded{rules.hash_seed, std::min(rules.recipients_per_request, kPartRowsMax)};
  if (Status size = check_size(bounded, rows.size()); !size) return std::move(size).error();
  PartPreparation preparation(rules, rows, part, now_ms);
  for (const RowWithData& row : rows) preparation.take(row);
  return preparation.finish();
}

}  // namespace sesame::audience

#include "audience/prepare.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <utility>

#include "audience/errors.hpp"
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

  /// The text is borrowed until finish().
  AddressFault take(std::string_view address, std::string_view data) {
    const std::size_t key_start = scratch_.keys.size();
    const AddressFault fault = mime::append_canonical(scratch_.keys, address);
    if (fault == AddressFault::empty) ++upload_.empty;
    if (fault == AddressFault::too_long) ++upload_.too_long;
    if (fault == AddressFault::empty || fault == AddressFault::too_long) {
      scratch_.keys.resize(key_start);
      return fault;
    }
    const std::string_view key = std::string_view(scratch_.keys).substr(key_start);
    const std::uint64_t hash = hash_of_key(key, seed_);
    if (!is_new(key, hash)) {
      ++upload_.repeated;
      scratch_.keys.resize(key_start);
      return fault;
    }
    upload_.rows.push_back({address, data, static_cast<RowState>(fault), now_ms_});
    upload_.hashes.push_back(hash);
    scratch_.key_ends.push_back(scratch_.keys.size());
    text_bytes_ += address.size() + data.size();
    return fault;
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
  /// Whether no earlier row has this key; if so, its slot in the table is taken for the next row.
  bool is_new(std::string_view key, std::uint64_t hash) {
    const std::size_t mask = scratch_.slots.size() - 1;
    std::size_t slot = hash & mask;
    for (; scratch_.slots[slot] != 0; slot = (slot + 1) & mask) {
      const std::uint32_t row = scratch_.slots[slot] - 1;
      if (upload_.hashes[row] == hash && key_of(row) == key) return false;
    }
    scratch_.slots[slot] = static_cast<std::uint32_t>(upload_.rows.size() + 1);
    return true;
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
    const AddressFault fault = preparation.take(rows[i].address, rows[i].data);
    if (fault == AddressFault::none || fault == AddressFault::empty || fault == AddressFault::too_long)
      continue;
    return at_row(errors::kAddressMalformed, i, rows[i].address)
        .with("rule", mime::explain(fault, rows[i].address));
  }
  PreparedUpload upload = preparation.finish();
  upload.variable_names = std::move(*names);
  return upload;
}

}  // namespace sesame::audience

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audience/block.hpp"
#include "base/result.hpp"

/// The part of an upload that needs no database: checking, hashing, first compression. Any thread.
namespace sesame::audience {

inline constexpr std::size_t kMaxDataBytes = 800;  // SES: CreateReceiverDetailWithData.TemplateData

/// Constant for the life of the installation: Uploads::rules() has them.
struct UploadRules {
  std::uint64_t hash_seed = 0;
  std::size_t recipients_per_request = 20'000;  // SES: CreateReceiverDetail.Emails
};

/// A recipient with template data, as given.
struct RowWithData {
  std::string_view address;
  std::string_view data;
};

/// What Uploads::accept needs of a batch: it owns all of it. Repeats within the batch are gone (the first
/// stays).
struct PreparedUpload {
  std::vector<RowView> rows;                // the rows that may be stored, in order; views into `arena`
  std::vector<std::uint64_t> hashes;        // of the rows' comparison keys
  std::vector<std::string> variable_names;  // sorted; empty without data
  std::vector<EncodedBlock> blocks;  // all the rows, ready to be stored if none is a repeat of the group's
  std::uint32_t received = 0, too_long = 0, empty = 0, repeated = 0;
  std::unique_ptr<char[]> arena;
};

/// Addresses only. Faulty ones become rows with status invalid; empty and over-long ones are counted.
/// Errors: "audience.batch_empty", "audience.batch_too_large" (value, limit).
Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const std::string_view> addresses,
                                      std::int64_t now_ms);

/// With template data: one fault refuses the whole batch. Errors, beside the above, with facts "index" (of
/// the row) and "value": "audience.data_not_json" (not one JSON object of plain values),
/// "audience.data_too_long" (limit), "audience.data_html", "audience.data_inconsistent" (other variable names
/// than the first row), "audience.address_malformed" (rule). Empty and over-long addresses are counted as
/// above.
Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const RowWithData> rows,
                                      std::int64_t now_ms);

}  // namespace sesame::audience

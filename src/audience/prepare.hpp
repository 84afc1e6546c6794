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

/// The part of an upload that needs no database: checking, hashing, first compression. Thread: any.
namespace sesame::audience {

inline constexpr std::size_t kMaxDataBytes = 800;  // SES: CreateReceiverDetailWithData.TemplateData

/// The rules of uploads; constant for the life of the installation. Uploads::rules() returns them.
struct UploadRules {
  std::uint64_t hash_seed = 0;
  std::size_t recipients_per_request = 20'000;  // SES: CreateReceiverDetail.Emails
};

/// A recipient with template data, as given.
struct RowWithData {
  std::string_view address;
  std::string_view data;
};

/// The input of Uploads::accept: owns the whole batch. Repeats within the batch are removed (the first
/// stays).
struct PreparedUpload {
  std::vector<RowView> rows;                // The rows that may be stored, in order; views into `arena`
  std::vector<std::uint64_t> hashes;        // Hashes of the rows' comparison keys.
  std::vector<std::string> variable_names;  // Sorted; empty without data.
  std::vector<EncodedBlock> blocks;  // All rows, ready to be stored if none repeats a recipient of the group.
  std::uint32_t received = 0, too_long = 0, empty = 0, repeated = 0;
  std::unique_ptr<char[]> arena;
};

/// Prepares addresses without data. Faulty ones become rows with status invalid; empty and over-long ones are
/// counted. Errors: errors::kBatchEmpty, errors::kBatchTooLarge.
Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const std::string_view> addresses,
                                      std::int64_t now_ms);

/// Prepares addresses with template data: one fault refuses the whole batch. Errors, beside those above, with
/// facts "index" (of the row) and "value": errors::kDataNotJson (not one JSON object of plain values),
/// errors::kDataTooLong, errors::kDataHtml, errors::kDataInconsistent (other variable names than the first
/// row), errors::kAddressMalformed. Empty and over-long addresses are counted.
Result<PreparedUpload> prepare_upload(const UploadRules& rules, std::span<const RowWithData> rows,
                                      std::int64_t now_ms);

}  // namespace sesame::audience

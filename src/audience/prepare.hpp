#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
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

/// The fate of a row of an import. The numbers are on disk: append, never renumber.
enum class RowVerdict : std::uint8_t {
  valid = 0,           // Stored.
  invalid = 1,         // Stored with its malformed address.
  left_out = 2,        // Malformed, and such rows are not stored.
  repeat_in_part = 3,  // Repeats an earlier row of the same part.
  repeat = 4,          // Repeats a recipient whom the group had before the part.
  empty = 5,
  too_long = 6,
  data_not_json = 7,
  data_name = 8,  // No placeholder could hold the name of a variable.
  data_too_long = 9,
  data_html = 10,
  data_differs = 11,  // Other variables than the group, or than most rows of its first part.
};

/// Rows of one part of an import, at most.
inline constexpr std::size_t kPartRowsMax = 20'000;

/// The rules of one part of an import; read_part_rules() reads what the tables decide.
struct PartRules {
  bool with_data = false;  // The rows have template data.
  bool leave_out = false;  // Malformed addresses are not stored.
  /// The variables of the group, sorted; nullopt while it has nobody.
  std::optional<std::vector<std::string>> variable_names;
};

/// One part of an import, ready for add_part().
struct PreparedPart {
  PreparedUpload upload;
  bool all_valid = true;
  std::uint64_t digest = 0;           // The rows as given: equal parts have equal digests.
  std::vector<RowVerdict> verdicts;   // For each row as given; `repeat` is not known yet.
  std::vector<std::uint32_t> places;  // For each row of `upload`, its row as given.
  std::vector<std::uint32_t> firsts;  // For each row as given that repeats one in the part: that row.
  std::vector<std::string> texts;     // The addresses of the rows that are not in `upload`, in their order.
  std::string encoded;                // The verdicts on disk when no row repeats a recipient of the group.
};

/// Prepares a part of an import: no fault of a row refuses the others. A row whose variables are not those of
/// the group is refused; while the group has none, the variables of most rows count (of equals the first).
/// Errors: errors::kBatchEmpty, errors::kBatchTooLarge (more than kPartRowsMax or than an upload may have).
Result<PreparedPart> prepare_part(const UploadRules& rules, std::span<const RowWithData> rows,
                                  const PartRules& part, std::int64_t now_ms);

}  // namespace sesame::audience

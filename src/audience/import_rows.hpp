#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "audience/imports.hpp"
#include "audience/prepare.hpp"
#include "base/result.hpp"
#include "storage/database.hpp"

/// Reads what became of the rows of an import. Job: read.
namespace sesame::audience {

struct ImportRow {
  std::uint64_t number = 0;  // The row's number in the import, from 1.
  std::uint64_t line = 0;    // In the file.
  std::string address;       // Empty when the recipient was removed since; perhaps cut when it is not stored.
  RowVerdict verdict = RowVerdict::valid;
  std::string reason;  // The fault, for people; empty for valid rows.
  /// A repeat: the line of the file that has the address before, or 0 and the recipient who has it (the id of
  /// ListReceiverDetails).
  std::uint64_t match_line = 0;
  std::uint64_t match_id = 0;
};

struct ImportRowFilter {
  std::uint64_t after = 0;  // Only rows with a larger number.
  std::uint64_t limit = 1000;
  bool odd_only = false;  // Leaves valid rows out.
};

struct ImportRowPage {
  std::vector<ImportRow> rows;   // By number.
  std::uint64_t next_after = 0;  // The next page's `after`; 0 when there is none.
};

/// The rows of an import, page by page. A page reads some 64 parts and has some 4 MiB at most, so it may have
/// fewer rows than asked for, or none, and still have a next page. Errors: errors::kBlockMissing,
/// errors::kBlockDamaged.
Result<ImportRowPage> list_import_rows(storage::Reader& reader, const Import& import,
                                       const ImportRowFilter& filter);

}  // namespace sesame::audience

#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace sesame::commands {

/// Reads CSV files of any size row by row (RFC 4180; LF or CRLF; a byte order mark is skipped). Thread: one.
class CsvReader {
 public:
  // A quote that is never closed must not eat the file.
  static constexpr std::size_t kRowBytesMax = 64 * 1024;

  /// `in` outlives the reader.
  explicit CsvReader(std::istream& in);

  struct Row {
    std::uint64_t line = 0;  // The line on which the row begins, from 1.
    std::vector<std::string> cells;
  };

  /// The next row that is not empty; false at the end. Errors: errors::kRowTooLong, errors::kQuoteOpen (fact
  /// "line" each).
  Result<bool> next(Row& row);

 private:
  Result<bool> read_cells(Row& row);

  std::istream& in_;
  std::uint64_t line_ = 1;
};

/// The text of a cell in a CSV file, quoted when necessary.
std::string csv_cell(std::string_view text);

}  // namespace sesame::commands

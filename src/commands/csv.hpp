#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace sesame::commands {

/// Reads CSV files of any size row by row (RFC 4180), as UTF-8; a byte order mark is skipped. A line ends
/// with CR, LF, CRLF or a line or paragraph separator of Unicode, mixed as they come. Thread: one.
class CsvReader {
 public:
  static constexpr std::size_t kRowBytesMax = 64 * 1024;
  // Beyond this nobody means a row, and a quote that is never closed must not fill the memory.
  static constexpr std::size_t kKeptBytesMax = 1024 * 1024;

  /// `in` outlives the reader.
  explicit CsvReader(std::istream& in, char delimiter = ',');

  enum class Fault : std::uint8_t {
    none,
    too_long,     // More than kRowBytesMax.
    stray_quote,  // A quotation mark inside a cell without quotes, or text behind the closing one.
  };

  struct Row {
    std::uint64_t line = 0;  // The line on which the row begins, from 1.
    std::vector<std::string> cells;
    Fault fault = Fault::none;  // The cells of a faulty row are what can be read of it.
  };

  /// The next row that is not empty; false at the end. Errors: errors::kRowTooLong (more than kKeptBytesMax),
  /// errors::kQuoteOpen (fact "line" each).
  Result<bool> next(Row& row);

 private:
  /// How reading a character ended.
  enum class Step : std::uint8_t { more, row_ends, quote_opens };

  Result<bool> read_cells(Row& row);
  bool read_quoted(std::string& cell);
  Step read_plain(Row& row, char c);
  void end_cell(Row& row);
  void skip_line_feed();

  std::streambuf& in_;
  const char delimiter_;
  std::uint64_t line_ = 1;
  std::size_t bytes_ = 0;                    // The bytes of the current row so far.
  std::optional<std::size_t> quoted_bytes_;  // The size of a quoted cell at its closing mark.
};

/// The text of a cell in a CSV file, quoted when necessary.
std::string csv_cell(std::string_view text);

}  // namespace sesame::commands

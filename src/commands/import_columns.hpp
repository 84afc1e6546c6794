#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "commands/csv.hpp"

namespace sesame::commands {

/// The meaning of the columns of a list of recipients. A value.
struct ImportColumns {
  struct Column {
    std::size_t index = 0;
    std::string name;  // As a variable is called.
  };

  std::size_t width = 1;  // Cells of a row, but for empty ones at its end.
  std::size_t address = 0;
  std::string address_name;  // As the file calls the column; empty without a header.
  std::vector<Column> variables;
  bool has_header = false;
  std::size_t skipped = 0;  // Leading columns of a report of refused rows, which is read like the list.
  std::vector<std::size_t> unnamed;  // Columns without a name, which must be empty in every row.

  bool has_data() const { return !variables.empty(); }
};

/// How a person helps to read the columns.
struct ColumnWishes {
  std::string address;               // The name of the address's column; empty: the one that looks like it.
  std::vector<std::string> ignored;  // Names of columns that are left out.
};

/// Finds out from the first rows of a file (the header, when it has one, is the first) what its columns are.
/// The address is in the column whose name is known for it and whose cells look like addresses. Errors:
/// errors::kImportFile (fact "problem"). Pure. Thread: any.
Result<ImportColumns> read_columns(const std::vector<CsvReader::Row>& first_rows, const ColumnWishes& wishes);

/// The first columns of a report of refused rows; the list's own follow.
inline constexpr const char* kReportColumns[] = {"line", "address", "reason"};

}  // namespace sesame::commands

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/api_client.hpp"
#include "commands/import_columns.hpp"
#include "commands/pause.hpp"
#include "commands/text_file.hpp"

namespace sesame::commands {

/// A row of the file that is not stored, with the reason.
struct RefusedRow {
  std::uint64_t line = 0;
  std::string address;
  std::string reason;
  std::vector<std::string> cells;  // The whole row, without the columns of an earlier report.
};

struct ImportOptions {
  std::string file;      // "-": standard input.
  std::string encoding;  // Empty: the one that is found.
  ColumnWishes columns;
};

/// The counts of a file.
struct ImportPlan {
  std::uint64_t rows = 0;
  std::uint64_t refused = 0;   // Rows handed to `refuse`.
  std::uint64_t distinct = 0;  // Different addresses among the others, counted up to `distinct_max` + 1.
};

struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t stored = 0;    // As counted by the server.
  std::uint64_t repeated = 0;  // In the file or in the group already.
};

/// A CSV file of recipients of any size. It is read twice: to the end before anything is stored, then row by
/// row into a group, in batches that the API accepts. The first row names the columns; when it contains an
/// address it is a recipient like the others. Columns other than the address become variables of the
/// recipient's template data. Thread: one.
class ImportFile {
 public:
  /// Errors: errors::kImportFile (fact "problem"), errors::kStopped (Ctrl-C).
  static Result<ImportFile> open(const ImportOptions& options, Pause& pause);

  using Refuse = std::function<Status(const RefusedRow&)>;
  using Advance = std::function<void(std::uint64_t bytes, std::uint64_t of)>;

  /// Checks every row; those that the API would refuse go to `refuse`, whose error ends the check. Errors:
  /// those of open() and of CsvReader.
  Result<ImportPlan> check(std::uint64_t distinct_max, const Refuse& refuse, Pause& pause);

  /// Uploads the rows that check() did not refuse, `batch` at a time. `report` counts what is stored also
  /// when an error ends it: those of ApiClient::call, errors::kStopped.
  Status upload(ApiClient& client, std::uint64_t group_id, std::size_t batch, const Advance& advance,
                Pause& pause, ImportReport& report);

  /// How the file is read, as one line for people.
  std::string description() const;
  const std::string& name() const { return text_.name(); }
  /// The names of the columns as they stand in the file, without those of an earlier report.
  const std::vector<std::string>& header() const { return header_; }

 private:
  ImportFile(TextFile text, char separator) : text_(std::move(text)), separator_(separator) {}
  Status find_columns(const ColumnWishes& wishes);
  CsvReader reader();

  TextFile text_;
  char separator_;
  bool separator_line_ = false;  // The file begins with `sep=X`.
  ImportColumns columns_;
  std::vector<std::string> header_;
};

}  // namespace sesame::commands

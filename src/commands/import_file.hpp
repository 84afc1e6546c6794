#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/api_client.hpp"

namespace sesame::commands {

/// A row of the file that was not stored, and why.
struct RefusedRow {
  std::uint64_t line = 0;
  std::string address;
  std::string reason;
};

struct ImportOptions {
  std::string file;
  std::uint64_t group_id = 0;
  std::string email_column;  // Empty: "email" or "address" in any case, else the first column.
  std::size_t batch_recipients = 20'000;
};

struct ImportReport {
  std::uint64_t rows = 0;
  std::uint64_t stored = 0;    // As the server counted them.
  std::uint64_t repeated = 0;  // In the file or in the group already.
  std::uint64_t refused = 0;   // Rows told through `refuse`.
};

/// Streams a CSV file of any size into a group, in batches as the API wants them. The first row names the
/// columns; when it holds an address it is a row like the others. Every other column becomes a variable of
/// the recipient's template data. Rows the API would refuse are left out, told through `refuse`, and don't
/// stop the rest. `progress` gets the bytes read so far and the file's size. Errors: "import.file" (fact
/// "problem"), those of CsvReader and of ApiClient::call; what was uploaded before stays.
Result<ImportReport> import_file(ApiClient& client, const ImportOptions& options,
                                 const std::function<void(const RefusedRow&)>& refuse,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace sesame::commands

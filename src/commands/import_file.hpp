#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "commands/api_client.hpp"

namespace sesame::commands {

/// A row of the file that was not stored, with the reason.
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
  std::uint64_t stored = 0;    // As counted by the server.
  std::uint64_t repeated = 0;  // In the file or in the group already.
  std::uint64_t refused = 0;   // Rows handed to `refuse`.
};

/// Streams a CSV file of any size into a group, in batches that the API accepts. The first row names the
/// columns; when it contains an address it is a recipient like the others. Columns other than the address
/// become variables of the recipient's template data. Rows that the API would refuse are handed to `refuse`
/// and left out. `progress` gets the bytes read so far and the file's size. Errors: errors::kImportFile (fact
/// "problem"), those of CsvReader and of ApiClient::call; batches uploaded before stay.
Result<ImportReport> import_file(ApiClient& client, const ImportOptions& options,
                                 const std::function<void(const RefusedRow&)>& refuse,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace sesame::commands

#include "commands/import_file.hpp"

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "audience/errors.hpp"
#include "audience/prepare.hpp"
#include "base/ascii.hpp"
#include "commands/csv.hpp"
#include "commands/errors.hpp"
#include "mime/address.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::size_t kBatchBytesMax = 6 << 20;  // A request may have 10 MiB.
constexpr std::size_t kReadBuffer = 1 << 16;

/// The columns of the file: the address and the variables.
struct Columns {
  std::size_t address = 0;
  std::vector<std::string> names;  // Names of all columns; empty: no variables.
};

bool has_address(const CsvReader::Row& row) {
  for (const std::string& cell : row.cells) {
    if (mime::check_address(ascii::trim(cell)) == mime::AddressFault::none) return true;
  }
  return false;
}

bool names_address(std::string_view cell) {
  const std::string name = ascii::lower(ascii::trim(cell));
  return name == "email" || name == "address" || name == "e-mail";
}

Result<Columns> read_header(const CsvReader::Row& row, const std::string& wanted) {
  Columns columns;
  bool found = false;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::string name(ascii::trim(row.cells[i]));
    const bool matches = wanted.empty() ? names_address(name) : ascii::iequals(name, wanted);
    if (matches && !found) {
      columns.address = i;
      found = true;
    }
    columns.names.push_back(name);
  }
  if (!wanted.empty() && !found)
    return Error(errors::kImportFile).with("problem", "there is no column " + wanted);
  if (!found && columns.names.size() > 1) {
    return Error(errors::kImportFile)
        .with("problem",
              "the first row has no address and no column named email; name it with --email-column");
  }
  if (columns.names.size() == 1) columns.names.clear();
  return columns;
}

/// The reason why the API would refuse this row; empty when it would store it.
std::string fault_of(const std::string& address, const std::string& data, bool with_data) {
  const mime::AddressFault fault = mime::check_address(address);
  if (fault != mime::AddressFault::none) return std::string(mime::explain(fault));
  if (!with_data) return "";
  const audience::RowWithData row{address, data};
  const auto prepared = audience::prepare_upload(audience::UploadRules{}, std::span(&row, 1), 0);
  if (prepared) return "";
  const Error& error = prepared.error();
  if (error.is(audience::errors::kDataTooLong)) return "its variables take more than 800 bytes";
  if (error.is(audience::errors::kDataHtml)) return "a variable holds HTML";
  return std::string(error.reason());
}

class Importer {
 public:
  Importer(ApiClient& client, const ImportOptions& options,
           const std::function<void(const RefusedRow&)>& refuse)
      : client_(client), options_(options), refuse_(refuse) {}

  Status begin(const CsvReader::Row& first) {
    if (has_address(first)) return add(first);
    // A single cell that is not a column's name is a broken address, which must be reported.
    if (first.cells.size() == 1 && options_.email_column.empty() && !names_address(first.cells[0])) {
      return add(first);
    }
    Result<Columns> columns = read_header(first, options_.email_column);
    if (!columns) return std::move(columns).error();
    columns_ = std::move(*columns);
    return Done{};
  }

  Status add(const CsvReader::Row& row) {
    ++report_.rows;
    const std::string address(columns_.address < row.cells.size() ? ascii::trim(row.cells[columns_.address])
                                                                  : "");
    const bool with_data = !columns_.names.empty();
    const std::string data = with_data ? data_of(row) : "";
    const std::string fault = fault_of(address, data, with_data);
    if (!fault.empty()) {
      ++report_.refused;
      refuse_({row.line, address, fault});
      return Done{};
    }
    bytes_ += address.size() + data.size() + 40;
    if (with_data) {
      batch_.push_back(json::object{{"Email", address}, {"TemplateData", data}});
    } else {
      batch_.emplace_back(json::string(address));
    }
    if (batch_.size() < options_.batch_recipients && bytes_ < kBatchBytesMax) return Done{};
    return flush();
  }

  Status flush() {
    if (batch_.empty()) return Done{};
    const bool with_data = batch_.front().is_object();
    json::object parameters{{"ReceiverId", options_.group_id}};
    parameters[with_data ? "Datas" : "Emails"] = std::move(batch_);
    batch_ = json::array();
    bytes_ = 0;
    const Result<json::object> answer =
        client_.ses(with_data ? "CreateReceiverDetailWithData" : "CreateReceiverDetail", parameters);
    if (!answer) return answer.error();
    report_.stored += answer->at("ValidCount").to_number<std::uint64_t>();
    report_.repeated += answer->at("RepeatCount").to_number<std::uint64_t>();
    return Done{};
  }

  const ImportReport& report() const { return report_; }

 private:
  std::string data_of(const CsvReader::Row& row) const {
    json::object data;
    for (std::size_t i = 0; i < columns_.names.size(); ++i) {
      if (i == columns_.address) continue;
      data[columns_.names[i]] = i < row.cells.size() ? row.cells[i] : std::string();
    }
    return json::serialize(data);
  }

  ApiClient& client_;
  const ImportOptions& options_;
  const std::function<void(const RefusedRow&)>& refuse_;
  Columns columns_;
  json::array batch_;
  std::size_t bytes_ = 0;
  ImportReport report_;
};

}  // namespace

Result<ImportReport> import_file(ApiClient& client, const ImportOptions& options,
                                 const std::function<void(const RefusedRow&)>& refuse,
                                 const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::error_code fault;
  const std::uint64_t size = std::filesystem::file_size(options.file, fault);
  std::vector<char> buffer(kReadBuffer);
  std::ifstream in;
  in.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  in.open(options.file, std::ios::binary);
  if (fault || !in) {
    return Error(errors::kImportFile)
        .with("problem", options.file + ": " + (fault ? fault.message() : std::strerror(errno)));
  }
  CsvReader reader(in);
  Importer importer(client, options, refuse);
  CsvReader::Row row;
  bool first = true;
  while (true) {
    const Result<bool> more = reader.next(row);
    if (!more) return more.error();
    if (!*more) break;
    Status status = first ? importer.begin(row) : importer.add(row);
    first = false;
    if (!status) return std::move(status).error();
    constexpr std::uint64_t kRowsBetweenProgress = 1000;
    if (importer.report().rows % kRowsBetweenProgress == 0)
      progress(static_cast<std::uint64_t>(in.tellg()), size);
  }
  if (Status status = importer.flush(); !status) return std::move(status).error();
  progress(size, size);
  return importer.report();
}

}  // namespace sesame::commands

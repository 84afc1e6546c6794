#include "commands/import_file.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "audience/recipient_key.hpp"
#include "base/utf8.hpp"
#include "commands/errors.hpp"
#include "commands/import_row.hpp"
#include "commands/text_format.hpp"
#include "mime/address.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::size_t kBatchBytesMax = 6 << 20;  // A request may have 10 MiB.
constexpr std::size_t kRowBytes = 40;            // JSON around a row.
constexpr std::size_t kFirstRows = 200;          // Rows that show what the columns are.
constexpr std::uint64_t kRowsBetweenLooks = 1000;

/// Counts different addresses by their hashes, up to a bound.
class DistinctAddresses {
 public:
  explicit DistinctAddresses(std::uint64_t most) : most_(most) {}

  void add(const std::string& address) {
    if (hashes_.size() > most_) return;
    constexpr std::uint64_t kSeed = 0;  // Two addresses of one hash only make the count too small.
    hashes_.insert(audience::hash_of_key(mime::canonical_address(address), kSeed));
  }
  std::uint64_t count() const { return hashes_.size(); }

 private:
  const std::uint64_t most_;
  std::unordered_set<std::uint64_t> hashes_;
};

/// Gathers rows into requests.
class Batches {
 public:
  Batches(ApiClient& client, std::uint64_t group_id, std::size_t recipients, bool with_data,
          ImportReport& report)
      : client_(client),
        group_id_(group_id),
        recipients_(recipients),
        with_data_(with_data),
        report_(report) {}

  Status add(std::string address, std::string data) {
    bytes_ += address.size() + data.size() + kRowBytes;
    if (with_data_) {
      batch_.push_back(json::object{{"Email", std::move(address)}, {"TemplateData", std::move(data)}});
    } else {
      batch_.emplace_back(json::string(address));
    }
    if (batch_.size() < recipients_ && bytes_ < kBatchBytesMax) return Done{};
    return flush();
  }

  Status flush() {
    if (batch_.empty()) return Done{};
    json::object parameters{{"ReceiverId", group_id_}};
    parameters[with_data_ ? "Datas" : "Emails"] = std::move(batch_);
    batch_ = json::array();
    bytes_ = 0;
    const Result<json::object> answer =
        client_.ses(with_data_ ? "CreateReceiverDetailWithData" : "CreateReceiverDetail", parameters);
    if (!answer) return answer.error();
    report_.stored += answer->at("ValidCount").to_number<std::uint64_t>();
    report_.repeated += answer->at("RepeatCount").to_number<std::uint64_t>();
    return Done{};
  }

 private:
  ApiClient& client_;
  const std::uint64_t group_id_;
  const std::size_t recipients_;
  const bool with_data_;
  ImportReport& report_;
  json::array batch_;
  std::size_t bytes_ = 0;
};

}  // namespace

Result<ImportFile> ImportFile::open(const ImportOptions& options, Pause& pause) {
  Result<TextFile> text = TextFile::open(options.file, options.encoding, pause);
  if (!text) return std::move(text).error();
  std::string first(CsvReader::kRowBytesMax, '\0');
  std::istream& in = text->read();
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  first.resize(static_cast<std::size_t>(in.gcount()));
  const Separator separator = separator_of(first);
  ImportFile opened(std::move(*text), separator.character);
  opened.separator_line_ = separator.declared;
  if (Status status = opened.find_columns(options.columns); !status) return std::move(status).error();
  return opened;
}

CsvReader ImportFile::reader() {
  CsvReader made(text_.read(), separator_);
  CsvReader::Row row;
  if (separator_line_) static_cast<void>(made.next(row).ok());
  return made;
}

Status ImportFile::find_columns(const ColumnWishes& wishes) {
  CsvReader rows = reader();
  std::vector<CsvReader::Row> first;
  while (first.size() < kFirstRows) {
    CsvReader::Row row;
    const Result<bool> more = rows.next(row);
    // A fault further down is found again by check(), with all rows before it.
    if (!more && first.empty()) return more.error();
    if (!more || !*more) break;
    for (std::string& cell : row.cells) {
      if (!utf8::valid(cell)) cell = utf8::mended(cell);
    }
    first.push_back(std::move(row));
  }
  Result<ImportColumns> columns = read_columns(first, wishes);
  if (!columns)
    return Error(errors::kImportFile).with("problem", name() + ": " + fact(columns.error(), "problem"));
  columns_ = std::move(*columns);
  if (columns_.has_header) {
    header_ = first.front().cells;
    header_.resize(columns_.width);
    header_.erase(header_.begin(), header_.begin() + static_cast<std::ptrdiff_t>(columns_.skipped));
  } else {
    header_ = {"email"};
  }
  return Done{};
}

Result<ImportPlan> ImportFile::check(std::uint64_t distinct_max, const Refuse& refuse, Pause& pause) {
  ImportPlan plan;
  DistinctAddresses distinct(distinct_max);
  CsvReader rows = reader();
  CsvReader::Row row;
  bool header = columns_.has_header;
  while (true) {
    const Result<bool> more = rows.next(row);
    if (!more) return more.error();
    if (!*more) break;
    if (std::exchange(header, false)) continue;
    if (++plan.rows % kRowsBetweenLooks == 0 && pause.stopped()) return Error(errors::kStopped);
    const std::string fault = fault_of(columns_, row, text_.encoding());
    if (fault.empty()) {
      distinct.add(address_of(columns_, row));
      continue;
    }
    ++plan.refused;
    RefusedRow refused{row.line, address_of(columns_, row), fault, row.cells};
    // The report is UTF-8 as a whole, or no editor opens it.
    if (!utf8::valid(refused.address)) refused.address = utf8::mended(refused.address);
    for (std::string& cell : refused.cells) {
      if (!utf8::valid(cell)) cell = utf8::mended(cell);
    }
    const std::size_t skipped = std::min(columns_.skipped, refused.cells.size());
    refused.cells.erase(refused.cells.begin(), refused.cells.begin() + static_cast<std::ptrdiff_t>(skipped));
    if (Status status = refuse(refused); !status) return std::move(status).error();
  }
  plan.distinct = distinct.count();
  return plan;
}

Status ImportFile::upload(ApiClient& client, std::uint64_t group_id, std::size_t batch,
                          const Advance& advance, Pause& pause, ImportReport& report) {
  Batches batches(client, group_id, batch, columns_.has_data(), report);
  CsvReader rows = reader();
  CsvReader::Row row;
  bool header = columns_.has_header;
  while (true) {
    const Result<bool> more = rows.next(row);
    if (!more) return more.error();
    if (!*more) break;
    if (std::exchange(header, false)) continue;
    if (++report.rows % kRowsBetweenLooks == 0) {
      if (pause.stopped()) return Error(errors::kStopped);
      advance(text_.used(), text_.size());
    }
    if (!fault_of(columns_, row, text_.encoding()).empty()) continue;
    Status added = batches.add(address_of(columns_, row), data_of(columns_, row));
    if (!added) return added;
  }
  Status flushed = batches.flush();
  if (flushed) advance(text_.size(), text_.size());
  return flushed;
}

std::string ImportFile::description() const {
  std::string text = fmt::format("reading {} as {}", name(), text_.encoding());
  if (columns_.width > 1 || separator_line_)
    text += fmt::format(", cells separated by {}", separator_name(separator_));
  if (!columns_.has_header) return text + ": one address a line";
  text += fmt::format(": addresses in column `{}`", columns_.address_name);
  std::string variables;
  for (const ImportColumns::Column& column : columns_.variables)
    variables += (variables.empty() ? "" : ", ") + column.name;
  return variables.empty() ? text : text + "; variables: " + variables;
}

}  // namespace sesame::commands

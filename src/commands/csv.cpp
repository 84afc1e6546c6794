#include "commands/csv.hpp"

#include <utility>

#include "commands/errors.hpp"

namespace sesame::commands {

namespace {

constexpr int kEnd = std::istream::traits_type::eof();

/// The bytes of a line end of Unicode with which the text ends; 0 when it ends with none.
std::size_t unicode_line_end(std::string_view text) {
  for (const std::string_view end : {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xc2\x85"}) {
    if (text.ends_with(end)) return end.size();
  }
  return 0;
}

}  // namespace

CsvReader::CsvReader(std::istream& in, char delimiter) : in_(*in.rdbuf()), delimiter_(delimiter) {
  constexpr char kMark[] = {'\xef', '\xbb', '\xbf'};
  for (const char byte : kMark) {
    if (in_.sgetc() != static_cast<unsigned char>(byte)) break;
    in_.sbumpc();
  }
}

Result<bool> CsvReader::next(Row& row) {
  while (true) {
    Result<bool> more = read_cells(row);
    if (!more || !*more) return more;
    if (row.cells.size() > 1 || !row.cells.front().empty() || row.fault != Fault::none) return true;
  }
}

void CsvReader::skip_line_feed() {
  if (in_.sgetc() == '\n') in_.sbumpc();
}

Result<bool> CsvReader::read_cells(Row& row) {
  row.cells.assign(1, std::string());
  row.line = line_;
  row.fault = Fault::none;
  bytes_ = 0;
  quoted_bytes_.reset();
  for (int c = in_.sbumpc(); c != kEnd; c = in_.sbumpc()) {
    if (++bytes_ > kKeptBytesMax) return Error(errors::kRowTooLong).with("line", std::to_string(row.line));
    const Step step = read_plain(row, static_cast<char>(c));
    if (step == Step::quote_opens) {
      if (!read_quoted(row.cells.back()))
        return Error(errors::kQuoteOpen).with("line", std::to_string(row.line));
      quoted_bytes_ = row.cells.back().size();
    }
    if (bytes_ > kRowBytesMax) row.fault = Fault::too_long;
    if (step == Step::row_ends) break;
  }
  end_cell(row);
  return bytes_ > 0;
}

/// RFC 4180 §2: quotation marks enclose a whole cell.
void CsvReader::end_cell(Row& row) {
  if (quoted_bytes_ && row.cells.back().size() > *quoted_bytes_) row.fault = Fault::stray_quote;
  quoted_bytes_.reset();
}

CsvReader::Step CsvReader::read_plain(Row& row, char c) {
  std::string& cell = row.cells.back();
  if (c == '\n' || c == '\r') {
    if (c == '\r') skip_line_feed();
    ++line_;
    return Step::row_ends;
  }
  if (c == delimiter_) {
    end_cell(row);
    row.cells.emplace_back();
    return Step::more;
  }
  if (c == '"') {
    if (cell.empty() && !quoted_bytes_) return Step::quote_opens;
    row.fault = Fault::stray_quote;
  }
  cell += c;
  if (static_cast<signed char>(c) >= 0) return Step::more;
  const std::size_t end = unicode_line_end(cell);
  if (end == 0) return Step::more;
  cell.resize(cell.size() - end);
  ++line_;
  return Step::row_ends;
}

/// Reads up to the closing quotation mark; false when there is none.
bool CsvReader::read_quoted(std::string& cell) {
  for (int c = in_.sbumpc(); c != kEnd && ++bytes_ <= kKeptBytesMax; c = in_.sbumpc()) {
    if (c == '"') {
      if (in_.sgetc() != '"') return true;
      in_.sbumpc();
    }
    cell += static_cast<char>(c);
    if (c == '\n' || (c == '\r' && in_.sgetc() != '\n')) ++line_;
  }
  return false;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n\xc2\xe2") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

}  // namespace sesame::commands

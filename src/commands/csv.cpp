#include "commands/csv.hpp"

#include <utility>

#include "commands/errors.hpp"

namespace sesame::commands {

CsvReader::CsvReader(std::istream& in) : in_(in) {
  constexpr char kMark[] = {'\xef', '\xbb', '\xbf'};
  for (const char byte : kMark) {
    if (in_.peek() != static_cast<unsigned char>(byte)) break;
    in_.get();
  }
}

Result<bool> CsvReader::next(Row& row) {
  while (true) {
    Result<bool> more = read_cells(row);
    if (!more || !*more) return more;
    if (row.cells.size() > 1 || !row.cells.front().empty()) return true;
  }
}

Result<bool> CsvReader::read_cells(Row& row) {
  row.cells.assign(1, std::string());
  row.line = line_;
  bool quoted = false;
  bool anything = false;
  std::size_t bytes = 0;
  for (int c = in_.get(); c != std::istream::traits_type::eof(); c = in_.get()) {
    anything = true;
    if (++bytes > kRowBytesMax) {
      return Error(quoted ? errors::kQuoteOpen : errors::kRowTooLong).with("line", std::to_string(row.line));
    }
    std::string& cell = row.cells.back();
    if (c == '\n') ++line_;
    if (quoted) {
      if (c != '"') {
        cell += static_cast<char>(c);
      } else if (in_.peek() == '"') {
        cell += static_cast<char>(in_.get());
      } else {
        quoted = false;
      }
    } else if (c == '"' && cell.empty()) {
      quoted = true;
    } else if (c == ',') {
      row.cells.emplace_back();
    } else if (c == '\n') {
      return true;
    } else if (c != '\r' || in_.peek() != '\n') {
      cell += static_cast<char>(c);
    }
  }
  if (quoted) return Error(errors::kQuoteOpen).with("line", std::to_string(row.line));
  return anything;
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

}  // namespace sesame::commands

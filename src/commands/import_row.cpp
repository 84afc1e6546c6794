#include "commands/import_row.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <string_view>

#include "audience/errors.hpp"
#include "audience/prepare.hpp"
#include "audience/template_data.hpp"
#include "base/invisible.hpp"
#include "base/utf8.hpp"
#include "mime/address.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // In place of what the encoding does not know.

std::string counted(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// A row has one cell for each column (RFC 4180 §2); empty cells beyond them say nothing.
std::string shape_fault(const ImportColumns& columns, const CsvReader::Row& row) {
  std::size_t cells = row.cells.size();
  while (cells > columns.width && trim_unseen(row.cells[cells - 1]).empty()) --cells;
  if (cells != columns.width) {
    const std::size_t own = cells > columns.skipped ? cells - columns.skipped : cells;
    return fmt::format(
        "the row has {}, but the {} {}{}", counted(own, "cell"),
        columns.has_header ? "first row names" : "list has",
        counted(columns.width - columns.skipped, "column"),
        cells > columns.width ? "; a cell that holds the separator needs quotation marks" : "");
  }
  for (const std::size_t column : columns.unnamed) {
    if (!trim_unseen(row.cells[column]).empty())
      return fmt::format("there is a value in column {}, which has no name in the first row", column + 1);
  }
  return "";
}

std::string text_fault(const CsvReader::Row& row, const std::string& encoding) {
  for (const std::string& cell : row.cells) {
    if (!utf8::valid(cell) || (encoding != "UTF-8" && cell.find(kReplacement) != std::string::npos))
      return fmt::format("the row has bytes that are not {}", encoding);
    if (cell.find('\0') != std::string::npos) return "the row has a NUL character";
  }
  return "";
}

std::string data_fault(const std::string& data) {
  const auto checked = audience::check_template_data(data);
  if (checked) return "";
  const Error& error = checked.error();
  if (error.is(audience::errors::kDataTooLong))
    return fmt::format("its variables take more than {} bytes", audience::kMaxDataBytes);
  if (error.is(audience::errors::kDataHtml)) return "a variable holds HTML";
  return "its variables cannot be stored as template data";
}

}  // namespace

std::string address_of(const ImportColumns& columns, const CsvReader::Row& row) {
  if (columns.address >= row.cells.size()) return "";
  return std::string(trim_unseen(row.cells[columns.address]));
}

std::string data_of(const ImportColumns& columns, const CsvReader::Row& row) {
  if (!columns.has_data()) return "";
  json::object data;
  for (const ImportColumns::Column& column : columns.variables) data[column.name] = row.cells[column.index];
  return json::serialize(data);
}

std::string fault_of(const ImportColumns& columns, const CsvReader::Row& row, const std::string& encoding) {
  if (row.fault == CsvReader::Fault::too_long)
    return fmt::format("the row has more than {} bytes", CsvReader::kRowBytesMax);
  if (row.fault == CsvReader::Fault::stray_quote)
    return "a quotation mark stands inside a cell; put the whole cell into quotes and double the marks in it";
  if (std::string fault = text_fault(row, encoding); !fault.empty()) return fault;
  if (std::string fault = shape_fault(columns, row); !fault.empty()) return fault;
  const std::string address = address_of(columns, row);
  if (const mime::AddressFault fault = mime::check_address(address); fault != mime::AddressFault::none)
    return mime::explain(fault, address);
  return columns.has_data() ? data_fault(data_of(columns, row)) : "";
}

}  // namespace sesame::commands

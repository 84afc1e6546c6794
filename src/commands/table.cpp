#include "commands/table.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/ascii.hpp"
#include "commands/pretty_json.hpp"
#include "commands/terminal.hpp"

namespace sesame::commands {

namespace json = boost::json;

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kLeast = 10;  // A column is never narrower than its head or this.

std::size_t bytes_of_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return std::min(size, text.size());
}

/// The bytes of the longest part from the beginning that takes at most `width` columns; at least one
/// character.
std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = bytes_of_character(text);
  std::size_t columns = columns_of(text.substr(0, bytes));
  while (bytes < text.size()) {
    const std::size_t size = bytes_of_character(text.substr(bytes));
    columns += columns_of(text.substr(bytes, size));
    if (columns > width) break;
    bytes += size;
  }
  return bytes;
}

std::string key_of(const std::string& head) {
  std::string key = ascii::lower(head);
  std::ranges::replace(key, ' ', '_');
  return key;
}

/// One row of cells, which may take several lines.
void append_row(std::string& out, const std::vector<std::string>& cells,
                const std::vector<std::size_t>& widths) {
  std::vector<std::vector<std::string>> lines;
  std::size_t height = 1;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    lines.push_back(wrapped_lines(cells[i], widths[i]));
    height = std::max(height, lines.back().size());
  }
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = line < lines[i].size() ? lines[i][line] : "";
      text += cell;
      if (i + 1 < cells.size()) text.append(widths[i] - std::min(widths[i], columns_of(cell)) + kGap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
}

}  // namespace

Cell Cell::number(std::uint64_t number) { return {grouped(number), json::value(number)}; }
Cell Cell::id(std::uint64_t number) { return {std::to_string(number), json::value(number)}; }

Cell Cell::list(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ",") + word;
  return {std::move(joined), json::value_from(words)};
}

Cell Cell::flag(bool value, const char* when_true, const char* when_false) {
  return {value ? when_true : when_false, json::value(value)};
}

std::vector<std::size_t> Table::widths(std::optional<unsigned> width) const {
  std::vector<std::size_t> widths;
  for (const std::string& head : heads_) widths.push_back(columns_of(head));
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i].text()));
  }
  if (!width) return widths;
  std::size_t total = kGap * (widths.size() - 1);
  for (const std::size_t each : widths) total += each;
  for (; total > *width; --total) {
    const auto widest = std::ranges::max_element(widths);
    if (*widest <= kLeast) break;
    --*widest;
  }
  return widths;
}

std::string Table::text(std::optional<unsigned> width) const {
  const std::vector<std::size_t> columns = widths(width);
  std::string out;
  append_row(out, heads_, columns);
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(cell.text());
    append_row(out, cells, columns);
  }
  return out;
}

std::string Table::json() const {
  json::array list;
  for (const auto& row : rows_) {
    json::object object;
    for (std::size_t i = 0; i < row.size(); ++i) object[key_of(heads_[i])] = row[i].json();
    list.push_back(std::move(object));
  }
  return pretty_json(list);
}

std::vector<std::string> wrapped_lines(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (columns_of(text) > width) {
    const std::size_t most = fitting_bytes(text, width);
    std::size_t end = most;
    if (most < text.size() && text[most] != ' ') {
      const std::size_t blank = text.substr(0, most).rfind(' ');
      if (blank != std::string_view::npos && blank > 0) end = blank;
    }
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t i = 0; i < text.size(); i += bytes_of_character(text.substr(i))) {
    // East Asian wide characters (three bytes from U+1100 on) take two columns; wcwidth needs a locale that
    // may be absent.
    columns += static_cast<unsigned char>(text[i]) >= 0xe3 ? 2 : 1;
  }
  return columns;
}

}  // namespace sesame::commands

#include "commands/csv.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace sesame::commands {
namespace {

using Cells = std::vector<std::string>;

std::vector<Cells> read(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  std::vector<Cells> rows;
  CsvReader::Row row;
  for (Result<bool> more = reader.next(row); more && *more; more = reader.next(row))
    rows.push_back(row.cells);
  return rows;
}

TEST(Csv, reads_rows_with_either_line_end) {
  EXPECT_EQ(read("a,b\r\nc,d\n"), (std::vector<Cells>{{"a", "b"}, {"c", "d"}}));
  EXPECT_EQ(read("a,b"), (std::vector<Cells>{{"a", "b"}}));
}

TEST(Csv, skips_empty_lines_and_the_byte_order_mark) {
  EXPECT_EQ(read("\xef\xbb\xbf"
                 "email\n\n\na@b.test\n\n"),
            (std::vector<Cells>{{"email"}, {"a@b.test"}}));
}

TEST(Csv, keeps_what_is_quoted) {
  EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\n"),
            (std::vector<Cells>{{"a,b", "say \"hi\"", "two\nlines"}}));
}

TEST(Csv, keeps_empty_cells) { EXPECT_EQ(read(",,\n"), (std::vector<Cells>{{"", "", ""}})); }

TEST(Csv, counts_lines_across_quoted_line_ends) {
  std::istringstream in("h\n\"x\ny\"\nz\n");
  CsvReader reader(in);
  CsvReader::Row row;
  for (const std::uint64_t line : {1U, 2U, 4U}) {
    ASSERT_TRUE(*reader.next(row));
    EXPECT_EQ(row.line, line);
  }
}

TEST(Csv, an_open_quote_is_named_with_its_line) {
  std::istringstream in("a\n\"never closed");
  CsvReader reader(in);
  CsvReader::Row row;
  ASSERT_TRUE(*reader.next(row));
  const Result<bool> more = reader.next(row);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().reason(), "csv.quote_open");
  EXPECT_EQ(more.error().facts().front().value, "2");
}

TEST(Csv, a_row_has_a_bound) {
  std::istringstream in(std::string(CsvReader::kRowBytesMax + 1, 'x'));
  CsvReader reader(in);
  CsvReader::Row row;
  EXPECT_EQ(reader.next(row).error().reason(), "csv.row_too_long");
}

TEST(Csv, cells_are_read_back_as_they_were) {
  for (const std::string cell : {"plain", "a,b", "q\"q", "l\nl", ""}) {
    const std::vector<Cells> rows = read(csv_cell(cell) + ",end\n");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0][0], cell);
  }
}

}  // namespace
}  // namespace sesame::commands

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
  std::istringstream in(std::string(CsvReader::kKeptBytesMax + 1, 'x'));
  CsvReader reader(in);
  CsvReader::Row row;
  EXPECT_EQ(reader.next(row).error().reason(), "csv.row_too_long");
}

using Fault = CsvReader::Fault;

std::vector<std::pair<std::uint64_t, Fault>> faults(const std::string& text) {
  std::istringstream in(text);
  CsvReader reader(in);
  std::vector<std::pair<std::uint64_t, Fault>> found;
  CsvReader::Row row;
  for (Result<bool> more = reader.next(row); more && *more; more = reader.next(row))
    found.emplace_back(row.line, row.fault);
  return found;
}

TEST(Csv, a_long_row_is_named_and_the_next_one_read) {
  EXPECT_EQ(faults("a\n" + std::string(CsvReader::kRowBytesMax + 1, 'x') + "\nb\n"),
            (std::vector<std::pair<std::uint64_t, Fault>>{
                {1, Fault::none}, {2, Fault::too_long}, {3, Fault::none}}));
}

TEST(Csv, quotation_marks_enclose_whole_cells) {
  for (const char* row : {"a \"b\",c", "\"a\"b,c", "a\",b", "\"a\" ,b", "\"a\"\"b\"c"})
    EXPECT_EQ(faults(row), (std::vector<std::pair<std::uint64_t, Fault>>{{1, Fault::stray_quote}})) << row;
  for (const char* row : {"\"a\",\"\"", "\"a \"\"b\"\"\"", "\"a\"\xe2\x80\xa8"})
    EXPECT_EQ(faults(row), (std::vector<std::pair<std::uint64_t, Fault>>{{1, Fault::none}})) << row;
}

TEST(Csv, lines_end_in_every_way) {
  const std::vector<Cells> expected{{"a", "b"}, {"c", "d"}, {"e", "f"}};
  EXPECT_EQ(read("a,b\rc,d\re,f\r"), expected);
  EXPECT_EQ(read("a,b\r\nc,d\ne,f\r"), expected);
  EXPECT_EQ(read("a,b\xe2\x80\xa8"
                 "c,d\xe2\x80\xa9"
                 "e,f"),
            expected);
  EXPECT_EQ(read("a,b\xc2\x85\n\nc,d\r\r\ne,f"), expected);
  EXPECT_EQ(read("\"a\",b\rc,\"d\"\r\"e\",\"f\""), expected);
  EXPECT_EQ(faults("a\r\"b\rc\r\nd\"\re"), (std::vector<std::pair<std::uint64_t, Fault>>{
                                               {1, Fault::none}, {2, Fault::none}, {5, Fault::none}}));
}

TEST(Csv, cells_are_separated_by_what_was_chosen) {
  std::istringstream in("a;\"b;c\";d,e\n");
  CsvReader reader(in, ';');
  CsvReader::Row row;
  ASSERT_TRUE(*reader.next(row));
  EXPECT_EQ(row.cells, (Cells{"a", "b;c", "d,e"}));
}

TEST(Csv, cells_are_read_back_as_they_were) {
  for (const std::string cell : {"plain", "a,b", "q\"q", "l\nl", "l\rl", "l\xe2\x80\xa8l", ""}) {
    const std::vector<Cells> rows = read(csv_cell(cell) + ",end\n");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0][0], cell);
  }
}

}  // namespace
}  // namespace sesame::commands

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/session.hpp"
#include "storage/sql_text.hpp"

namespace sesame::storage {
namespace {

constexpr SqlText kTwoColumns{"7 AS number, 'text' AS word"};
constexpr Sql kTwo{"test.two", sql_join<"SELECT ", kTwoColumns, " UNION SELECT 8, NULL ORDER BY 1">};
constexpr Sql kFour{"test.four", "SELECT 1, NULL, x'0102', -3"};
constexpr Sql kEcho{"test.echo", "SELECT ?1"};

class RowsTest : public testing::Test {
 protected:
  std::vector<std::string> mended_;
  Connection connection_{
      {.path = ":memory:", .on_mended_text = [this](std::string_view name) { mended_.emplace_back(name); }}};
  JobEffects effects_;
  Session session_{connection_, effects_};
};

TEST_F(RowsTest, a_statement_joined_from_pieces_is_one_text) {
  EXPECT_EQ(kTwo.text, "SELECT 7 AS number, 'text' AS word UNION SELECT 8, NULL ORDER BY 1");
}

TEST_F(RowsTest, an_insert_has_a_parameter_for_each_of_its_columns) {
  constexpr SqlText kOne{"a"};
  constexpr SqlText kEleven{"a, b, c, d, e, f, g, h, i, j, k"};
  EXPECT_EQ((sql_join<"INSERT INTO t (", kOne, ") VALUES (", sql_parameters<kOne>, ")">),
            "INSERT INTO t (a) VALUES (?1)");
  EXPECT_EQ(sql_join<sql_parameters<kEleven>>, "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11");
}

TEST_F(RowsTest, columns_are_read_in_their_order) {
  const auto rows = session_.query(kTwo);
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->next_integer<int>(), 7);
  EXPECT_EQ(rows->next_text(), "text");
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->next_integer<std::uint8_t>(), 8u);
  EXPECT_EQ(rows->next_text(), "");
  EXPECT_FALSE(rows->next());
  EXPECT_FALSE(rows->next());
}

TEST_F(RowsTest, a_column_may_be_empty_optional_or_passed_over) {
  const auto rows = session_.query(kFour);
  ASSERT_TRUE(rows->next());
  EXPECT_TRUE(rows->next_flag());
  EXPECT_FALSE(rows->next_optional_text());
  EXPECT_EQ(rows->next_blob().size(), 2u);
  EXPECT_EQ(rows->next_optional_integer(), -3);
  EXPECT_FALSE(rows->next());

  const auto again = session_.query(kFour);
  ASSERT_TRUE(again->next());
  again->skip(3);
  EXPECT_EQ(again->next_integer(), -3);

  const auto first_only = session_.query(kFour);
  ASSERT_TRUE(first_only->next());
  EXPECT_EQ(first_only->next_optional_integer(), 1);
  first_only->skip_rest();
}

TEST_F(RowsTest, a_row_of_which_nothing_is_asked_may_be_left) {
  EXPECT_TRUE(session_.query(kTwo)->next());
  const auto rows = session_.query(kTwo);
  EXPECT_TRUE(rows->next());
  EXPECT_TRUE(rows->next());
  EXPECT_FALSE(rows->next());
}

#ifndef NDEBUG
TEST_F(RowsTest, a_row_left_after_some_of_its_columns_is_noticed) {
  EXPECT_DEATH(
      {
        const auto rows = session_.query(kTwo);
        rows->next();
        rows->next_integer();
        rows->next();
      },
      "row_is_whole");
}
#endif

TEST_F(RowsTest, text_that_is_no_utf8_is_mended_before_it_is_bound) {
  const auto echo = [this](std::string_view text) {
    const auto rows = session_.query(kEcho, text);
    return rows->next() ? std::string(rows->next_text()) : std::string("no row");
  };
  EXPECT_EQ(echo("广告"), "广告");
  EXPECT_EQ(echo(""), "");
  EXPECT_EQ(mended_.size(), 0u);
  EXPECT_EQ(echo("550 \xFF no"), "550 \uFFFD no");
  EXPECT_EQ(echo(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(mended_.size(), 0u);

  session_.run({"test.create", "CREATE TABLE note (text TEXT)"});
  session_.run({"test.add", "INSERT INTO note VALUES (?1)"}, "550 \xFF no");
  EXPECT_EQ(mended_, std::vector<std::string>{"test.add"});
  const auto rows = session_.query({"test.list", "SELECT text FROM note"});
  ASSERT_TRUE(rows->next());
  EXPECT_EQ(rows->next_text(), "550 \uFFFD no");
}

}  // namespace
}  // namespace sesame::storage

#include "storage/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/manual_clock.hpp"

namespace sesame::storage {
namespace {

constexpr Migration kFirst{1, "0001_first", "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (7);"};
constexpr Migration kSecond{2, "0002_second", "CREATE TABLE b (id INTEGER);"};
constexpr Migration kWrong{3, "0003_wrong", "CREATE TABLE c (id INTEGER); CREATE TABEL d (id INTEGER);"};

class MigrationsTest : public testing::Test {
 protected:
  void bring_to(std::vector<Migration> known) { migrate(connection_, known, clock_); }
  std::string refusal(std::vector<Migration> known) {
    try {
      bring_to(std::move(known));
      return "none";
    } catch (const Failure& failure) {
      return failure.what();
    }
  }
  std::vector<std::string> tables() {
    std::vector<std::string> names;
    Statement statement = connection_.statement(
        {"test.tables", "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"});
    while (statement.step()) names.emplace_back(statement.text(0));
    return names;
  }

  testkit::ManualClock clock_;
  Connection connection_{{.path = ":memory:"}};
};

TEST_F(MigrationsTest, are_applied_in_order_and_only_once) {
  bring_to({kFirst});
  bring_to({kFirst, kSecond});
  bring_to({kFirst, kSecond});
  EXPECT_THAT(tables(), testing::ElementsAre("a", "b", "schema_version"));
  Statement count = connection_.statement({"test.count", "SELECT count(*) FROM a"});
  ASSERT_TRUE(count.step());
  EXPECT_EQ(count.integer(0), 1);
}

TEST_F(MigrationsTest, are_all_applied_or_none) {
  EXPECT_THAT(refusal({kFirst, kSecond, kWrong}), testing::StartsWith("0003_wrong: near \"TABEL\""));
  EXPECT_THAT(tables(), testing::IsEmpty());
  EXPECT_EQ(refusal({kFirst, kSecond}), "none");
}

TEST_F(MigrationsTest, a_database_of_a_newer_program_is_refused) {
  bring_to({kFirst, kSecond});
  EXPECT_THAT(
      refusal({kFirst}),
      testing::HasSubstr("schema version 2, this program knows only 1: it was written by a newer Sesame"));
}

TEST_F(MigrationsTest, a_missing_step_is_not_slipped_in_afterwards) {
  bring_to({kSecond});
  EXPECT_THAT(refusal({kFirst, kSecond}), testing::HasSubstr("lacks schema version 1 (0001_first)"));
}

class EmbeddedMigrations : public testing::Test {
 protected:
  std::vector<std::string> texts(const std::string& sql) {
    std::vector<std::string> found;
    Statement statement = connection_.statement({"test.texts", sql});
    while (statement.step()) found.emplace_back(statement.text(0));
    return found;
  }

  /// A row in every table that has none: 1 in numbers, "x" in texts, so that every reference finds its row.
  void fill() {
    connection_.execute_script("test.fill", "PRAGMA foreign_keys = OFF;");
    for (const std::string& table : texts("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT "
                                          "LIKE 'sqlite_%' AND name <> 'schema_version'")) {
      std::string columns;
      std::string values;
      const std::string info = "FROM pragma_table_info('" + table + "')";
      const auto names = texts("SELECT name " + info);
      const auto kinds = texts("SELECT type " + info);
      for (std::size_t i = 0; i < names.size(); ++i) {
        columns += (i == 0 ? "" : ", ") + names[i];
        values += (i == 0 ? "" : ", ") + std::string(kinds[i] == "INTEGER" ? "1"
                                                     : kinds[i] == "BLOB"  ? "x'00'"
                                                                           : "'x'");
      }
      const std::string insert =
          "INSERT OR IGNORE INTO " + table + " (" + columns + ") VALUES (" + values + ");";
      connection_.execute_script("test.fill", insert.c_str());
    }
    connection_.execute_script("test.fill", "PRAGMA foreign_keys = ON;");
    EXPECT_THAT(texts("SELECT \"table\" FROM pragma_foreign_key_check"), testing::IsEmpty());
  }

  testkit::ManualClock clock_;
  Connection connection_{{.path = ":memory:"}};
};

TEST_F(EmbeddedMigrations, take_databases_of_every_version_that_hold_rows) {
  const auto all = embedded_migrations();
  for (std::size_t known = 1; known <= all.size(); ++known) {
    ASSERT_NO_THROW(migrate(connection_, all.first(known), clock_)) << all[known - 1].name;
    fill();
  }
  EXPECT_THAT(texts("SELECT name FROM template"), testing::ElementsAre("x"));
  EXPECT_THAT(texts("SELECT html FROM template_version"), testing::ElementsAre("x"));
}

TEST_F(EmbeddedMigrations, keep_the_newest_versions_of_a_template_with_their_numbers) {
  const auto all = embedded_migrations();
  const auto added = std::ranges::find(all, std::string_view("0052_template_versions"), &Migration::name);
  ASSERT_NE(added, all.end());
  migrate(connection_, all.first(static_cast<std::size_t>(added - all.begin())), clock_);
  // Many small versions, some large ones, and one that is larger than all may be together.
  connection_.execute_script("test.versions", R"(
    PRAGMA foreign_keys = OFF;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120)
      INSERT INTO template_version (account_id, template_id, html, text, created_ms)
      SELECT 1, 1, 'né', 'x', i FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12)
      INSERT INTO template_version (account_id, template_id, html, text, created_ms)
      SELECT 1, 2, hex(zeroblob(512 * 1024)), '', i FROM n;
    INSERT INTO template_version (account_id, template_id, html, text, created_ms)
      VALUES (1, 3, 'old', '', 1), (1, 3, hex(zeroblob(5 * 1024 * 1024)), '', 2);
    PRAGMA foreign_keys = ON;)");
  migrate(connection_, all, clock_);
  EXPECT_THAT(
      texts("SELECT template_id || ': ' || count(*) || ' from ' || min(number) || ' to ' || max(number) || "
            "', ' || min(created_ms) || ', ' || max(bytes) FROM template_version GROUP BY template_id "
            "ORDER BY template_id"),
      testing::ElementsAre("1: 50 from 71 to 120, 71, 4", "2: 8 from 5 to 12, 5, 1048576",
                           "3: 1 from 2 to 2, 2, 10485760"));
}

TEST_F(EmbeddedMigrations, are_numbered_upwards) {
  std::int64_t last = 0;
  for (const Migration& step : embedded_migrations()) {
    EXPECT_GT(step.version, last) << step.name;
    last = step.version;
  }
}

}  // namespace
}  // namespace sesame::storage

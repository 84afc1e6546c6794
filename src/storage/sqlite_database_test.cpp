#include "storage/sqlite_database.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "storage/errors.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::storage {
namespace {

constexpr ErrorName kRefused{"test.refused", Fault::state};
constexpr ErrorName kNoRow{"test.no_row", Fault::state};

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT, bytes BLOB)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (text, bytes) VALUES (?1, ?2)"};
constexpr Sql kAddReturning{"test.add_returning", "INSERT INTO note (text) VALUES (?1) RETURNING id"};
constexpr Sql kList{"test.list", "SELECT id, text, bytes FROM note ORDER BY id"};
constexpr Sql kBroken{"test.broken", "SELECT nonsense FROM nowhere"};

class SqliteDatabaseTest : public testing::Test {
 protected:
  SqliteDatabaseTest() {
    database_.change([](Writer& writer) { writer.run(kCreate); });
  }
  Status add(std::string text) {
    return database_.change(
        [&](Writer& writer) -> Status { return writer.run(kAdd, text, nullptr), Done{}; });
  }
  std::vector<std::string> texts() {
    return database_.look([](Reader& reader) {
      std::vector<std::string> found;
      for (auto rows = reader.query(kList); rows->next();) {
        rows->skip();
        found.emplace_back(rows->next_text());
        rows->skip_rest();
      }
      return found;
    });
  }

  testkit::TempDatabase database_;
};

TEST_F(SqliteDatabaseTest, keeps_what_was_written_over_a_restart) {
  ASSERT_TRUE(add("first"));
  database_.reopen();
  EXPECT_THAT(texts(), testing::ElementsAre("first"));
}

TEST_F(SqliteDatabaseTest, a_value_comes_back_as_it_was) {
  const std::string two_scripts = "grüße 广告";
  const std::byte bytes[] = {std::byte{0}, std::byte{255}};
  database_.change([&](Writer& writer) {
    EXPECT_EQ(writer.insert(kAdd, two_scripts, Blob(bytes)), 1);
    EXPECT_EQ(writer.insert(kAdd, "", nullptr), 2);
    EXPECT_EQ(writer.insert(kAdd, nullptr, Blob()), 3);
  });
  database_.look([&](Reader& reader) {
    auto rows = reader.query(kList);
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->next_integer(), 1);
    EXPECT_EQ(rows->next_text(), two_scripts);
    const Blob blob = rows->next_blob();
    ASSERT_EQ(blob.size(), 2U);
    EXPECT_EQ(blob[1], std::byte{255});
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->next_integer(), 2);
    EXPECT_EQ(rows->next_optional_text(), "");
    EXPECT_FALSE(rows->next_optional_integer());
    ASSERT_TRUE(rows->next());
    EXPECT_EQ(rows->next_integer(), 3);
    EXPECT_FALSE(rows->next_optional_text());
    EXPECT_EQ(rows->next_optional_text(), "");
    EXPECT_FALSE(rows->next());
    EXPECT_FALSE(rows->next());
  });
}

TEST_F(SqliteDatabaseTest, insert_returning_gives_the_new_rows) {
  const auto id = database_.change([](Writer& writer) {
    auto rows = writer.query(kAddReturning, "x");
    EXPECT_TRUE(rows->next());
    return rows->next_integer();
  });
  EXPECT_EQ(id, 1);
  EXPECT_THAT(texts(), testing::ElementsAre("x"));
}

TEST_F(SqliteDatabaseTest, the_same_query_may_run_inside_itself) {
  ASSERT_TRUE(add("a"));
  ASSERT_TRUE(add("b"));
  std::string pairs;
  database_.look([&](Reader& reader) {
    for (auto outer = reader.query(kList); outer->next();) {
      outer->skip();
      const std::string first(outer->next_text());
      outer->skip_rest();
      for (auto inner = reader.query(kList); inner->next();) {
        inner->skip();
        pairs.append(first).append(inner->next_text());
        inner->skip_rest();
      }
    }
  });
  EXPECT_EQ(pairs, "aaabbabb");
}

TEST_F(SqliteDatabaseTest, a_text_built_at_run_time_is_never_mistaken_for_another) {
  std::string text = "SELECT 1";
  for (char digit = '1'; digit <= '3'; ++digit) {
    text.back() = digit;
    const auto got = database_.look([&](Reader& reader) {
      auto rows = reader.query(Sql{"test.made", text});
      rows->next();
      return rows->next_integer();
    });
    EXPECT_EQ(got, digit - '0');
  }
}

TEST_F(SqliteDatabaseTest, a_job_that_returns_an_error_leaves_nothing_behind) {
  const Status status = database_.change([](Writer& writer) -> Status {
    writer.run(kAdd, "half", nullptr);
    return Error(kRefused);
  });
  EXPECT_EQ(status.error().reason(), "test.refused");
  EXPECT_THAT(texts(), testing::IsEmpty());
}

TEST_F(SqliteDatabaseTest, a_statement_that_fails_undoes_its_job_and_is_named_in_the_cause) {
  const Status status = database_.change([](Writer& writer) -> Status {
    writer.run(kAdd, "half", nullptr);
    writer.run(kBroken);
    return Done{};
  });
  EXPECT_EQ(status.error().reason(), "storage.job_failed");
  EXPECT_THAT(status.error().cause(), testing::StartsWith("test.broken: "));
  EXPECT_THAT(texts(), testing::IsEmpty());
}

TEST_F(SqliteDatabaseTest, a_job_that_throws_is_answered_and_the_store_goes_on) {
  const Status status = database_.change([](Writer& writer) -> Status {
    writer.run(kAdd, "half", nullptr);
    throw std::logic_error("a bug");
  });
  EXPECT_EQ(status.error().reason(), "storage.job_failed");
  EXPECT_TRUE(add("whole"));
  EXPECT_THAT(texts(), testing::ElementsAre("whole"));
}

TEST_F(SqliteDatabaseTest, a_read_job_cannot_write) {
  const Status status = database_->read_and_wait([](Reader& reader) -> Status {
    auto rows = reader.query(kAddReturning, "x");
    return rows->next(), Done{};
  });
  EXPECT_EQ(status.error().reason(), "storage.job_failed");
}

TEST_F(SqliteDatabaseTest, a_closed_database_answers_that_it_is_stopped) {
  EXPECT_TRUE(add("kept"));
  database_->close();
  EXPECT_TRUE(add("late").error().is(errors::kStopped));
  const Database::ReadJob look = [](Reader&) -> Status { return Done{}; };
  EXPECT_TRUE(database_->read_and_wait(look).error().is(errors::kStopped));
  EXPECT_TRUE(database_->read_here(look)->error().is(errors::kStopped));
  database_->close();
  database_.reopen();
  EXPECT_THAT(texts(), testing::ElementsAre("kept"));
}

TEST_F(SqliteDatabaseTest, closing_finishes_the_job_that_runs) {
  std::atomic<bool> entered = false;
  std::atomic<bool> released = false;
  std::promise<Status> answered;
  database_->write(
      Priority::interactive,
      [&](Writer& writer) -> Status {
        entered = true;
        released.wait(false);
        return writer.run(kAdd, "kept", nullptr), Done{};
      },
      [&](Status status) { answered.set_value(std::move(status)); });
  ASSERT_TRUE(testkit::eventually([&] { return entered.load(); }));
  auto closed = std::async(std::launch::async, [&] { database_->close(); });
  std::atomic<bool> is_closing = false;
  EXPECT_TRUE(testkit::eventually([&] {
    database_->write(
        Priority::interactive, [](Writer&) -> Status { return Done{}; },
        [&](const Status& status) {
          if (!status && status.error().is(errors::kStopped)) is_closing = true;
        });
    return is_closing.load();
  })) << "closing has begun while the job runs";
  released = true;
  released.notify_all();
  closed.get();
  EXPECT_TRUE(answered.get_future().get());
  database_.reopen();
  EXPECT_THAT(texts(), testing::Contains("kept"));
}

TEST_F(SqliteDatabaseTest, a_wrong_number_of_parameters_is_a_failure_not_a_silent_null) {
  const Status status = database_->read_and_wait(
      [](Reader& reader) -> Status { return reader.query(kList, 7)->next(), Done{}; });
  EXPECT_THAT(status.error().cause(), testing::HasSubstr("test.list: takes 0 parameters, got 1"));
}

TEST_F(SqliteDatabaseTest, a_second_opening_is_refused_and_says_who_has_it) {
  SystemClock clock;
  SqliteOptions options;
  options.path = database_.path();
  try {
    open_sqlite(options, clock);
    FAIL() << "opened twice";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(),
                testing::HasSubstr("already open in another Sesame (process " + std::to_string(getpid())));
  }
}

TEST(SqliteDatabase, a_slow_statement_is_reported_by_its_name) {
  Counter& slow = counter("sesame_storage_slow_queries_total", "Statements over the slow-query bound.",
                          {{"query", "test.list"}});
  SqliteOptions options;
  options.slow_query = std::chrono::milliseconds(0);
  testkit::TempDatabase database(options);
  database.change([](Writer& writer) { writer.run(kCreate); });
  const double before = slow.value();
  database.look([](Reader& reader) { reader.query(kList)->next(); });
  EXPECT_EQ(slow.value(), before + 1);
}

TEST(SqliteDatabase, a_file_that_is_no_database_is_refused) {
  testkit::TempDatabase database;
  database.close();
  for (const char* beside : {"-wal", "-shm"}) std::filesystem::remove(database.path() + beside);
  std::ofstream(database.path()) << std::string(100'000, 'x');
  try {
    database.reopen();
    FAIL() << "opened";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.kind(), Failure::Kind::corrupt);
  }
}

TEST(SqliteDatabase, the_readers_queue_is_bounded) {
  SqliteOptions options;
  options.reader_threads = 1;
  options.max_queued_reads = 2;
  testkit::TempDatabase database(options);
  std::promise<void> running;
  std::promise<void> released;
  std::atomic<int> overloaded = 0;
  std::atomic<int> done = 0;
  const auto answer = [&](Status status) { ++(status ? done : overloaded); };
  database->read([&](Reader&) -> Status { return running.set_value(), released.get_future().wait(), Done{}; },
                 answer);
  running.get_future().wait();
  for (int i = 0; i < 3; ++i) database->read([](Reader&) -> Status { return Done{}; }, answer);
  EXPECT_EQ(overloaded, 1);
  released.set_value();
  EXPECT_TRUE(testkit::eventually([&] { return done == 3; }));
}

TEST(SqliteDatabase, a_folder_that_is_not_there_is_named) {
  SystemClock clock;
  SqliteOptions options;
  options.path = "/nowhere/at/all/sesame.db";
  try {
    open_sqlite(options, clock);
    FAIL() << "opened nowhere";
  } catch (const Failure& failure) {
    EXPECT_THAT(failure.what(), testing::HasSubstr("/nowhere/at/all/sesame.db.lock: No such file"));
  }
}

TEST(SqliteReadHere, takes_a_connection_and_gives_it_back_whatever_the_job_does) {
  testkit::TempDir folder;
  testkit::ManualClock clock;
  SqliteOptions options;
  options.path = folder.file("sesame.db");
  options.readers_here = 1;
  const auto database = open_sqlite(options, clock);
  const Database::ReadJob nested = [&](Reader&) -> Status {
    EXPECT_FALSE(database->read_here([](Reader&) -> Status { return Done{}; })) << "the only one is busy";
    return Done{};
  };
  const auto first = database->read_here(nested);
  ASSERT_TRUE(first);
  EXPECT_TRUE(*first);
  const auto broken = database->read_here([](Reader&) -> Status { throw std::runtime_error("a bug"); });
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->error().reason(), "storage.job_failed");
  const auto last = database->read_here([](Reader& reader) -> Status {
    return reader.query(Sql{"test.one", "SELECT 1"})->next() ? Status(Done{}) : Status(Error(kNoRow));
  });
  ASSERT_TRUE(last);
  EXPECT_TRUE(*last);
}

}  // namespace
}  // namespace sesame::storage

#include "jobs/await.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>

#include "net/loops.hpp"
#include "testkit/eventually.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::jobs {
namespace {

constexpr ErrorName kEmpty{"test.empty", Fault::state};
constexpr ErrorName kMissing{"test.missing", Fault::state};

constexpr storage::Sql kCreate{"test.create",
                               "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"};
constexpr storage::Sql kAdd{"test.add", "INSERT INTO note (text) VALUES (?1)"};
constexpr storage::Sql kFind{"test.find", "SELECT text FROM note WHERE id = ?1"};

Result<std::string> find(storage::Reader& reader, std::int64_t id) {
  const auto row = reader.query(kFind, id);
  if (!row->next()) return Error(kMissing);
  return std::string(row->next_text());
}

/// The results that a coroutine saw; complete when `done`.
struct Seen {
  std::optional<Result<std::int64_t>> written;
  std::optional<Result<std::string>> found;
  std::thread::id thread;
  std::atomic<bool> done = false;
};

net::Task<void> write_and_find(storage::Database& database, std::string text, Seen* seen) {
  WriteJob<std::int64_t> add = [&text](storage::Writer& writer) -> Result<std::int64_t> {
    const std::int64_t id = writer.insert(kAdd, text);
    if (text.empty()) return Error(kEmpty);
    return id;
  };
  seen->written = co_await write(database, storage::Priority::interactive, std::move(add));
  ReadJob<std::string> look = [](storage::Reader& reader) { return find(reader, 1); };
  seen->found = co_await read(database, std::move(look));
  seen->thread = std::this_thread::get_id();
  seen->done = true;
}

net::Task<void> find_quickly(storage::Database& database, Seen* seen) {
  ReadJob<std::string> look = [](storage::Reader& reader) { return find(reader, 1); };
  seen->found = co_await quick_read(database, std::move(look));
  seen->done = true;
}

class AwaitTest : public testing::Test {
 protected:
  AwaitTest() {
    database_.change([](storage::Writer& writer) { writer.run(kCreate); });
    loops_.start();
  }
  void run(std::function<net::Task<void>()> make) {
    loops_.spawn(0, std::move(make));
    ASSERT_TRUE(testkit::eventually([this] { return seen_.done.load(); }));
  }

  testkit::TempDatabase database_;
  net::Loops loops_{1};
  Seen seen_;
};

TEST_F(AwaitTest, a_job_gives_its_value_to_the_coroutine_on_its_own_loop) {
  std::promise<std::thread::id> loop;
  loops_.post(0, [&] { loop.set_value(std::this_thread::get_id()); });
  run([this] { return write_and_find(*database_, "text", &seen_); });
  EXPECT_EQ(**seen_.written, 1);
  EXPECT_EQ(**seen_.found, "text");
  EXPECT_EQ(seen_.thread, loop.get_future().get());
}

TEST_F(AwaitTest, the_error_of_a_job_comes_back_and_nothing_is_written) {
  run([this] { return write_and_find(*database_, "", &seen_); });
  EXPECT_EQ(seen_.written->error().reason(), "test.empty");
  EXPECT_EQ(seen_.found->error().reason(), "test.missing");
}

TEST_F(AwaitTest, a_quick_read_waits_for_nobody_else) {
  database_.change([](storage::Writer& writer) { writer.run(kAdd, "quick"); });
  run([this] { return find_quickly(*database_, &seen_); });
  EXPECT_EQ(**seen_.found, "quick");
}

/// With no connection of its own thread a quick read is an ordinary one.
TEST(Await, a_quick_read_falls_back_to_the_readers) {
  storage::SqliteOptions options;
  options.readers_here = 0;
  testkit::TempDatabase database(options);
  database.change([](storage::Writer& writer) {
    writer.run(kCreate);
    writer.run(kAdd, "slow");
  });
  net::Loops loops(1);
  loops.start();
  Seen seen;
  loops.spawn(0, [&] { return find_quickly(*database, &seen); });
  ASSERT_TRUE(testkit::eventually([&] { return seen.done.load(); }));
  EXPECT_EQ(**seen.found, "slow");
}

}  // namespace
}  // namespace sesame::jobs

#include <gtest/gtest.h>

#include <filesystem>

#include "storage/sqlite_database.hpp"
#include "testkit/eventually.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::storage {
namespace {

constexpr Sql kCreate{"test.create", "CREATE TABLE note (id INTEGER PRIMARY KEY, bytes BLOB)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (bytes) VALUES (zeroblob(100000))"};
constexpr Sql kCount{"test.count", "SELECT count(*) FROM note"};
constexpr std::size_t kBound = 1 << 20;

class CheckpointTest : public testing::Test {
 protected:
  explicit CheckpointTest(std::chrono::milliseconds idle = std::chrono::hours(1)) : database_(options(idle)) {
    database_.change([](Writer& writer) { writer.run(kCreate); });
  }
  static SqliteOptions options(std::chrono::milliseconds idle) {
    SqliteOptions options;
    options.checkpoint_wal_bytes = kBound;
    options.checkpoint_idle = idle;
    return options;
  }
  void add(int times) {
    for (int i = 0; i < times; ++i) database_.change([](Writer& writer) { writer.run(kAdd); });
  }
  std::uintmax_t log_bytes() { return std::filesystem::file_size(database_.path() + "-wal"); }

  testkit::TempDatabase database_;
};

class IdleCheckpointTest : public CheckpointTest {
 protected:
  IdleCheckpointTest() : CheckpointTest(std::chrono::milliseconds(1)) {}
};

TEST_F(CheckpointTest, the_log_stays_near_its_bound_however_much_is_written) {
  add(200);
  EXPECT_LT(log_bytes(), 2 * kBound);
}

TEST_F(CheckpointTest, a_reader_that_keeps_the_log_from_starting_anew_only_puts_it_off) {
  database_.look([this](Reader& reader) {
    auto rows = reader.query(kCount);
    rows->next();
    add(30);
  });
  add(30);
  const auto grown = log_bytes();
  add(100);
  EXPECT_LE(log_bytes(), grown);
}

TEST_F(IdleCheckpointTest, an_idle_store_folds_its_log_away) {
  add(3);
  EXPECT_TRUE(testkit::eventually([this] { return log_bytes() == 0; }));
}

}  // namespace
}  // namespace sesame::storage

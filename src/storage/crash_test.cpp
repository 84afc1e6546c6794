// Answered writes are on the disk: after kill -9, and after a loss of power, at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "testkit/eventually.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::storage {
namespace {

constexpr Sql kCreate{"test.create", "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, bytes BLOB)"};
constexpr Sql kAdd{"test.add", "INSERT INTO note (id, bytes) VALUES (?1, zeroblob(?2))"};
constexpr Sql kList{"test.list", "SELECT id FROM note"};
constexpr Sql kCheck{"test.check", "PRAGMA integrity_check"};

constexpr int kRounds = 24;
constexpr std::uint64_t kMaxAnswersPerRound = 160;
constexpr std::uint64_t kMaxMicrosecondsBeyond = 3000;
constexpr std::int64_t kIdsPerRound = 1'000'000;

SqliteOptions small_log() {
  SqliteOptions options;
  options.checkpoint_wal_bytes = 512 << 10;  // Crashes shall also meet checkpoints.
  options.max_queued_writes = 64;
  return options;
}

/// Keeps the store busy with writes of different sizes, until told to stop.
void write_without_end(Database& database, std::int64_t first_id,
                       const std::function<void(std::int64_t)>& answered, const std::atomic<bool>& stop) {
  for (std::int64_t id = first_id; !stop; ++id) {
    const auto job = [id](Writer& writer) -> Status {
      return writer.run(kAdd, id, id % 97 == 0 ? 90'000 : 40), Done{};
    };
    if (id % 32 != 0) {
      database.write(Priority::bulk, job, [id, answered](Status status) {
        if (status) answered(id);
      });
    } else if (database.write_and_wait(Priority::interactive, job)) {
      answered(id);
    }
  }
}

std::set<std::int64_t> stored_ids(testkit::TempDatabase& database) {
  return database.look([](Reader& reader) {
    auto check = reader.query(kCheck);
    EXPECT_TRUE(check->next());
    EXPECT_EQ(check->next_text(), "ok");
    std::set<std::int64_t> found;
    for (auto rows = reader.query(kList); rows->next();) found.insert(rows->next_integer());
    return found;
  });
}

[[noreturn]] void live_until_killed(const SqliteOptions& options, std::int64_t first_id, int pipe) {
  const SystemClock clock;
  const std::atomic<bool> never = false;
  const auto database = open_sqlite(options, clock);
  write_without_end(
      *database, first_id, [pipe](std::int64_t id) { static_cast<void>(!::write(pipe, &id, sizeof(id))); },
      never);
  _exit(0);
}

/// A moment to die: some answers into the life of the store, and a little later.
struct Moment {
  explicit Moment(Random& random)
      : answers(random.next() % kMaxAnswersPerRound), beyond(random.next() % kMaxMicrosecondsBeyond) {}
  /// The only sleep: the moment is to be anywhere between two steps of the store.
  void pass() const { testkit::let_time_pass(beyond); }

  std::size_t answers;
  std::chrono::microseconds beyond;
};

/// Runs a child that writes, and kills it; gives the ids that it said were answered.
std::vector<std::int64_t> live_and_be_killed(const SqliteOptions& options, std::int64_t first_id,
                                             const Moment& moment) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) live_until_killed(options, first_id, ends[1]);
  close(ends[1]);
  std::vector<std::int64_t> answered;
  std::int64_t id = 0;
  const auto listen = [&] { return read(ends[0], &id, sizeof(id)) == sizeof(id); };
  while (answered.size() < moment.answers && listen()) answered.push_back(id);
  moment.pass();
  kill(child, SIGKILL);
  while (listen()) answered.push_back(id);
  waitpid(child, nullptr, 0);
  close(ends[0]);
  return answered;
}

TEST(Crash, every_answered_write_survives_kill_minus_nine) {
  testkit::TempDatabase database(small_log());
  database.change([](Writer& writer) { writer.run(kCreate); });
  testkit::SeededRandom random;
  std::set<std::int64_t> promised;
  for (int round = 0; round < kRounds; ++round) {
    database.close();
    const Moment moment(random);
    for (const auto id : live_and_be_killed(database.options(), round * kIdsPerRound, moment))
      promised.insert(id);
    database.reopen();
    const std::set<std::int64_t> stored = stored_ids(database);
    for (const std::int64_t id : promised)
      ASSERT_TRUE(stored.contains(id)) << "round " << round << ", id " << id;
  }
  EXPECT_GT(promised.size(), 1000U);
}

TEST(Crash, every_answered_write_survives_a_loss_of_power) {
  testkit::FaultyDisk disk;
  SqliteOptions options = small_log();
  options.vfs = disk.name();
  testkit::TempDatabase database(options);
  database.change([](Writer& writer) { writer.run(kCreate); });
  testkit::SeededRandom random;
  std::mutex mutex;
  std::set<std::int64_t> promised;
  const auto promised_count = [&] {
    const std::lock_guard lock(mutex);
    return promised.size();
  };
  for (int round = 0; round < kRounds; ++round) {
    std::atomic<bool> stop = false;
    std::thread writer([&] {
      const auto answered = [&](std::int64_t id) {
        const std::lock_guard lock(mutex);
        promised.insert(id);
      };
      write_without_end(*database, round * kIdsPerRound, answered, stop);
    });
    const Moment moment(random);
    const std::size_t before = promised_count();
    EXPECT_TRUE(testkit::eventually([&] { return promised_count() >= before + moment.answers; }));
    moment.pass();
    disk.lose_power();
    stop = true;
    writer.join();
    database.close();
    disk.restore_power();
    database.reopen();
    const std::set<std::int64_t> stored = stored_ids(database);
    for (const std::int64_t id : promised)
      ASSERT_TRUE(stored.contains(id)) << "round " << round << ", id " << id;
  }
  EXPECT_GT(promised.size(), 1000U);
}

}  // namespace
}  // namespace sesame::storage

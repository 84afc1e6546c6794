#include "cloudapi/call_log.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "testkit/eventually.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::cloudapi {
namespace {

using testkit::eventually;

constexpr std::int64_t kNow = 1'767'225'600'000;
constexpr storage::Sql kCountBlocks{"test.count_blocks", "SELECT count(*) FROM call_block"};

class CallLogTest : public testing::Test {
 protected:
  ~CallLogTest() override { log_.reset(); }

  static std::string id_of(std::uint64_t number) {
    return fmt::format("{:08x}-0000-4000-8000-000000000000", number);
  }
  /// Adds a call; calls of account 0 are strangers'.
  void add(std::uint64_t number, std::int64_t account_id = 1, std::string_view code = "",
           bool replayed = false, bool proven = true) {
    const std::string id = id_of(number);
    CallRecord record;
    record.request_id = id;
    record.time_ms = kNow + static_cast<std::int64_t>(number);
    record.account_id = account_id;
    record.proven = proven && account_id != 0;
    record.action = "ListReceivers";
    record.code = code;
    record.replayed = replayed;
    log_->add(record);
  }
  std::int64_t blocks() {
    return database_.look([](storage::Reader& reader) {
      const auto row = reader.query(kCountBlocks);
      row->next();
      return row->next_integer();
    });
  }
  /// Writes what waits.
  void flush() {
    ASSERT_TRUE(eventually([&] {
      log_->tick();
      return log_->waiting().empty();
    }));
  }
  bool finds(std::uint64_t number, std::int64_t since_ms = kNow) {
    return database_.look([&, waiting = log_->waiting()](storage::Reader& reader) {
      return find_call(reader, waiting, id_of(number), since_ms).has_value();
    });
  }
  std::optional<OwnedCall> found(std::uint64_t number) {
    return database_.look([&, waiting = log_->waiting()](storage::Reader& reader) {
      return find_call(reader, waiting, id_of(number), kNow);
    });
  }
  /// The numbers, as id_of() took them, of the kept calls of an account.
  std::vector<std::uint64_t> kept_of(std::int64_t account_id) {
    std::vector<std::uint64_t> numbers;
    database_.look([&, waiting = log_->waiting()](storage::Reader& reader) {
      scan_calls(reader, waiting, account_id, 0, [&](const CallRecord& record) {
        numbers.push_back(std::stoull(std::string(record.request_id.substr(0, 8)), nullptr, 16));
        return true;
      });
      return 0;
    });
    return numbers;
  }
  /// The ids of all calls in the order of a scan.
  std::vector<std::string> scanned(std::uint64_t before = 0, std::size_t most = 1'000'000) {
    std::vector<std::string> ids;
    database_.look([&, waiting = log_->waiting()](storage::Reader& reader) {
      scan_calls(reader, waiting, std::nullopt, before, [&](const CallRecord& record) {
        ids.emplace_back(record.request_id);
        return ids.size() < most;
      });
      return 0;
    });
    return ids;
  }
  static double counted(const char* result) {
    return counter("sesame_api_calls_kept_total", "", {{"result", result}}).value();
  }
  static storage::SqliteOptions on(const testkit::FaultyDisk& disk) {
    storage::SqliteOptions options;
    options.vfs = disk.name();
    return options;
  }
  void reopen() {
    log_.reset();
    log_ = CallLog::open(*database_).value();
  }

  testkit::FaultyDisk disk_;
  testkit::TempDatabase database_{on(disk_)};
  std::unique_ptr<CallLog> log_ = CallLog::open(*database_).value();
};

TEST_F(CallLogTest, shows_calls_before_and_after_they_are_written_and_after_a_restart) {
  add(1);
  EXPECT_TRUE(finds(1)) << "from memory";
  EXPECT_EQ(blocks(), 0) << "nobody waits for the disk";
  flush();
  EXPECT_EQ(blocks(), 1);
  EXPECT_TRUE(finds(1)) << "from disk";
  add(2);
  reopen();
  EXPECT_TRUE(finds(1) && finds(2)) << "what waited was written at the end";
  EXPECT_FALSE(finds(3));
}

TEST_F(CallLogTest, scans_the_newest_first_wherever_they_are) {
  for (std::uint64_t i = 1; i <= 3; ++i) add(i, i == 2 ? 0 : 1);
  flush();
  for (std::uint64_t i = 4; i <= 5; ++i) add(i, i == 4 ? 0 : 1);
  const std::vector<std::string> all{id_of(5), id_of(4), id_of(3), id_of(2), id_of(1)};
  EXPECT_EQ(scanned(), all);
  flush();
  EXPECT_EQ(scanned(), all);
  EXPECT_EQ(scanned(0, 2), std::vector<std::string>(all.begin(), all.begin() + 2));
  EXPECT_EQ(scanned(4), std::vector<std::string>(all.begin() + 2, all.end())) << "numbers below 4";
  reopen();
  add(6);
  EXPECT_EQ(scanned().front(), id_of(6)) << "numbers go on after a restart";
  EXPECT_EQ(scanned().size(), 6U);
}

TEST_F(CallLogTest, an_account_sees_its_calls_and_those_that_strangers_made_in_its_name) {
  const auto add_all = [&](std::uint64_t from) {
    add(from, 1);
    add(from + 1, 2);
    add(from + 2, 0);
    add(from + 3, 1, "AuthFailure.SignatureFailure", false, false);
    add(from + 4, 2, "AuthFailure.SignatureFailure", false, false);
  };
  add_all(1);
  flush();
  add_all(11);
  EXPECT_EQ(kept_of(1), (std::vector<std::uint64_t>{14, 11, 4, 1}));
  EXPECT_EQ(kept_of(2), (std::vector<std::uint64_t>{15, 12, 5, 2}));
  flush();
  EXPECT_EQ(kept_of(1), (std::vector<std::uint64_t>{14, 11, 4, 1}));
  EXPECT_EQ(scanned().size(), 10U);
}

TEST_F(CallLogTest, the_pages_of_accounts_whose_rows_overlap_show_each_call_once) {
  constexpr std::uint64_t kCalls = 120;
  std::vector<std::string> newest_first;
  for (std::uint64_t i = 1; i <= kCalls; ++i) {
    add(i, static_cast<std::int64_t>(i % 3) + 1);
    newest_first.insert(newest_first.begin(), id_of(i));
    if (i == 50 || i == 90) flush();
  }
  ASSERT_EQ(blocks(), 3) << "each row has calls between those of the others";
  for (const std::uint64_t before : {kCalls, std::uint64_t{91}, std::uint64_t{60}, std::uint64_t{2}})
    EXPECT_EQ(scanned(before),
              std::vector<std::string>(newest_first.end() - std::ptrdiff_t(before) + 1, newest_first.end()));
  std::vector<std::string> paged;
  for (std::uint64_t before = 0; before != 1; before = kCalls + 1 - paged.size()) {
    const std::vector<std::string> page = scanned(before, 7);
    paged.insert(paged.end(), page.begin(), page.end());
  }
  EXPECT_EQ(paged, newest_first);
}

TEST_F(CallLogTest, finds_a_call_only_as_long_as_it_is_young_enough) {
  add(1);
  flush();
  EXPECT_TRUE(finds(1, kNow + 1));
  EXPECT_FALSE(finds(1, kNow + 2));
}

TEST_F(CallLogTest, keeps_the_newest_and_strangers_push_out_nobody_else) {
  constexpr std::uint64_t kKnown = 5;
  for (std::uint64_t i = 1; i <= kKnown; ++i) add(i);
  flush();
  const std::uint64_t strangers = kStrangersCallsKeptMax + 3 * CallLog::kBatchMax;
  for (std::uint64_t i = 1; i <= strangers; ++i) {
    add(kKnown + i, 0, "AuthFailure.SecretIdNotFound");
    if (i % 512 == 0) flush();
  }
  flush();
  const std::vector<std::string> left = scanned();
  EXPECT_GE(left.size(), static_cast<std::size_t>(kStrangersCallsKeptMax));
  EXPECT_LE(left.size(), kStrangersCallsKeptMax + 2 * CallLog::kBatchMax);
  EXPECT_EQ(left.front(), id_of(kKnown + strangers));
  EXPECT_EQ(left.back(), id_of(1));
}

TEST_F(CallLogTest, an_account_that_calls_often_pushes_out_its_own_calls_only) {
  constexpr std::int64_t kQuiet = 2, kBusy = 3;
  constexpr std::uint64_t kQuietCalls = 1'000;
  std::uint64_t number = 0;
  while (number < kQuietCalls) add(++number, kQuiet);
  flush();
  const std::uint64_t all = kCallsKeptMax + 20 * CallLog::kBatchMax;
  while (number < all) {
    add(++number, kBusy);
    if (number % 8'192 == 0) flush();
  }
  flush();
  EXPECT_EQ(kept_of(kQuiet).size(), kQuietCalls);
  const std::vector<std::uint64_t> busy = kept_of(kBusy);
  EXPECT_GE(busy.size(), kCallsKeptMax - kQuietCalls);
  // The rows are summed up once per batch.
  EXPECT_LE(busy.size(), kCallsKeptMax - kQuietCalls + 3 * CallLog::kBatchMax);
  EXPECT_EQ(busy.front(), all) << "the newest are kept";
}

TEST(FairShare, is_what_the_largest_may_keep_so_that_all_fit) {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(fair_share({}, 100), kAll);
  EXPECT_EQ(fair_share({10, 90}, 100), kAll);
  EXPECT_EQ(fair_share({10, 200}, 100), 90);
  EXPECT_EQ(fair_share({500, 10, 500, 20}, 100), 35);
  EXPECT_EQ(fair_share({500, 500}, 100), 50);
}

TEST_F(CallLogTest, a_quiet_day_ends_in_few_rows_and_all_calls_are_found_in_their_order) {
  std::vector<std::string> newest_first;
  for (std::uint64_t i = 1; i <= 600; ++i) {
    add(i, static_cast<std::int64_t>(i % 3));
    newest_first.insert(newest_first.begin(), id_of(i));
    flush();  // As tick() does every two seconds.
  }
  EXPECT_LE(blocks(), 30);
  EXPECT_EQ(scanned(), newest_first);
  EXPECT_EQ(scanned(301), std::vector<std::string>(newest_first.begin() + 300, newest_first.end()));
  EXPECT_TRUE(finds(1) && finds(300) && finds(600));
}

TEST_F(CallLogTest, what_was_taken_from_memory_stays_as_it_was_while_calls_are_added) {
  add(1);
  const CallPieces before = log_->waiting();
  const std::string bytes(before.at(0).view());
  for (std::uint64_t i = 2; i <= 100; ++i) add(i);
  ASSERT_EQ(before.size(), 1U);
  EXPECT_EQ(before[0].view(), bytes);
  EXPECT_EQ(log_->waiting().at(0).bytes, before[0].bytes) << "no call is copied";
}

TEST_F(CallLogTest, stores_nothing_twice_when_a_job_runs_again) {
  add(1);
  const CallPieces pieces = log_->waiting();
  database_.change([&](storage::Writer& writer) {
    write_calls(writer, pieces);
    write_calls(writer, pieces);
    return 0;
  });
  EXPECT_EQ(blocks(), 1);
  flush();
  EXPECT_EQ(scanned(), std::vector<std::string>{id_of(1)});
}

TEST_F(CallLogTest, finds_the_call_that_was_carried_out_before_its_repetitions) {
  add(1, 1, "", true);
  EXPECT_TRUE(found(1)->record.replayed) << "the call itself is not kept";
  reopen();
  add(2);
  add(2, 1, "", true);
  EXPECT_FALSE(found(2)->record.replayed);
  flush();
  add(2, 1, "", true);
  EXPECT_FALSE(found(2)->record.replayed) << "a newer repetition waits in memory";
  EXPECT_EQ(scanned().size(), 4U) << "the repetitions are listed, too";
}

TEST_F(CallLogTest, drops_and_counts_what_has_no_room_and_keeps_what_the_disk_refuses_for_now) {
  const double dropped = counted("dropped");
  disk_.set_full(true);
  for (std::uint64_t i = 1; i <= CallLog::kWaitingMax + 10; ++i) add(i);
  EXPECT_EQ(counted("dropped") - dropped, 10);
  EXPECT_TRUE(finds(CallLog::kWaitingMax));
  EXPECT_FALSE(finds(CallLog::kWaitingMax + 1));
  disk_.set_full(false);
  flush();
  EXPECT_TRUE(finds(1) && finds(CallLog::kWaitingMax));
}

TEST_F(CallLogTest, calls_that_the_disk_refuses_at_each_tick_take_no_more_memory_than_others) {
  constexpr std::uint64_t kTicks = 1'000;
  disk_.set_full(true);
  for (std::uint64_t i = 1; i <= kTicks; ++i) {
    add(i);
    log_->tick();
    // Its answer comes after that of the log's own job.
    (void)database_->write_and_wait(storage::Priority::bulk, [](storage::Writer&) { return Status(Done{}); });
  }
  EXPECT_LE(log_->waiting().size(), 8U) << "chunks of memory";
  disk_.set_full(false);
  flush();
  EXPECT_EQ(scanned().size(), kTicks);
}

TEST_F(CallLogTest, takes_evidence_of_some_hundreds_and_then_of_so_many_a_second) {
  const std::chrono::steady_clock::time_point start{std::chrono::hours(1)};
  int taken = 0;
  for (int i = 0; i < 10'000; ++i) taken += log_->takes_evidence(true, start) ? 1 : 0;
  EXPECT_EQ(taken, 200);
  EXPECT_TRUE(log_->takes_evidence(false, start)) << "strangers use up their own share only";
  taken = 0;
  for (int i = 0; i < 100; ++i) taken += log_->takes_evidence(true, start + std::chrono::seconds(1)) ? 1 : 0;
  EXPECT_EQ(taken, 20);
}

TEST_F(CallLogTest, deletes_what_is_older_than_a_day) {
  add(1);
  flush();
  constexpr std::uint64_t kHourLater = 3'600'000;
  add(kHourLater);
  flush();
  const auto expire = [&](std::int64_t before_ms) {
    return database_.change([&](storage::Writer& writer) {
      return delete_expired_calls(writer, before_ms, kNow + kCallsKeptMs, 100);
    });
  };
  EXPECT_EQ(expire(kNow), 0);
  EXPECT_EQ(expire(kNow + 1'000), 1) << "calls of different hours lie in different rows";
  EXPECT_FALSE(finds(1));
  EXPECT_TRUE(finds(kHourLater));
}

}  // namespace
}  // namespace sesame::cloudapi

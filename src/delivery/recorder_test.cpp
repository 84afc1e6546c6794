#include "delivery/recorder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <numeric>
#include <stdexcept>

#include "base/metrics.hpp"
#include "delivery/sandbox_outlet.hpp"
#include "messages/marks.hpp"
#include "messages/rows.hpp"
#include "storage/failure.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;
using testkit::eventually;

const accounts::Scope kScope{1, "ap-guangzhou"};

class NoMaker : public messages::DraftMaker {
 public:
  Result<std::vector<messages::Draft>> drafts(std::span<const messages::DueMessage>) override {
    return std::vector<messages::Draft>{};
  }
  Status judge(std::span<messages::Draft* const>) override { return Done{}; }
  void take_back(std::span<const accounts::MailId>) override {}
};

/// A sink in each transaction: counts them, holds them up, makes some fail.
class Transactions : public messages::OutcomeSink {
 public:
  void record(storage::Writer& writer, std::span<const messages::Outcome> outcomes) override {
    holding.wait(true);
    ++begun;
    if (refusals > 0) {
      --refusals;
      throw storage::Failure(storage::Failure::Kind::io, "test.refuse", "the database takes nothing");
    }
    const bool poisoned = std::ranges::any_of(outcomes, [this](const messages::Outcome& one) {
      return poison == static_cast<int>(one.id.ordinal);
    });
    if (poisoned || broken) throw std::logic_error("a bug");
    writer.on_undo([this] { --begun; });  // It begins again.
    writer.after_commit([this, size = outcomes.size()] {
      const std::lock_guard lock(mutex);
      sizes.push_back(size);
    });
  }
  void let_go() {
    holding = false;
    holding.notify_all();
  }
  std::atomic<bool> holding{false};
  std::atomic<int> refusals{0};
  std::atomic<bool> broken{false};  // Each job throws.
  std::atomic<int> poison{-1};      // The ordinal of the outcome whose job throws.
  std::atomic<int> begun{0};
  std::mutex mutex;
  std::vector<std::size_t> sizes;  // Outcomes per transaction.
};

class Recording : public testing::Test {
 protected:
  void begin() {
    make();
    recorder->start();
  }
  void make() {
    recorder.emplace(
        parts, [this](std::span<const messages::Outcome> outcomes, std::span<const DeliveryReport> stored) {
          const std::lock_guard lock(mutex);
          for (const messages::Outcome& outcome : outcomes) ++times_recorded[outcome.id.ordinal];
          for (const DeliveryReport& one : stored) bytes_given_back += one.parcel.charged_bytes;
        });
  }
  /// Lets the recorder write outcomes of that many messages only after it was told to stop.
  void write_at_the_end(std::size_t messages) {
    make();
    add(std::vector<std::size_t>(messages, 1));
    recorder->stop();
    recorder->start();
  }
  /// The outcome of the next message, with a copy of `bytes` charged bytes.
  Recorder::Entry entry(std::size_t bytes) {
    Recorder::Entry made;
    made.outcome.id = {1, accounts::MailId::Kind::run, 1, next_++};
    made.outcome.to_address = "p" + std::to_string(made.outcome.id.ordinal) + "@post.test";
    made.outcome.scope = kScope;
    made.outcome.requested_ms = clock.now_ms();
    made.outcome.status = messages::DeliverStatus::delivered;
    if (bytes == 0) return made;
    DeliveryReport handed;
    handed.parcel.draft.id = made.outcome.id;
    handed.parcel.charged_bytes = bytes;
    handed.parcel.copy = std::make_unique<InboxMail>(pack_mail("Subject: hi\r\n\r\nHello\r\n"));
    handed.parcel.copy->scope = kScope;
    made.handed = std::move(handed);
    return made;
  }
  void add(std::vector<std::size_t> sizes) {
    std::vector<Recorder::Entry> entries;
    for (const std::size_t bytes : sizes) entries.push_back(entry(bytes));
    recorder->add(std::move(entries));
  }
  std::uint32_t next() const { return next_; }  // The ordinal of the next message.
  std::size_t recorded() {
    const std::lock_guard lock(mutex);
    return times_recorded.size();
  }
  bool is_stored(std::uint32_t ordinal) {
    return database
        .look([&](storage::Reader& reader) {
          return messages::find_message(reader, {1, accounts::MailId::Kind::run, 1, ordinal});
        })
        .has_value();
  }
  bool everyone_once() {
    const std::lock_guard lock(mutex);
    for (const auto& [ordinal, times] : times_recorded) {
      if (times != 1) return false;
    }
    return true;
  }
  std::int64_t copies() {
    return database.look([&](storage::Reader& reader) { return list_inbox(reader, kScope, {}, 0, 1); }).total;
  }

  testkit::TempDatabase database;
  testkit::ManualClock clock;
  testkit::SeededRandom random;
  SandboxOutlet sandbox{1000, clock};
  NoMaker maker;
  Transactions transactions;
  messages::Changes changes{*database};
  EngineParts parts{.database = *database,
                    .clock = clock,
                    .random = random,
                    .changes = changes,
                    .outlet = sandbox,
                    .maker = maker,
                    .sources = {},
                    .sinks = {&transactions},
                    .retry = {},
                    .limits = {.gather = 1ms, .write_pause = 1ms}};
  std::mutex mutex;
  std::map<std::uint32_t, int> times_recorded;
  std::size_t bytes_given_back = 0;
  std::optional<Recorder> recorder;

 private:
  std::uint32_t next_ = 0;
};

TEST_F(Recording, continues_after_two_refused_transactions_in_a_row) {
  transactions.refusals = 2;
  begin();
  add({10, 0, 30});
  ASSERT_TRUE(eventually([&] { return recorded() == 3; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_EQ(transactions.begun, 3);
  EXPECT_EQ(copies(), 2);
  EXPECT_EQ(bytes_given_back, 40u);
}

TEST_F(Recording, continues_when_both_transactions_under_way_are_refused) {
  parts.limits.outcomes_per_write = 2;
  transactions.refusals = 2;
  transactions.holding = true;
  begin();
  add({1, 2, 3, 4, 5, 6});
  transactions.let_go();
  ASSERT_TRUE(eventually([&] { return recorded() == 6; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_EQ(copies(), 6);
  EXPECT_EQ(bytes_given_back, 21u);
}

TEST_F(Recording, waits_between_refusals) {
  parts.limits.write_pause = 1h;
  transactions.refusals = 1;
  begin();
  add({1, 1});
  ASSERT_TRUE(eventually([&] { return transactions.begun == 1; }));
  EXPECT_FALSE(eventually([&] { return transactions.begun > 1; }, 50ms));
  recorder->stop();  // Writes its outcomes once more.
  EXPECT_EQ(recorded(), 2u);
}

TEST_F(Recording, stops_while_the_database_refuses_everything) {
  transactions.refusals = 1'000'000;
  begin();
  add({1, 2, 3});
  ASSERT_TRUE(eventually([&] { return transactions.begun >= 3; }));
  recorder->stop();
  EXPECT_EQ(recorded(), 0u);
  EXPECT_EQ(bytes_given_back, 0u);
}

TEST_F(Recording, an_outcome_whose_effect_throws_is_recorded_without_it_and_holds_up_no_other) {
  transactions.poison = 5;
  begin();
  add({1, 1, 1, 0, 1, 1, 0, 1});
  ASSERT_TRUE(eventually([&] { return recorded() == 8; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_EQ(std::accumulate(transactions.sizes.begin(), transactions.sizes.end(), 0U), 7U);
  EXPECT_TRUE(is_stored(5));
  EXPECT_EQ(copies(), 6);
  EXPECT_EQ(bytes_given_back, 6U);
}

TEST_F(Recording, an_outcome_whose_row_cannot_be_written_is_lost_and_holds_up_no_other) {
  database.change([](storage::Writer& writer) {
    writer.run({"test.poison",
                "CREATE TRIGGER poison BEFORE INSERT ON message WHEN new.to_address = 'p2@post.test' "
                "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"});
  });
  Counter& lost = counter("sesame_delivery_outcomes_lost_total", "");
  const double before = lost.value();
  begin();
  add({1, 1, 1, 1, 1});
  ASSERT_TRUE(eventually([&] { return recorded() == 5; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_EQ(lost.value() - before, 1);
  EXPECT_FALSE(is_stored(2));
  EXPECT_TRUE(is_stored(3));
  EXPECT_EQ(copies(), 4);
  EXPECT_EQ(bytes_given_back, 5U) << "its memory is free again";
}

TEST_F(Recording, an_outcome_that_throws_before_all_others_lets_them_go_first) {
  transactions.poison = 0;
  begin();
  add({1});
  ASSERT_TRUE(eventually([&] { return transactions.begun >= 3; }));
  EXPECT_EQ(recorded(), 0U) << "the fault may lie elsewhere";
  add({1, 1});
  EXPECT_TRUE(eventually([&] { return recorded() == 3; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_TRUE(is_stored(0));
}

TEST_F(Recording, no_effect_is_given_up_while_every_job_throws) {
  transactions.broken = true;
  begin();
  add({1, 1, 0, 1});
  ASSERT_TRUE(eventually([&] { return transactions.begun >= 20; }));
  EXPECT_EQ(recorded(), 0U);
  transactions.broken = false;
  ASSERT_TRUE(eventually([&] { return recorded() == 4; }));
  recorder->stop();
  EXPECT_TRUE(everyone_once());
  EXPECT_EQ(std::accumulate(transactions.sizes.begin(), transactions.sizes.end(), 0U), 4U);
}

TEST_F(Recording, an_outcome_that_throws_at_the_end_takes_no_other_with_it) {
  for (const int poison : {0, 1, 2, 3}) {
    times_recorded.clear();
    parts.limits.outcomes_per_write = 4;
    transactions.poison = static_cast<int>(next()) + poison;
    write_at_the_end(4);
    EXPECT_TRUE(eventually([&] { return recorded() == 4; })) << poison;
    recorder.reset();
    EXPECT_TRUE(everyone_once());
    for (std::uint32_t ordinal = next() - 4; ordinal < next(); ++ordinal)
      EXPECT_TRUE(is_stored(ordinal)) << ordinal;
  }
}

TEST_F(Recording, outcomes_that_all_throw_at_the_end_do_not_hold_it_up) {
  transactions.broken = true;
  write_at_the_end(4);
  recorder.reset();
  EXPECT_EQ(recorded(), 0U);
}

TEST_F(Recording, two_outcomes_that_throw_at_the_end_take_no_other_with_them) {
  database.change([](storage::Writer& writer) {
    writer.run({"test.poison",
                "CREATE TRIGGER poison BEFORE INSERT ON message WHEN new.to_address IN ('p0@post.test', "
                "'p5@post.test') BEGIN SELECT RAISE(ABORT, 'poisoned'); END"});
  });
  write_at_the_end(8);
  EXPECT_TRUE(eventually([&] { return recorded() == 8; })) << "the two are lost";
  recorder.reset();
  EXPECT_TRUE(everyone_once());
  for (const std::uint32_t ordinal : {1U, 2U, 3U, 4U, 6U, 7U}) EXPECT_TRUE(is_stored(ordinal)) << ordinal;
}

TEST_F(Recording, a_transaction_takes_no_more_bytes_than_its_bound) {
  parts.limits.bytes_per_write = 100;
  begin();
  add({40, 40, 40, 0, 60, 500, 1, 0, 99});
  ASSERT_TRUE(eventually([&] { return recorded() == 9; }));
  recorder->stop();
  const std::vector<std::size_t> expected{2, 3, 1, 3};  // 80; 100 with one that has no copy; 500; 100.
  EXPECT_EQ(transactions.sizes, expected);
  EXPECT_EQ(bytes_given_back, 780u);
}

}  // namespace
}  // namespace sesame::delivery

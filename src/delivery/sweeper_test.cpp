#include "delivery/sweeper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "messages/queues_fixture.hpp"
#include "testkit/faulty_disk.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

using messages::DeliverStatus;
using messages::kHour;
using messages::Sweep;
using messages::SweepAct;

class Sweeping : public messages::Queues {
 protected:
  Sweeping() { clock.set_ms(messages::kNow); }

  void order(SweepAct act, messages::QueueFilter filter, std::int64_t run_id = 0) {
    Sweep sweep;
    sweep.act = act;
    sweep.filter = std::move(filter);
    sweep.run_id = run_id;
    sweep.reason = "sold";
    sweep.ordered_ms = clock.now_ms();
    ASSERT_TRUE(
        database.change([&](storage::Writer& writer) { return messages::begin_sweep(writer, sweep); }));
  }
  /// Records that mails of run 3 were deferred by an hour.
  void defer(std::uint32_t first, std::uint32_t count, const std::string& domain) {
    std::vector<messages::Outcome> outcomes;
    for (std::uint32_t i = first; i < first + count; ++i)
      outcomes.push_back(outcome(i, "u" + std::to_string(i) + "@" + domain, DeliverStatus::deferred,
                                 clock.now_ms() + kHour));
    record(outcomes);
  }
  std::vector<std::int64_t> waiting_at(const std::string& domain) {
    return integers(("SELECT m.id FROM message m JOIN outbound_queue q ON q.queue_id = m.queue_id WHERE "
                     "next_attempt_ms IS NOT NULL AND q.domain = '" +
                     domain + "' ORDER BY m.id")
                        .c_str());
  }
  std::int64_t open_sweeps() { return integers("SELECT count(*) FROM queue_sweep").front(); }
  /// As the engine does: the outcomes of these rows are on disk.
  void finish(const std::vector<std::int64_t>& row_ids, DeliverStatus status = DeliverStatus::dropped) {
    std::vector<messages::Outcome> outcomes;
    for (const std::int64_t row_id : row_ids) {
      const auto due = database.look([&](storage::Reader& reader) {
        return messages::read_due(reader, std::vector{row_id}, INT64_MAX);
      });
      messages::Outcome one = outcome(0, due.at(0).to_address, status, clock.now_ms() + 2 * kHour);
      static_cast<messages::Envelope&>(one) = due.at(0);
      one.row_id = row_id;
      outcomes.push_back(one);
      in_flight.erase(row_id);
      sweeper.finished(row_id);
    }
    record(outcomes);
  }
  /// Takes what there is to drop, at most `room` in a look, and finishes it, until nothing is left to do.
  std::vector<std::int64_t> carry_out(std::size_t room = 100) {
    std::vector<std::int64_t> dropped;
    for (int look = 0; look < 1000 && open_sweeps() > 0; ++look) {
      const Sweeper::Portion portion = sweeper.take(room, in_flight);
      EXPECT_LE(portion.row_ids.size(), room);
      dropped.insert(dropped.end(), portion.row_ids.begin(), portion.row_ids.end());
      finish(portion.row_ids);
      if (!portion.more) clock.advance(Sweeper::kPause);
    }
    std::ranges::sort(dropped);
    return dropped;
  }

  testkit::ManualClock clock;
  messages::Changes changes{*database};
  std::unordered_set<std::int64_t> in_flight;
  Sweeper sweeper{*database, &changes, clock};
};

TEST_F(Sweeping, a_drop_takes_what_waited_when_it_was_ordered) {
  defer(0, 25, "a.test");
  defer(25, 5, "b.test");
  enqueue_all({send(100, "v@a.test"), send(101, "v@a.test", 2)});
  const auto meant = waiting_at("a.test");
  order(SweepAct::drop, {"a.test", 0});
  defer(30, 5, "a.test");
  enqueue_all({send(102, "w@a.test")});
  EXPECT_EQ(carry_out(7), meant);
  EXPECT_EQ(waiting_at("a.test").size(), 6U) << "what came later";
  EXPECT_EQ(waiting_at("b.test").size(), 5U);
  EXPECT_EQ(open_sweeps(), 0);
  EXPECT_EQ(faults(), "");
}

TEST_F(Sweeping, a_drop_is_of_an_account_or_a_run) {
  defer(0, 4, "a.test");
  enqueue_all({send(100, "v@a.test"), send(101, "v@a.test", 2), send(102, "v@b.test", 2)});
  order(SweepAct::drop, {"", 2});
  EXPECT_EQ(carry_out().size(), 2U);
  order(SweepAct::drop, {"a.test", 1}, 3);
  EXPECT_EQ(carry_out(3).size(), 4U) << "of run 3 only";
  EXPECT_EQ(waiting_rows().size(), 1U);
}

TEST_F(Sweeping, mail_that_is_under_way_ends_as_it_does_or_is_dropped_when_it_comes_back) {
  defer(0, 6, "a.test");
  const auto rows = waiting_at("a.test");
  in_flight = {rows[0], rows[1]};
  order(SweepAct::drop, {"a.test", 0});
  const auto first = sweeper.take(100, in_flight);
  EXPECT_EQ(first.row_ids, std::vector(rows.begin() + 2, rows.end()));
  finish(first.row_ids);
  clock.advance(Sweeper::kPause);
  EXPECT_TRUE(sweeper.take(100, in_flight).row_ids.empty());
  EXPECT_EQ(open_sweeps(), 1) << "two are still under way";

  DueDraft draft;
  draft.row_id = rows[0];
  draft.scope.account_id = 1;
  draft.to_address = "u@A.test";
  ASSERT_NE(sweeper.drop_of(draft), nullptr) << "before its dialogue it is dropped";
  draft.row_id = rows.back() + 1;
  EXPECT_EQ(sweeper.drop_of(draft), nullptr) << "it came later";

  finish({rows[0]}, DeliverStatus::delivered);
  finish({rows[1]}, DeliverStatus::deferred);
  EXPECT_EQ(carry_out(), std::vector{rows[1]});
}

TEST_F(Sweeping, what_was_ordered_goes_on_after_a_restart) {
  defer(0, 30, "a.test");
  order(SweepAct::drop, {"a.test", 0});
  finish(sweeper.take(10, in_flight).row_ids);
  Sweeper fresh(*database, &changes, clock);
  in_flight.clear();
  std::size_t dropped = 0;
  for (int look = 0; look < 20 && open_sweeps() > 0; ++look) {
    const auto portion = fresh.take(100, in_flight);
    dropped += portion.row_ids.size();
    finish(portion.row_ids);
    clock.advance(Sweeper::kPause);
  }
  EXPECT_EQ(dropped, 20U);
  EXPECT_EQ(open_sweeps(), 0);
}

TEST_F(Sweeping, a_drop_stays_on_disk_until_its_outcomes_are_there) {
  defer(0, 30, "a.test");
  order(SweepAct::drop, {"a.test", 0});
  std::vector<std::int64_t> taken;
  for (int look = 0; look < 20; ++look) {
    const auto portion = sweeper.take(10, in_flight);
    taken.insert(taken.end(), portion.row_ids.begin(), portion.row_ids.end());
    if (!portion.more) clock.advance(Sweeper::kPause);
  }
  EXPECT_EQ(taken.size(), 30U);
  EXPECT_EQ(open_sweeps(), 1) << "a crash now would lose the outcomes";
  finish(taken);
  carry_out();
  EXPECT_EQ(open_sweeps(), 0);
}

class SweepingOnAFaultyDisk : public Sweeping {
 protected:
  SweepingOnAFaultyDisk() {
    database.options().vfs = disk.name();
    database.reopen();
  }
  ~SweepingOnAFaultyDisk() override { database.close(); }

  testkit::FaultyDisk disk;
};

TEST_F(SweepingOnAFaultyDisk, a_retry_goes_on_where_it_was_when_the_disk_has_room_again) {
  defer(0, 3, "a.test");
  order(SweepAct::retry, {"a.test", 0});
  messages::Changes seen(*database);
  Sweeper fresh(*database, &seen, clock);
  disk.set_full(true);
  EXPECT_FALSE(fresh.take(100, in_flight).more) << "the feeder rests";
  disk.set_full(false);
  EXPECT_FALSE(fresh.take(100, in_flight).more) << "not yet";
  clock.advance(Sweeper::kPause);
  while (fresh.take(100, in_flight).more) continue;
  EXPECT_EQ(open_sweeps(), 0);
  EXPECT_EQ(
      integers(
          ("SELECT count(*) FROM message WHERE next_attempt_ms <= " + std::to_string(clock.now_ms())).c_str())
          .front(),
      3);
}

TEST_F(SweepingOnAFaultyDisk, the_feeder_rests_while_a_drop_can_not_be_ended) {
  defer(0, 3, "a.test");
  order(SweepAct::drop, {"a.test", 0});
  messages::Changes seen(*database);
  Sweeper fresh(*database, &seen, clock);
  auto portion = fresh.take(100, in_flight);
  for (const std::int64_t row_id : portion.row_ids) fresh.finished(row_id);
  finish(portion.row_ids);
  disk.set_full(true);
  int looks = 0;
  for (int rests = 0; rests < 5; ++looks) {
    if (fresh.take(100, in_flight).more) continue;
    clock.advance(Sweeper::kPause);
    ++rests;
  }
  EXPECT_LT(looks, 20) << "it does not look again at once";
  EXPECT_EQ(open_sweeps(), 1);
  disk.set_full(false);
  for (int look = 0; look < 10 && open_sweeps() > 0; ++look) {
    if (!fresh.take(100, in_flight).more) clock.advance(Sweeper::kPause);
  }
  EXPECT_EQ(open_sweeps(), 0);
}

TEST_F(Sweeping, drops_wait_for_the_outcomes_of_others) {
  defer(0, Sweeper::kDroppedAtOnce + 10, "a.test");
  order(SweepAct::drop, {"a.test", 0});
  std::vector<std::int64_t> taken;
  while (!sweeper.waits()) {
    const auto portion = sweeper.take(700, in_flight);
    taken.insert(taken.end(), portion.row_ids.begin(), portion.row_ids.end());
  }
  EXPECT_EQ(taken.size(), Sweeper::kDroppedAtOnce);
  finish({taken.begin(), taken.begin() + 100});
  EXPECT_EQ(sweeper.take(700, in_flight).row_ids.size(), 10U);
}

TEST_F(Sweeping, a_retry_makes_mail_due_but_not_what_was_tried_since_or_is_held) {
  defer(0, 50, "a.test");
  defer(50, 3, "b.test");
  const auto rows = waiting_at("a.test");
  database.change([&](storage::Writer& writer) {
    messages::postpone(writer, std::vector<messages::HeldMessage>{{rows[0], messages::kNow + 9 * kHour}});
  });
  clock.advance(std::chrono::minutes(1));
  order(SweepAct::retry, {"a.test", 0});
  clock.advance(std::chrono::minutes(1));
  // As after an attempt in the meantime.
  database.change([&](storage::Writer& writer) {
    writer.run({"test.attempt",
                "INSERT INTO attempt (account_id, row_id, number, at_ms, source_id, host, stage, code, text, "
                "tls, ms) VALUES (1, ?1, 1, ?2, 0, '', 0, 0, '', 0, 0)"},
               rows[1], clock.now_ms());
  });
  carry_out();
  const std::int64_t now = clock.now_ms();
  const auto due = integers(
      ("SELECT id FROM message WHERE next_attempt_ms <= " + std::to_string(now) + " ORDER BY id").c_str());
  EXPECT_EQ(due, std::vector(rows.begin() + 2, rows.end()));
  EXPECT_EQ(open_sweeps(), 0);
  EXPECT_EQ(faults(), "") << "its queue wakes in time";
}

TEST_F(Sweeping, a_retry_of_a_run_goes_through_it_in_portions) {
  const auto count = static_cast<std::uint32_t>(2 * Sweeper::kRetriedTogether + 7);
  defer(0, count, "a.test");
  defer(count, 5, "b.test");
  order(SweepAct::retry, {"a.test", 1}, 3);
  EXPECT_TRUE(sweeper.take(100, in_flight).more);
  EXPECT_EQ(open_sweeps(), 1);
  carry_out();
  EXPECT_EQ(
      integers(
          ("SELECT count(*) FROM message WHERE next_attempt_ms <= " + std::to_string(clock.now_ms())).c_str())
          .front(),
      count);
}

TEST_F(Sweeping, a_retry_goes_through_many_small_queues_at_once) {
  std::vector<messages::Outcome> outcomes;
  for (std::uint32_t i = 0; i < 150; ++i)
    outcomes.push_back(
        outcome(i, "u@d" + std::to_string(i) + ".test", DeliverStatus::deferred, clock.now_ms() + kHour));
  record(outcomes);
  order(SweepAct::retry, {"", 1});
  EXPECT_TRUE(sweeper.take(100, in_flight).more);
  EXPECT_EQ(open_sweeps(), 0) << "one transaction, not one for each queue";
  EXPECT_EQ(faults(), "");
}

TEST_F(Sweeping, a_retry_makes_mail_due_also_when_the_clock_is_set_back) {
  defer(0, 3, "a.test");
  defer(3, 2, "b.test");
  order(SweepAct::retry, {"a.test", 0});
  order(SweepAct::retry, {"b.test", 1}, 3);
  clock.set_ms(messages::kNow - kHour);
  carry_out();
  EXPECT_EQ(
      integers(
          ("SELECT count(*) FROM message WHERE next_attempt_ms <= " + std::to_string(clock.now_ms())).c_str())
          .front(),
      5);
  EXPECT_EQ(faults(), "");
}

TEST_F(Sweeping, a_drop_looks_at_a_bounded_number_of_mails_in_each_look) {
  clock.advance(std::chrono::hours(3));
  defer(0, 1, "a.test");
  clock.set_ms(messages::kNow);
  const auto meant = waiting_at("a.test");
  order(SweepAct::drop, {"a.test", 0});
  defer(1, 4'100, "a.test");
  std::vector<std::int64_t> found;
  int looks = 0;
  for (; found.empty() && looks < 100; ++looks) {
    auto portion = sweeper.take(100, in_flight);
    ASSERT_TRUE(portion.more);
    found = std::move(portion.row_ids);
  }
  EXPECT_EQ(found, meant);
  EXPECT_EQ(looks, 4'100 / 200 + 1) << "those that came later stand before it";
  finish(meant);
  EXPECT_TRUE(carry_out().empty());
  EXPECT_EQ(open_sweeps(), 0);
  EXPECT_EQ(waiting_at("a.test").size(), 4'100U);
}

/// Whatever is ordered, and whatever mail is under way: each mail that was meant ends once, and no other.
class AnySweeps : public Sweeping, public testing::WithParamInterface<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, AnySweeps, testing::Range<std::uint64_t>(1, 6));

TEST_P(AnySweeps, drop_each_mail_that_is_meant_once) {
  testkit::SeededRandom random{GetParam()};
  const std::string domains[] = {"a.test", "b.test", "c.test"};
  std::set<std::int64_t> meant, dropped;
  std::uint32_t ordinal = 0;
  for (int step = 0; step < 120; ++step) {
    const std::string& domain = domains[random.next() % 3];
    const std::uint64_t dice = random.next() % 10;
    if (dice < 3) {
      const auto count = static_cast<std::uint32_t>(random.next() % 12);
      defer(ordinal, count, domain);
      ordinal += count;
    } else if (dice == 3) {
      for (const std::int64_t row_id : waiting_at(domain)) meant.insert(row_id);
      order(SweepAct::drop, {domain, static_cast<std::int64_t>(random.next() % 2)});
    } else if (dice == 4) {
      order(SweepAct::retry, {domain, 0});
    } else if (dice == 5) {
      // Mail that is tried. The engine drops mail of a drop before it begins.
      for (const std::int64_t row_id : waiting_rows())
        if (random.next() % 4 == 0 && !meant.contains(row_id)) in_flight.insert(row_id);
    } else if (dice == 6) {
      const std::vector<std::int64_t> under_way(in_flight.begin(), in_flight.end());
      for (const std::int64_t row_id : under_way)
        if (!dropped.contains(row_id)) finish({row_id}, DeliverStatus::deferred);
    } else {
      const auto portion = sweeper.take(1 + random.next() % 9, in_flight);
      for (const std::int64_t row_id : portion.row_ids)
        EXPECT_TRUE(dropped.insert(row_id).second) << row_id << " is dropped twice";
      finish(portion.row_ids);
      if (!portion.more) clock.advance(Sweeper::kPause);
    }
  }
  const std::vector<std::int64_t> under_way(in_flight.begin(), in_flight.end());
  finish(under_way, DeliverStatus::deferred);
  for (const std::int64_t row_id : carry_out()) EXPECT_TRUE(dropped.insert(row_id).second);
  EXPECT_EQ(dropped, meant);
  EXPECT_EQ(open_sweeps(), 0);
  EXPECT_EQ(faults(), "");
}

}  // namespace
}  // namespace sesame::delivery

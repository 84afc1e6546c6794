#include "engagement/visit_queue.hpp"

#include <gtest/gtest.h>

#include "base/metrics.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "testkit/eventually.hpp"
#include "testkit/faulty_disk.hpp"

namespace sesame::engagement {
namespace {

using testkit::eventually;

constexpr std::uint32_t kMails = 8;

class VisitQueueTest : public testing::Test {
 protected:
  VisitQueueTest() {
    for (std::uint32_t i = 1; i <= kMails; ++i) mails_.record(i, messages::DeliverStatus::delivered);
  }
  ~VisitQueueTest() override { visits_.reset(); }

  void visit(std::uint32_t ordinal, std::string agent = "") {
    effects::MailEvent event;
    event.mail = mails_.id(ordinal);
    event.happened_ms = effects::kNoon + 1000;
    event.user_agent = std::move(agent);
    EXPECT_TRUE(visits_->add(std::move(event)));
  }
  std::size_t opened() {
    std::size_t count = 0;
    for (std::uint32_t i = 1; i <= kMails; ++i) count += mails_.has(mails_.id(i), messages::Mark::opened);
    return count;
  }
  static double lost() { return counter("sesame_tracking_visits_total", "", {{"result", "lost"}}).value(); }
  static storage::SqliteOptions on(const testkit::FaultyDisk& disk) {
    storage::SqliteOptions options;
    options.vfs = disk.name();
    return options;
  }

  testkit::FaultyDisk disk_;
  testkit::TempDatabase database_{on(disk_)};
  testkit::ManualClock clock_;
  effects::SentMails mails_{database_};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, {}, clock_}};
  std::optional<VisitQueue> visits_{std::in_place, *database_, effects_};
};

TEST_F(VisitQueueTest, a_visit_whose_job_throws_is_lost_and_holds_up_no_other) {
  database_.change([](storage::Writer& writer) {
    writer.run({"test.poison",
                "CREATE TRIGGER poison BEFORE UPDATE ON message WHEN new.ordinal = 3 "
                "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"});
  });
  const double before = lost();
  for (std::uint32_t i = 1; i <= kMails; ++i) visit(i);
  EXPECT_TRUE(eventually([&] {
    visits_->tick(clock_.now_ms());
    return opened() == kMails - 1 && lost() - before == 1;
  }));
  EXPECT_FALSE(mails_.has(mails_.id(3), messages::Mark::opened));
  EXPECT_EQ(visits_->waiting(), 0U);
}

TEST_F(VisitQueueTest, a_visit_is_kept_until_another_proves_that_the_fault_is_its_own) {
  database_.change([](storage::Writer& writer) {
    writer.run({"test.poison",
                "CREATE TRIGGER poison BEFORE UPDATE ON message WHEN new.ordinal = 3 "
                "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"});
  });
  const double before = lost();
  visit(3);
  ASSERT_TRUE(eventually([&] { return visits_->waiting() == 1; }));
  visits_->tick(clock_.now_ms());
  ASSERT_TRUE(eventually([&] { return visits_->waiting() == 1; }));
  EXPECT_EQ(lost() - before, 0);
  visit(4);
  EXPECT_TRUE(eventually([&] {
    visits_->tick(clock_.now_ms());
    return opened() == 1 && lost() - before == 1;
  }));
}

TEST_F(VisitQueueTest, visits_that_can_not_be_recorded_gather_up_to_a_bound) {
  database_.change([](storage::Writer& writer) {
    writer.run({"test.refuse",
                "CREATE TRIGGER refuse BEFORE UPDATE ON message BEGIN SELECT RAISE(ABORT, 'refused'); END"});
  });
  std::size_t accepted = 0;
  std::int64_t asked = 0;
  const auto add_until_full = [&] {
    effects::MailEvent event;
    do {
      event.mail = mails_.id(1 + static_cast<std::uint32_t>(asked % kMails));
      event.happened_ms = effects::kNoon + asked / 1000 * 60'000;  // Below the pace of a mail.
      ++asked;
    } while (visits_->add(event) && ++accepted < 2 * VisitQueue::kWaitingMax);
  };
  add_until_full();
  for (int round = 0; round < 6; ++round) {
    ASSERT_TRUE(eventually([&] { return visits_->waiting() == accepted; })) << "no job is under way";
    visits_->tick(clock_.now_ms());
    ASSERT_TRUE(eventually([&] { return visits_->waiting() == accepted; }));
    add_until_full();
  }
  EXPECT_GE(accepted, VisitQueue::kWaitingMax);
  EXPECT_LE(accepted, VisitQueue::kWaitingMax + VisitQueue::kHalvesMax + VisitQueue::kBatchMax);
  database_.change([](storage::Writer& writer) { writer.run({"test.accept", "DROP TRIGGER refuse"}); });
  disk_.set_write_errors(true);  // They are lost together, which takes less time.
  visits_->stop();
  disk_.set_write_errors(false);
}

TEST_F(VisitQueueTest, a_visit_behind_many_that_throw_is_recorded) {
  database_.change([](storage::Writer& writer) {
    writer.run({"test.poison",
                "CREATE TRIGGER poison BEFORE UPDATE ON message WHEN new.ordinal = 3 "
                "BEGIN SELECT RAISE(ABORT, 'poisoned'); END"});
  });
  const double before = lost();
  const std::size_t poisoned = VisitQueue::kHalvesMax + 20;
  effects::MailEvent event;
  event.mail = mails_.id(3);
  for (std::size_t i = 0; i < poisoned; ++i) {
    event.happened_ms = effects::kNoon + static_cast<std::int64_t>(i / 200) * 60'000;
    ASSERT_TRUE(visits_->add(event));
  }
  for (int i = 0; i < 3; ++i) {  // Until no further batch is taken apart.
    visits_->tick(clock_.now_ms());
    ASSERT_TRUE(eventually([&] { return visits_->waiting() == poisoned; }));
  }
  visit(4);
  EXPECT_TRUE(eventually([&] {
    visits_->tick(clock_.now_ms());
    return opened() == 1;
  }));
  visit(5);  // Proof for those that were tried and put back.
  EXPECT_TRUE(eventually([&] {
    visits_->tick(clock_.now_ms());
    return opened() == 2 && visits_->waiting() == 0 && lost() - before == static_cast<double>(poisoned);
  }));
}

TEST_F(VisitQueueTest, visits_that_the_disk_refuses_wait_for_the_next_tick) {
  disk_.set_write_errors(true);
  for (std::uint32_t i = 1; i <= kMails; ++i) visit(i);
  ASSERT_TRUE(eventually([&] { return visits_->waiting() == kMails; }));
  disk_.set_write_errors(false);
  visits_->tick(clock_.now_ms());
  EXPECT_TRUE(eventually([&] { return opened() == kMails; }));
}

TEST_F(VisitQueueTest, visits_that_the_disk_refuses_at_the_end_are_lost) {
  const double before = lost();
  disk_.set_write_errors(true);
  for (std::uint32_t i = 1; i <= kMails; ++i) visit(i, "agent");
  visits_->stop();
  disk_.set_write_errors(false);
  EXPECT_EQ(lost() - before, kMails);
  EXPECT_EQ(visits_->waiting(), 0U);
}

}  // namespace
}  // namespace sesame::engagement

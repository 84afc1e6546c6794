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
    visits_->tick();
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
  visits_->tick();
  ASSERT_TRUE(eventually([&] { return visits_->waiting() == 1; }));
  EXPECT_EQ(lost() - before, 0);
  visit(4);
  EXPECT_TRUE(eventually([&] {
    visits_->tick();
    return opened() == 1 && lost() - before == 1;
  }));
}

TEST_F(VisitQueueTest, visits_that_the_disk_refuses_wait_for_the_next_tick) {
  disk_.set_write_errors(true);
  for (std::uint32_t i = 1; i <= kMails; ++i) visit(i);
  ASSERT_TRUE(eventually([&] { return visits_->waiting() == kMails; }));
  disk_.set_write_errors(false);
  visits_->tick();
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

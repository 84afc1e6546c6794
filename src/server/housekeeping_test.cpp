#include "server/housekeeping.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "accounts/audit_log.hpp"
#include "accounts/secret_box.hpp"
#include "base/beijing_time.hpp"
#include "campaigns/sends.hpp"
#include "campaigns/tasks.hpp"
#include "cloudapi/idempotency.hpp"
#include "effects/complaints.hpp"
#include "messages/rows.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::server {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

class HousekeepingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto secrets = accounts::SecretBox::open(database_.folder(), random_);
    ASSERT_TRUE(secrets);
    audit_log_.emplace(*secrets);
  }
  void mail(std::int64_t requested_ms, messages::DeliverStatus status, std::int64_t happened_ms = 0) {
    messages::Outcome outcome;
    outcome.id = {1, accounts::MailId::Kind::run, 1, ordinal_++};
    outcome.scope = scope_;
    outcome.message_id = "m" + std::to_string(ordinal_);
    outcome.to_address = "reader@post.test";
    outcome.requested_ms = requested_ms;
    outcome.first_attempt_ms = outcome.happened_ms = happened_ms;
    outcome.status = status;
    outcome.next_attempt_ms = requested_ms + 1000;
    database_.change(
        [&](storage::Writer& writer) { messages::record_outcomes(writer, std::span(&outcome, 1)); });
  }
  std::int64_t count(const char* sql) {
    return database_.look([&](storage::Reader& reader) {
      const auto row = reader.query({"test.count", sql});
      row->next();
      return row->next_integer();
    });
  }
  /// A housekeeping that trusts the clock.
  std::unique_ptr<Housekeeping> settled(const RetentionPolicy& policy) {
    auto housekeeping =
        std::make_unique<Housekeeping>(*database_, *audit_log_, clock_, policy, std::chrono::hours(72));
    clock_.advance(ClockWatch::kSettledAfter);
    return housekeeping;
  }
  void tidy(std::int64_t days) {
    const auto housekeeping = settled({days});
    for (int i = 0; i < 5; ++i) housekeeping->tick();
  }
  void ended_run(std::int64_t ended_ms, std::int64_t deferred) {
    campaigns::NewTask task;
    task.scope = scope_;
    task.mailing = "a snapshot";
    task.bound = 1;
    const campaigns::OrdinalRange blocks[] = {{0, 1}};
    database_.change([&](storage::Writer& writer) {
      campaigns::start_task(writer, random_, task, blocks);
      writer.run({"test.end",
                  "UPDATE run SET open = 0, finished_ms = ?1, deferred = ?2 WHERE run_id = "
                  "(SELECT max(run_id) FROM run)"},
                 ended_ms, deferred);
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_{1};
  std::optional<accounts::AuditLog> audit_log_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  std::uint32_t ordinal_ = 0;
};

TEST_F(HousekeepingTest, answers_to_idempotent_calls_are_kept_for_a_day) {
  const auto record = [&](const char* key, std::int64_t at_ms) {
    const auto call = cloudapi::identify_call(key, scope_, "SendEmail", {});
    database_.change([&](storage::Writer& writer) {
      cloudapi::record_answer(writer, *call, {"00000000-0000-4000-8000-000000000001", {}}, at_ms);
    });
  };
  record("old", clock_.now_ms() - kDayMs - 1000);
  record("fresh", clock_.now_ms() - kDayMs + 60'000);
  tidy(0);
  EXPECT_EQ(count("SELECT count(*) FROM idempotent_answer"), 1);
}

TEST_F(HousekeepingTest, old_mail_is_forgotten_unless_it_is_still_tried) {
  const std::int64_t now_ms = clock_.now_ms();
  mail(now_ms - 100 * kDayMs, messages::DeliverStatus::delivered);
  mail(now_ms - 100 * kDayMs, messages::DeliverStatus::deferred);
  mail(now_ms - 10 * kDayMs, messages::DeliverStatus::delivered);
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM message"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM message_page"), 2);  // One is of the mail that is still tried.
  tidy(0);
  EXPECT_EQ(count("SELECT count(*) FROM message"), 2);
}

TEST_F(HousekeepingTest, a_queue_is_deleted_an_hour_after_it_ran_empty) {
  mail(clock_.now_ms(), messages::DeliverStatus::deferred);
  database_.change([&](storage::Writer& writer) {
    writer.run({"test.queue",
                "INSERT INTO outbound_queue (domain, account_id, urgency, waiting, next_due_ms) VALUES "
                "('empty.test', 1, 1, 0, ?1)"},
               clock_.now_ms());
  });
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM outbound_queue"), 2);
  clock_.advance(std::chrono::hours(1));
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM outbound_queue WHERE waiting = 1"), 1);
  EXPECT_EQ(count("SELECT count(*) FROM outbound_queue"), 1);
}

TEST_F(HousekeepingTest, a_mail_is_as_old_as_its_delivery) {
  const std::int64_t now_ms = clock_.now_ms();
  // A run that was paused for 91 days.
  mail(now_ms - 91 * kDayMs, messages::DeliverStatus::delivered, now_ms - 600'000);
  mail(now_ms - 91 * kDayMs, messages::DeliverStatus::refused, now_ms - 600'000);
  mail(now_ms - 91 * kDayMs, messages::DeliverStatus::delivered, now_ms - 91 * kDayMs);
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM message"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM message_page"), 1);
  clock_.advance(std::chrono::days(90));
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM message"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM message_page"), 0);
}

TEST_F(HousekeepingTest, delivered_mail_is_known_for_sixty_days_whatever_is_set) {
  const std::int64_t now_ms = clock_.now_ms();
  for (const std::int64_t days : {8, 59, 61})
    mail(now_ms - days * kDayMs, messages::DeliverStatus::delivered, now_ms - days * kDayMs);
  mail(now_ms - 8 * kDayMs, messages::DeliverStatus::refused, now_ms - 8 * kDayMs);
  tidy(7);
  EXPECT_EQ(count("SELECT count(*) FROM message WHERE deliver_status = 1"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM message WHERE deliver_status = 3"), 0);
}

TEST_F(HousekeepingTest, more_than_one_jobs_worth_goes_bit_by_bit) {
  const std::int64_t old_ms = clock_.now_ms() - 100 * kDayMs;
  std::vector<messages::NewMessage> messages(5'000);
  for (std::uint32_t i = 0; i < messages.size(); ++i) {
    messages[i].id = {1, accounts::MailId::Kind::send, 1, i};
    messages[i].scope = scope_;
    messages[i].requested_ms = old_ms;
    messages[i].send_status = 1007;
  }
  database_.change([&](storage::Writer& writer) { messages::enqueue(writer, messages); });
  const auto housekeeping = settled({90});
  housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM message"), 1'000);
  housekeeping->tick();
  housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM message"), 0);
}

TEST_F(HousekeepingTest, content_of_ended_runs_goes_before_their_ledgers) {
  const std::int64_t now_ms = clock_.now_ms();
  ended_run(now_ms - 100 * kDayMs, 0);
  ended_run(now_ms - 15 * kDayMs, 0);
  ended_run(now_ms - 15 * kDayMs, 1);  // One of its mails is still tried.
  ended_run(now_ms - 13 * kDayMs, 0);  // It may be sent again.
  tidy(90);
  EXPECT_EQ(count("SELECT count(*) FROM run WHERE length(mailing) > 0"), 2);
  EXPECT_EQ(count("SELECT count(*) FROM run"), 4);
  EXPECT_EQ(count("SELECT count(DISTINCT run_id) FROM run_block"), 3);
}

TEST_F(HousekeepingTest, content_that_is_not_to_be_sent_again_goes_after_an_hour) {
  const std::int64_t now_ms = clock_.now_ms();
  ended_run(now_ms - 61 * 60'000, 0);
  ended_run(now_ms - 58 * 60'000, 0);
  const auto housekeeping = settled({.resend_days = 0});
  for (int i = 0; i < 3; ++i) housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM run WHERE length(mailing) > 0"), 1);
}

TEST_F(HousekeepingTest, statistics_and_complaints_are_kept_for_longer) {
  const std::int64_t now_ms = clock_.now_ms();
  database_.change([&](storage::Writer& writer) {
    std::vector<effects::VolumeChange> changes;
    for (int domain = 0; domain < 1'500; ++domain) {  // More than one job looks through.
      for (const int days : {401, 100}) {
        changes.push_back({scope_,
                           beijing_day(now_ms - days * kDayMs),
                           "shop.test",
                           "post" + std::to_string(domain) + ".test",
                           {.requested = 1}});
      }
    }
    effects::add_volumes(writer, changes);
    for (const int days : {401, 100}) {
      effects::Complaint complaint;
      complaint.inserted_ms = now_ms - days * kDayMs;
      effects::record_complaint(writer, scope_, complaint);
    }
  });
  settled({.statistics_days = 0})->tick();
  EXPECT_EQ(count("SELECT count(*) FROM daily_volume"), 2 * 1'501);
  const auto housekeeping = settled({});
  for (int i = 0; i < 5; ++i) housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM daily_volume"), 1'501);
  EXPECT_EQ(count("SELECT count(*) FROM complaint"), 1);
  clock_.advance(std::chrono::hours(24 * 301));
  for (int i = 0; i < 5; ++i) housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM daily_volume"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM complaint"), 0);
}

TEST_F(HousekeepingTest, it_rests_when_nothing_is_left) {
  const auto housekeeping = settled({90});
  housekeeping->tick();
  mail(clock_.now_ms() - 100 * kDayMs, messages::DeliverStatus::delivered);
  housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM message"), 1);
  clock_.advance(std::chrono::minutes(10));
  housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM message"), 0);
}

TEST_F(HousekeepingTest, a_wrong_time_of_two_seconds_deletes_nothing) {
  const std::int64_t now_ms = clock_.now_ms();
  mail(now_ms, messages::DeliverStatus::delivered, now_ms);
  const auto housekeeping = settled({90});
  for (const std::int64_t ahead_days : {365, 0}) {
    clock_.set_ms(now_ms + ahead_days * kDayMs);
    for (int i = 0; i < 2; ++i) {
      housekeeping->tick();
      clock_.advance(std::chrono::seconds(1));
    }
  }
  clock_.advance(ClockWatch::kSettledAfter);
  housekeeping->tick();
  EXPECT_EQ(count("SELECT count(*) FROM message"), 1);
}

TEST_F(HousekeepingTest, times_of_a_clock_that_was_ahead_are_corrected) {
  const std::int64_t now_ms = clock_.now_ms();
  for (const std::int64_t ahead_days : {0, 2, 4, 365})
    mail(now_ms + ahead_days * kDayMs, messages::DeliverStatus::deferred);
  database_.change([&](storage::Writer& writer) {
    const std::int64_t far_ms = now_ms + 365 * kDayMs;
    writer.run(
        {"test.webhook",
         "INSERT INTO webhook (account_id, region, canonical, address, url, events, enabled, "
         "sealed_secret, waiting, created_ms) VALUES (1, 'ap-guangzhou', '', '', '', 0, 1, '', 2, 0)"});
    for (const std::int64_t at_ms : {now_ms + kDayMs, far_ms}) {
      writer.run({"test.event",
                  "INSERT INTO webhook_event (account_id, region, webhook_id, kind, queued_ms, "
                  "next_attempt_ms, body) VALUES (1, 'ap-guangzhou', 1, 0, ?1, ?1, '')"},
                 at_ms);
      writer.run({"test.bounce",
                  "INSERT INTO hard_bounce (account_id, region, hash, canonical, address, reply, bounced_ms, "
                  "heard_by) VALUES (1, 'ap-guangzhou', ?1, 'a', 'a', '', ?2, 1)"},
                 at_ms, at_ms);
    }
    writer.run(
        {"test.exemption",
         "INSERT INTO hard_bounce_exemption (account_id, hash, canonical, until_ms) VALUES (2, 1, 'a', "
         "?1)"},
        far_ms);
  });
  const auto housekeeping = settled({});
  for (int i = 0; i < 3; ++i) housekeeping->tick();
  const std::int64_t then_ms = clock_.now_ms();
  const auto later = [&](const char* sql, std::int64_t at_ms) {
    return database_.look([&](storage::Reader& reader) {
      const auto row = reader.query({"test.later", sql}, at_ms);
      row->next();
      return row->next_integer();
    });
  };
  EXPECT_EQ(later("SELECT count(*) FROM message WHERE next_attempt_ms > ?1", then_ms), 1) << "two days";
  EXPECT_EQ(later("SELECT count(*) FROM webhook_event WHERE next_attempt_ms > ?1", then_ms), 1) << "one day";
  EXPECT_EQ(later("SELECT count(*) FROM webhook_event WHERE queued_ms > ?1", then_ms + kDayMs), 0);
  EXPECT_EQ(later("SELECT count(*) FROM hard_bounce WHERE bounced_ms > ?1", then_ms), 0);
  EXPECT_EQ(later("SELECT count(*) FROM hard_bounce_exemption WHERE until_ms > ?1", then_ms), 0);
}

}  // namespace
}  // namespace sesame::server

#include "campaigns/waiting.hpp"

#include "campaigns/recipients_fixture.hpp"
#include "campaigns/sends.hpp"
#include "campaigns/task_control.hpp"
#include "campaigns/waiting_mails.hpp"

namespace sesame::campaigns {
namespace {

using messages::Standstill;
using messages::WaitingReason;

class WaitingTest : public RecipientListTest {
 protected:
  /// The reasons of a task; their counts are those that the task has.
  std::vector<WaitingRecipients> waiting(std::int64_t id, const std::optional<Standstill>& standstill = {}) {
    return database_.look([&](storage::Reader& reader) {
      const Task task = *get_task(reader, scope_, id);
      std::int64_t count = 0;
      auto found = list_waiting(reader, task, standstill);
      for (const WaitingRecipients& each : found) count += each.count;
      EXPECT_EQ(count, task.not_begun() + task.deferred);
      return found;
    });
  }
  WaitingRecipients only_reason(std::int64_t id, const std::optional<Standstill>& standstill = {}) {
    const auto found = waiting(id, standstill);
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? WaitingRecipients() : found.front();
  }
  std::int64_t oldest(WaitingReason reason, const std::optional<Standstill>& standstill = {}) {
    return database_.look([&](storage::Reader& reader) {
      return find_oldest_waiting(reader, standstill)[static_cast<std::size_t>(reason)];
    });
  }
  void send_one(messages::DeliverStatus status, std::int64_t requested_ms) {
    messages::NewMessage message;
    message.id = {1, accounts::MailId::Kind::send, ++sends_, 0};
    message.scope = scope_;
    message.message_id = "m" + std::to_string(sends_);
    message.requested_ms = requested_ms;
    database_.change([&](storage::Writer& writer) {
      messages::enqueue(writer, {&message, 1});
      if (status == messages::DeliverStatus::waiting) return;
      std::vector<messages::Outcome> outcomes{messages::Outcome{messages::Envelope(message)}};
      outcomes[0].row_id = writer.last_inserted_id();
      outcomes[0].status = status;
      outcomes[0].first_attempt_ms = requested_ms;
      outcomes[0].next_attempt_ms = requested_ms + 300'000;
      messages::record_outcomes(writer, outcomes);
    });
  }

  std::int64_t sends_ = 0;
};

TEST_F(WaitingTest, recipients_who_were_passed_over_wait_for_their_destination) {
  upload(readers(10));
  const std::int64_t begun_ms = clock_.now_ms();
  const std::int64_t id = start(10, packed_mailing());
  database_.look([&](storage::Reader& reader) {
    const Task task = *get_task(reader, scope_, id);
    const auto found =
        list_waiting(reader, task, {}, {.count = 4, .text = "gmail", .since_ms = begun_ms + 1000});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].reason, WaitingReason::destination);
    EXPECT_EQ(found[0].count, 4);
    EXPECT_EQ(found[0].since_ms, begun_ms + 1000);
    EXPECT_EQ(found[1].reason, WaitingReason::not_begun);
    EXPECT_EQ(found[1].count, 6);
    const auto all = list_waiting(reader, task, {}, {.count = 12, .text = "", .since_ms = 0});
    ASSERT_EQ(all.size(), 1U) << "some of them have an outcome by now";
    EXPECT_EQ(all[0].count, 10);
    EXPECT_EQ(all[0].since_ms, begun_ms);
    const auto held = list_waiting(reader, task, Standstill{WaitingReason::held, 1, ""}, {.count = 4});
    ASSERT_EQ(held.size(), 1U);
    EXPECT_EQ(held[0].reason, WaitingReason::held) << "nothing leaves, whatever its destination";

    const auto oldest = [&](WaitingReason reason, std::int64_t passed) {
      const PassedOverRuns runs{{task.run_id, PassedOver{.count = passed}}};
      return find_oldest_waiting(reader, {}, runs)[static_cast<std::size_t>(reason)];
    };
    EXPECT_EQ(oldest(WaitingReason::destination, 10), begun_ms);
    EXPECT_EQ(oldest(WaitingReason::not_begun, 10), 0);
    EXPECT_EQ(oldest(WaitingReason::not_begun, 9), begun_ms) << "the turn of one has not come";
  });
}

TEST_F(WaitingTest, a_task_says_why_its_recipients_wait_and_since_when) {
  upload(readers(10));
  const std::int64_t begun_ms = clock_.now_ms();
  const std::int64_t id = start(10, packed_mailing());
  EXPECT_EQ(only_reason(id).reason, WaitingReason::not_begun);
  EXPECT_EQ(only_reason(id).since_ms, begun_ms);
  clock_.advance(std::chrono::minutes(5));
  const Standstill unreachable{WaitingReason::relay_unreachable, clock_.now_ms() - 1000,
                               "connection refused"};
  EXPECT_EQ(only_reason(id, unreachable).reason, WaitingReason::relay_unreachable);
  EXPECT_EQ(only_reason(id, unreachable).since_ms, unreachable.since_ms);
  const Standstill older{WaitingReason::held, begun_ms - 1000, ""};
  EXPECT_EQ(only_reason(id, older).since_ms, begun_ms) << "the mail is younger than the standstill";

  Runner runner = make_runner();
  finish(runner.take(4), messages::DeliverStatus::deferred, "452 4.2.2 full");
  const auto both = waiting(id);
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].count, 6);
  EXPECT_EQ(both[1].reason, WaitingReason::deferred);
  EXPECT_EQ(both[1].count, 4);
  EXPECT_EQ(both[1].since_ms, clock_.now_ms());

  clock_.advance(std::chrono::minutes(5));
  control(pause_task, id);
  EXPECT_EQ(only_reason(id, unreachable).reason, WaitingReason::paused) << "its own reason comes first";
  EXPECT_EQ(only_reason(id).count, 10);
  EXPECT_EQ(only_reason(id).since_ms, clock_.now_ms());
  control(stop_task, id);
  EXPECT_EQ(only_reason(id).reason, WaitingReason::deferred) << "until the next moment";
}

TEST_F(WaitingTest, the_waiting_mails_of_a_task_are_counted_as_they_are_listed) {
  upload(readers(10));
  const std::int64_t id = start(10, packed_mailing());
  Runner runner = make_runner();
  auto drafts = runner.take(4);
  const std::string domain(messages::domain_of(drafts.front().to_address));
  finish(drafts, messages::DeliverStatus::deferred, "452 4.2.2 full");
  for (const std::string& to : {std::string(), domain, std::string("else.test")}) {
    const auto counted = database_.look([&](storage::Reader& reader) {
      const auto run_ids = runs_with_waiting_mail(reader, id, scope_.account_id);
      return count_waiting_mails(reader, id, *run_ids, to);
    });
    const auto listed = database_.look([&](storage::Reader& reader) {
      return list_waiting_mails(reader, {{to, 0}, id, 0, 0})->total;
    });
    EXPECT_EQ(counted, listed) << to;
    EXPECT_EQ(counted, to == "else.test" ? 0 : 4);
  }
}

TEST_F(WaitingTest, a_task_that_waits_for_nobody_has_no_reason) {
  upload(readers(2));
  const auto planned = plan({.type = TaskType::timed, .begin_ms = clock_.now_ms() + 60'000}, order());
  EXPECT_TRUE(waiting(*planned).empty());
  const std::int64_t id = start(2, packed_mailing());
  Runner runner = make_runner();
  finish(runner.take(2), messages::DeliverStatus::delivered, "250 2.0.0 queued");
  EXPECT_TRUE(waiting(id).empty());
}

TEST_F(WaitingTest, a_task_without_quota_or_a_verified_domain_says_so) {
  Task task;
  EXPECT_EQ(waiting_reason_of(task, {}), WaitingReason::not_begun);
  task.status = TaskStatus::paused;
  EXPECT_EQ(waiting_reason_of(task, {}), WaitingReason::quota);
  task.error = "the sender domain is not verified any more";
  EXPECT_EQ(waiting_reason_of(task, {}), WaitingReason::domain_unverified);
  task.held = true;
  EXPECT_EQ(waiting_reason_of(task, Standstill{WaitingReason::held, 1, ""}), WaitingReason::paused);
}

TEST_F(WaitingTest, the_oldest_mail_of_each_reason_is_found) {
  for (const WaitingReason reason : messages::kWaitingReasons) EXPECT_EQ(oldest(reason), 0);
  upload(readers(3));
  const std::int64_t first_ms = clock_.now_ms();
  const std::int64_t first = start(3, packed_mailing());
  clock_.advance(std::chrono::minutes(1));
  const std::int64_t second = start(3, packed_mailing());
  EXPECT_EQ(oldest(WaitingReason::not_begun), first_ms);
  const Standstill slow{WaitingReason::relay_slow, clock_.now_ms(), ""};
  EXPECT_EQ(oldest(WaitingReason::relay_slow, slow), first_ms) << "the age of the mail";
  EXPECT_EQ(oldest(WaitingReason::not_begun, slow), 0);
  control(pause_task, first);
  EXPECT_EQ(oldest(WaitingReason::paused), first_ms);
  EXPECT_EQ(oldest(WaitingReason::not_begun), clock_.now_ms());

  const std::int64_t deferred_ms = clock_.now_ms();
  Runner runner = make_runner();
  auto drafts = runner.take(3);
  finish(part(drafts, 1), messages::DeliverStatus::deferred, "452 4.2.2 full");
  clock_.advance(std::chrono::minutes(1));
  finish(drafts, messages::DeliverStatus::deferred, "452 4.2.2 full");
  EXPECT_EQ(oldest(WaitingReason::deferred), deferred_ms);
  EXPECT_EQ(oldest(WaitingReason::not_begun), 0);
  EXPECT_EQ(task(second).deferred, 3);

  send_one(messages::DeliverStatus::waiting, first_ms - 5000);
  send_one(messages::DeliverStatus::waiting, first_ms - 1000);
  send_one(messages::DeliverStatus::deferred, first_ms - 9000);
  EXPECT_EQ(oldest(WaitingReason::not_begun), first_ms - 5000);
  EXPECT_EQ(oldest(WaitingReason::deferred), first_ms - 9000);
  EXPECT_EQ(oldest(WaitingReason::held, Standstill{WaitingReason::held, 1, ""}), first_ms - 9000);
}

}  // namespace
}  // namespace sesame::campaigns

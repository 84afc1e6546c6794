#include "campaigns/recipients.hpp"

#include <map>
#include <set>

#include "audience/groups.hpp"
#include "campaigns/errors.hpp"
#include "campaigns/recipient_reason.hpp"
#include "campaigns/recipients_fixture.hpp"
#include "campaigns/retention.hpp"
#include "campaigns/task_control.hpp"

namespace sesame::campaigns {
namespace {

class RecipientsTest : public RecipientListTest {
 protected:
  /// The list and the counts are read in one job, as a caller can't.
  void expect_equal_counts(std::int64_t id) {
    database_.look([&](storage::Reader& reader) {
      const Task task = *get_task(reader, scope_, id);
      std::map<RecipientState, std::int64_t> seen;
      std::set<std::uint64_t> numbers;
      RecipientQuery all = query(id);
      all.limit = 7;
      while (true) {
        const auto page = list_recipients(reader, all, classifier_);
        ASSERT_TRUE(page);
        EXPECT_EQ(page->total, static_cast<std::uint64_t>(task.recipients));
        for (const TaskRecipient& each : page->recipients) {
          ++seen[each.state];
          seen_.insert(each.state);
          EXPECT_TRUE(numbers.insert(each.number).second);
          EXPECT_NE(each.address, "");
        }
        if (page->recipients.size() < all.limit) break;
        all.after = page->recipients.back().number;
      }
      EXPECT_EQ(numbers.size(), static_cast<std::size_t>(task.recipients));
      for (std::size_t state = 0; state < kRecipientStates; ++state) {
        const auto each = static_cast<RecipientState>(state);
        EXPECT_EQ(seen[each], count_of(task, each)) << name_of(each);
        const auto page = list_recipients(reader, query(id, {each}), classifier_);
        ASSERT_TRUE(page);
        EXPECT_EQ(page->recipients.size(), page->total);
        EXPECT_EQ(page->total, static_cast<std::uint64_t>(count_of(task, each)));
      }
    });
  }

  std::set<RecipientState> seen_;
};

TEST(RecipientState, names_are_read_as_they_are_written) {
  for (std::size_t state = 0; state < kRecipientStates; ++state) {
    const auto each = static_cast<RecipientState>(state);
    EXPECT_EQ(recipient_state_of(name_of(each)), each);
  }
  EXPECT_FALSE(recipient_state_of("Refused"));
  EXPECT_FALSE(recipient_state_of(""));
}

// Everything that can happen to a run, in random orders: the list agrees with the counts after each step.
TEST_F(RecipientsTest, the_list_agrees_with_the_counts_at_every_moment) {
  std::vector<std::string> addresses = readers(57);
  for (int i = 0; i < 6; ++i) addresses.insert(addresses.begin() + i * 9, "malformed " + std::to_string(i));
  upload(addresses);
  const auto everybody = static_cast<std::uint32_t>(addresses.size());
  const OrdinalRange halves[] = {{0, 40}, {40, everybody - 40}};
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    testkit::SeededRandom random(seed);
    NewTask wanted = new_task(everybody, packed_mailing());
    wanted.requested = everybody - 6;
    const std::int64_t id = start(wanted, halves);
    SCOPED_TRACE("seed " + std::to_string(seed));
    expect_equal_counts(id);
    Runner runner = make_runner();
    std::vector<messages::Draft> flying;
    std::vector<messages::Draft> deferred;
    for (int step = 0; step < 25; ++step) {
      const TaskStatus status = task(id).status;
      const bool living = status == TaskStatus::sending || status == TaskStatus::paused;
      switch (random.next() % 9) {
        case 0:
        case 1:
          for (messages::Draft& draft : runner.take(random.next() % 20 + 1)) {
            if (draft.id.parent_id == task(id).run_id) flying.push_back(std::move(draft));
          }
          break;
        case 2:
          finish(part(flying, random.next() % 9), messages::DeliverStatus::delivered, "250 2.0.0 queued");
          break;
        case 3:
          finish(part(flying, random.next() % 3), messages::DeliverStatus::refused, "550 5.1.1 unknown");
          break;
        case 4: {
          std::vector<messages::Draft> some = part(flying, random.next() % 5);
          finish(some, messages::DeliverStatus::deferred, "451 4.3.0 later");
          std::ranges::move(some, std::back_inserter(deferred));
          break;
        }
        case 5:
          finish(part(deferred, random.next() % 3), messages::DeliverStatus::dropped, "4.4.7 expired");
          break;
        case 6:
          finish(part(flying, random.next() % 3), messages::DeliverStatus::dropped, "blocked", 3020);
          break;
        case 7:
          database_.change([&](storage::Writer& writer) {
            record_returned(writer, task(id).run_id, static_cast<std::uint32_t>(random.next() % everybody));
          });
          break;
        default:
          if (!living || step < 12) break;
          control(status == TaskStatus::paused ? resume_task
                  : random.next() % 2 == 0     ? pause_task
                                               : stop_task,
                  id);
          runner.notice();
      }
      expect_equal_counts(id);
    }
    if (const TaskStatus status = task(id).status;
        status == TaskStatus::sending || status == TaskStatus::paused)
      control(stop_task, id);
    expect_equal_counts(id);
  }
  EXPECT_EQ(seen_.size(), kRecipientStates) << "some state never came about";
}

TEST_F(RecipientsTest, every_state_has_its_reason_in_words_and_the_reply) {
  upload({"a@post.test", "no at", "b@post.test", "c@post.test", "d@post.test", "e@post.test", "f@post.test"});
  const std::int64_t id = start(7, packed_mailing(), 6);
  Runner runner = make_runner();
  auto drafts = runner.take(6);
  ASSERT_EQ(drafts.size(), 6U);
  EXPECT_TRUE(runner.take(1).empty()) << "the malformed address is recorded";
  const auto next = [&](messages::DeliverStatus status, const std::string& text, int send_status = 0) {
    finish(part(drafts, 1), status, text, send_status);
  };
  next(messages::DeliverStatus::delivered, "250 2.0.0 queued as 7");
  next(messages::DeliverStatus::refused, "550 5.1.1 <e@post.test>: user unknown");
  next(messages::DeliverStatus::deferred, "452 4.2.2 mailbox full");
  next(messages::DeliverStatus::dropped, "4.4.7 expired: 451 4.7.1 greylisted");
  next(messages::DeliverStatus::dropped, "not sent: the address is on the account's block list", 3020);
  const TaskRecipient waiting = only(id, RecipientState::waiting);
  EXPECT_EQ(waiting.reason, "its turn has not come yet");
  EXPECT_EQ(waiting.address, "a@post.test");
  EXPECT_EQ(waiting.record.message_id, "");
  const TaskRecipient delivered = only(id, RecipientState::delivered);
  EXPECT_EQ(delivered.reason, "");
  EXPECT_EQ(delivered.reply, "250 2.0.0 queued as 7");
  EXPECT_EQ(delivered.number, 7U);
  EXPECT_NE(delivered.record.delivered_ms, 0);
  const TaskRecipient refused = only(id, RecipientState::refused);
  EXPECT_EQ(refused.reason, "the mailbox does not exist");
  EXPECT_EQ(refused.reply, "550 5.1.1 <e@post.test>: user unknown");
  EXPECT_EQ(refused.bounce_class, bounces::BounceClass::hard_unknown_user);
  EXPECT_EQ(refused.record.attempts, 1U);
  const TaskRecipient deferred = only(id, RecipientState::deferred);
  EXPECT_EQ(deferred.reason, "the mailbox is full");
  EXPECT_TRUE(deferred.record.next_attempt_ms);
  const TaskRecipient dropped = only(id, RecipientState::dropped);
  EXPECT_EQ(dropped.reason, "no attempt succeeded within its time");
  EXPECT_EQ(dropped.reply, "451 4.7.1 greylisted");
  const TaskRecipient withheld = only(id, RecipientState::withheld);
  EXPECT_EQ(withheld.reason, "not sent: the address is on the account's block list");
  EXPECT_EQ(withheld.reply, "");
  EXPECT_EQ(withheld.record.send_status, 3020);
  const TaskRecipient skipped = only(id, RecipientState::skipped);
  EXPECT_EQ(skipped.address, "no at");
  EXPECT_EQ(skipped.reason, "there is no @ in the address");
}

TEST(RecipientReason, texts_of_our_own_are_no_replies) {
  const bounces::Classifier classifier;
  Task task;
  const auto reason = [&](RecipientState state, std::string_view text) {
    return reason_of(classifier, task, {}, state, text, "");
  };
  const RecipientReason taken =
      reason(RecipientState::delivered, "taken for delivered, the server never confirmed it: 250 no answer");
  EXPECT_EQ(taken.words, "taken for delivered, the server never confirmed it");
  EXPECT_EQ(taken.reply, "250 no answer");
  const RecipientReason lost = reason(RecipientState::deferred, "connection reset by peer");
  EXPECT_EQ(lost.words, "connection reset by peer");
  EXPECT_EQ(lost.reply, "");
  EXPECT_FALSE(lost.bounce_class);
  const RecipientReason paused =
      reason(RecipientState::dropped, "4.4.7 expired while its task was paused: 452 full");
  EXPECT_EQ(paused.words, "its time ended while the task was paused");
  EXPECT_EQ(paused.reply, "452 full");
  EXPECT_EQ(reason(RecipientState::dropped, "4.4.7 expired").reply, "");
  EXPECT_EQ(reason(RecipientState::dropped, "campaigns.recipient_gone").words,
            "the recipient is not in the group any more (campaigns.recipient_gone)");
  EXPECT_EQ(reason(RecipientState::refused, "550").words, "the receiving server refused the mail");
  EXPECT_EQ(reason(RecipientState::refused, "").words, "the receiving server refused the mail");
}

TEST_F(RecipientsTest, pages_by_offset_and_by_number_agree) {
  upload(readers(50));
  const std::int64_t id = start(50, packed_mailing());
  Runner runner = make_runner();
  auto drafts = runner.take(50);
  std::vector<messages::Draft> odd;
  for (messages::Draft& draft : drafts) {
    if (draft.id.ordinal % 2 == 1) odd.push_back(std::move(draft));
  }
  finish(odd, messages::DeliverStatus::refused, "550 5.1.1 unknown");
  RecipientQuery some = query(id, {RecipientState::refused});
  some.offset = 10;
  some.limit = 5;
  const auto by_offset = list(some);
  some.offset = 0;
  some.after = 20;
  const auto by_number = list(some);
  ASSERT_TRUE(by_offset);
  ASSERT_TRUE(by_number);
  ASSERT_EQ(by_offset->recipients.size(), 5U);
  EXPECT_EQ(by_offset->total, 25U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(by_offset->recipients[i].number, 22 + 2 * i);
    EXPECT_EQ(by_number->recipients[i].number, 22 + 2 * i);
  }
  some.after = UINT64_MAX;
  EXPECT_TRUE(list(some)->recipients.empty());
}

TEST_F(RecipientsTest, a_deleted_group_leaves_the_addresses_that_were_mailed) {
  upload(readers(2));
  const std::int64_t id = start(2, packed_mailing());
  Runner runner = make_runner();
  finish(runner.take(1), messages::DeliverStatus::delivered, "250 2.0.0 queued");
  control(stop_task, id);
  ASSERT_TRUE(database_->write_and_wait(storage::Priority::interactive, [&](storage::Writer& writer) {
    return audience::delete_group(writer, scope_, group_id_, clock_.now_ms());
  }));
  EXPECT_EQ(only(id, RecipientState::delivered).address, "reader0@post.test");
  EXPECT_EQ(only(id, RecipientState::stopped).reason, "stopped on request before everybody was mailed");
}

TEST_F(RecipientsTest, a_task_before_its_first_run_has_no_recipients) {
  upload(readers(2));
  const auto id = plan({.type = TaskType::timed, .begin_ms = clock_.now_ms() + 60'000}, order());
  ASSERT_TRUE(id);
  const auto page = list(query(*id));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->total, 0U);
  EXPECT_TRUE(page->recipients.empty());
}

TEST_F(RecipientsTest, an_expired_ledger_and_a_foreign_task_are_refused_by_name) {
  upload(readers(2));
  const std::int64_t id = start(2, packed_mailing());
  Runner runner = make_runner();
  finish(runner.take(2), messages::DeliverStatus::delivered, "250 2.0.0 queued");
  database_.change([&](storage::Writer& writer) { delete_expired_ledgers(writer, clock_.now_ms() + 1, 10); });
  const auto expired = list(query(id));
  ASSERT_FALSE(expired);
  EXPECT_TRUE(expired.error().is(errors::kRecipientsExpired));
  RecipientQuery foreign = query(id);
  foreign.scope.account_id = 2;
  EXPECT_TRUE(list(foreign).error().is(errors::kTaskMissing));
}

}  // namespace
}  // namespace sesame::campaigns

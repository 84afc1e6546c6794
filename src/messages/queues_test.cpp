#include "messages/queues.hpp"

#include "messages/due_fixture.hpp"
#include "messages/queue_upkeep.hpp"
#include "messages/queues_fixture.hpp"

namespace sesame::messages {
namespace {

using Kind = accounts::MailId::Kind;

TEST(QueueDomain, is_that_of_the_address_in_lower_case) {
  EXPECT_EQ(queue_domain("Bob@Post.TEST"), "post.test");
  EXPECT_EQ(queue_domain("\"a@b\"@post.test"), "post.test");
  EXPECT_EQ(queue_domain("nobody"), "nobody");
  EXPECT_EQ(queue_domain("ann@B\u00dccher.test"), "xn--bcher-kva.test") << "one queue for both forms";
}

TEST_F(Queues, hold_single_mail_apart_by_domain_and_account) {
  NewMessage withheld = send(3, "dan@post.test");
  withheld.send_status = 1007;
  enqueue_all({send(0, "ann@post.test"), send(1, "bob@POST.test"), send(2, "cid@else.test"), withheld,
               send(4, "ann@post.test", 2)});
  EXPECT_EQ(queues(), (std::map<std::string, Row>{{"post.test!1", {1, true, 2, kNow}},
                                                  {"else.test!1", {1, true, 1, kNow}},
                                                  {"post.test!2", {2, true, 1, kNow}}}));
  EXPECT_EQ(faults(), "");
}

TEST_F(Queues, cost_delivered_mail_of_a_run_nothing) {
  std::vector<Outcome> outcomes;
  for (std::uint32_t i = 0; i < 50; ++i)
    outcomes.push_back(outcome(i, "u@post.test", DeliverStatus::delivered));
  EXPECT_EQ(record(outcomes), 0);
  EXPECT_TRUE(queues().empty());
}

TEST_F(Queues, are_counted_once_for_all_outcomes_of_a_job) {
  std::vector<Outcome> outcomes;
  for (std::uint32_t i = 0; i < 50; ++i)
    outcomes.push_back(outcome(i, "u@post.test", DeliverStatus::deferred, kNow + kHour - i));
  EXPECT_EQ(record(outcomes), 3) << "found, created, counted";
  EXPECT_EQ(queues(), (std::map<std::string, Row>{{"post.test1", {1, false, 50, kNow + kHour - 49}}}));
  // The same again, as after a lost answer; then half of them is delivered.
  EXPECT_EQ(record(outcomes), 2) << "found, brought forward";
  for (std::uint32_t i = 0; i < 25; ++i) outcomes[i].status = DeliverStatus::delivered;
  for (std::uint32_t i = 25; i < 50; ++i) outcomes[i].next_attempt_ms = kNow + 2 * kHour;
  EXPECT_EQ(record(outcomes), 2) << "found, counted";
  EXPECT_EQ(queues().at("post.test1").waiting, 25);
  EXPECT_EQ(record(outcomes), 2) << "final ones are repeats";
  EXPECT_EQ(queues().at("post.test1").waiting, 25);
  EXPECT_EQ(faults(), "");
}

TEST_F(Queues, of_mail_that_came_to_an_end_start_anew) {
  enqueue_all({send(0, "ann@post.test")});
  Outcome done = outcome(0, "ann@post.test", DeliverStatus::refused);
  done.id = {1, Kind::send, 7, 0};
  done.row_id = waiting_rows().at(0);
  record({done});
  EXPECT_EQ(queues().at("post.test!1").waiting, 0);
  NewMessage later = send(1, "bob@post.test");
  later.requested_ms = kNow + kHour;
  enqueue_all({later});
  EXPECT_EQ(queues(), (std::map<std::string, Row>{{"post.test!1", {1, true, 1, kNow + kHour}}}));
}

TEST_F(Queues, follow_mail_that_is_postponed_and_expedited) {
  record({outcome(0, "ann@post.test", DeliverStatus::deferred, kNow + kMinute),
          outcome(1, "bob@post.test", DeliverStatus::deferred, kNow + kHour)});
  const std::vector<std::int64_t> ids = waiting_rows();
  database.change([&](storage::Writer& writer) {
    postpone(writer, std::vector<HeldMessage>{{ids[0], kNow + 2 * kHour}, {ids[1], kNow + kMinute / 2}});
  });
  EXPECT_EQ(queues().at("post.test1").next_due_ms, kNow + kMinute / 2);
  database.change([&](storage::Writer& writer) { expedite(writer, 3, true, kNow, 10); });
  EXPECT_EQ(queues(), (std::map<std::string, Row>{{"post.test1", {1, false, 2, kNow}}}));
  EXPECT_EQ(database.look([](storage::Reader& reader) { return due_rows(reader, kNow); }).size(), 2u);
}

TEST_F(Queues, get_their_time_corrected) {
  record({outcome(0, "ann@post.test", DeliverStatus::deferred, kNow),
          outcome(1, "bob@post.test", DeliverStatus::deferred, kNow + kHour)});
  Outcome done = outcome(0, "ann@post.test", DeliverStatus::delivered);
  record({done});
  EXPECT_EQ(queues().at("post.test1").next_due_ms, kNow) << "too early, for now";
  database.change([&](storage::Writer& writer) {
    correct_due_times(writer, integers_of(writer, "SELECT queue_id FROM outbound_queue"));
  });
  EXPECT_EQ(queues(), (std::map<std::string, Row>{{"post.test1", {1, false, 1, kNow + kHour}}}));
}

TEST_F(Queues, that_were_put_off_come_back_with_new_mail) {
  enqueue_all({send(0, "ann@post.test")});
  const std::vector<std::int64_t> ids = integers("SELECT queue_id FROM outbound_queue");
  database.change([&](storage::Writer& writer) { put_off(writer, ids, kNow + kMinute); });
  EXPECT_EQ(queues().at("post.test!1").next_due_ms, kNow + kMinute);
  enqueue_all({send(1, "bob@post.test")});
  EXPECT_EQ(queues().at("post.test!1").next_due_ms, kNow);
}

TEST_F(Queues, are_made_for_waiting_mail_of_an_older_version) {
  enqueue_all({send(0, "ann@post.test"), send(1, "bob@POST.test"), send(2, "ann@post.test", 2)});
  record({outcome(0, "cid@else.test", DeliverStatus::deferred, kNow + kHour),
          outcome(1, "dan@else.test", DeliverStatus::deferred, kNow + kMinute),
          outcome(2, "eve@else.test", DeliverStatus::delivered)});
  const auto expected = queues();
  database.change([](storage::Writer& writer) {
    writer.run({"test.forget", "UPDATE message SET queue_id = NULL"});
    writer.run({"test.delete", "DELETE FROM outbound_queue"});
  });
  const auto assign = [&](std::size_t most) {
    return database.change([&](storage::Writer& writer) { return assign_queues(writer, most); });
  };
  EXPECT_EQ(assign(2), 2u);
  EXPECT_EQ(assign(2), 2u);
  EXPECT_EQ(assign(2), 1u);
  EXPECT_EQ(assign(2), 0u);
  EXPECT_EQ(queues(), expected);
  EXPECT_EQ(faults(), "");
}

TEST_F(Queues, are_deleted_an_hour_after_they_ran_empty) {
  enqueue_all({send(0, "ann@post.test"), send(1, "bob@else.test")});
  Outcome done = outcome(0, "ann@post.test", DeliverStatus::delivered);
  done.row_id = waiting_rows().at(0);
  record({done});
  const auto tidy = [&](std::int64_t now_ms) {
    return database.change([&](storage::Writer& writer) {
      return tidy_queues(writer, {now_ms, now_ms + kHour, now_ms - kHour}, 0, 10).changed;
    });
  };
  EXPECT_EQ(tidy(kNow + kHour), 0);
  EXPECT_EQ(tidy(kNow + kHour + 1), 1);
  EXPECT_EQ(queues().size(), 1u);
  EXPECT_EQ(tidy(kNow + 100 * kHour), 0) << "mail waits in it";
}

TEST_F(Queues, are_looked_at_a_few_at_a_time) {
  std::vector<Outcome> outcomes;
  for (std::uint32_t i = 0; i < 9; ++i) {
    outcomes.push_back(outcome(i, "u@d" + std::to_string(i / 3) + ".test", DeliverStatus::deferred,
                               i == 4 || i > 5 ? kNow + 9 * kHour : kNow + kMinute));
  }
  record(outcomes);
  std::int64_t after = 0;
  std::vector<std::int64_t> changed;
  do {
    const QueueUpkeep done = database.change([&](storage::Writer& writer) {
      return tidy_queues(writer, {kNow, kNow + kHour, kNow - kHour}, after, 2);
    });
    changed.push_back(done.changed);
    after = done.next;
  } while (after != 0);
  EXPECT_EQ(changed, (std::vector<std::int64_t>{1, 2, 1}));
  EXPECT_TRUE(integers("SELECT id FROM message WHERE next_attempt_ms > 1800003600000").empty());
  EXPECT_EQ(queues().at("d2.test1").next_due_ms, kNow);
  EXPECT_EQ(faults(), "");
}

}  // namespace
}  // namespace sesame::messages

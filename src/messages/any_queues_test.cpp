#include <set>

#include "messages/due_fixture.hpp"
#include "messages/queue_upkeep.hpp"
#include "messages/queues_fixture.hpp"
#include "messages/retention.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::messages {
namespace {

using Kind = accounts::MailId::Kind;

/// Whatever happens to mail, in whatever order, its queue counts it and never wakes too late for it.
class AnyQueues : public Queues, public testing::WithParamInterface<std::uint64_t> {
 protected:
  void enqueue_some() {
    std::vector<NewMessage> messages;
    for (std::uint64_t i = random.next() % 4; i > 0; --i) {
      messages.push_back(send(ordinal++, address(), 1 + static_cast<std::int64_t>(random.next() % 2)));
      messages.back().requested_ms = now_ms;
      if (random.next() % 4 == 0) messages.back().send_status = 1007;
    }
    enqueue_all(messages);
  }
  void record_some() {
    std::vector<Outcome> outcomes;
    std::set<std::uint32_t> used;
    for (std::uint64_t i = random.next() % 6; i > 0; --i) {
      const auto which = static_cast<std::uint32_t>(random.next() % 60);
      if (used.insert(which).second) outcomes.push_back(any_outcome(which, "u" + domain_of_run(which)));
    }
    const std::vector<std::int64_t> rows = waiting_rows();
    if (!rows.empty()) {
      // By its row, as the engine knows it: the address is that of the row.
      const std::int64_t row_id = rows[random.next() % rows.size()];
      const std::vector<DueMessage> due = database.look(
          [&](storage::Reader& reader) { return read_due(reader, std::vector{row_id}, INT64_MAX); });
      Outcome one = any_outcome(0, due.at(0).to_address);
      static_cast<Envelope&>(one) = due.at(0);
      one.row_id = row_id;
      const bool again = one.id.kind == Kind::run && used.contains(one.id.ordinal);
      if (!again) outcomes.push_back(one);
    }
    record(outcomes);
  }
  void step() {
    const std::vector<std::int64_t> rows = waiting_rows();
    switch (random.next() % 8) {
      case 0:
      case 1:
        return enqueue_some();
      case 2:
      case 3:
        return record_some();
      case 4:
        if (rows.empty()) return;
        return database.change(
            [&, row = rows[random.next() % rows.size()], at = any_time()](storage::Writer& writer) {
              postpone(writer, std::vector<HeldMessage>{{row, at}, {row + 1, at}});
            });
      case 5:
        return database.change([&, held = random.next() % 2 == 0](storage::Writer& writer) {
          expedite(writer, 3, held, now_ms, 5);
        });
      case 6:
        return database.change([&](storage::Writer& writer) {
          tidy_queues(writer, {now_ms, now_ms + kHour, now_ms - kHour}, 0, 7);
          delete_expired_messages(writer, {now_ms + 72 * kHour, now_ms + 72 * kHour}, 3);
        });
      default:
        return database.change([&](storage::Writer& writer) {
          correct_due_times(writer, integers_of(writer, "SELECT queue_id FROM outbound_queue"));
        });
    }
  }

  testkit::SeededRandom random{GetParam()};
  std::int64_t now_ms = kNow;

 private:
  std::string address() {
    static const char* const kDomains[] = {"@a.test", "@A.Test", "@b.test", "@c.test"};
    return "u" + std::string(kDomains[random.next() % 4]);
  }
  static std::string domain_of_run(std::uint32_t which) { return which % 3 == 0 ? "@a.test" : "@d.test"; }
  std::int64_t any_time() { return now_ms + static_cast<std::int64_t>(random.next() % (4 * kHour)); }
  Outcome any_outcome(std::uint32_t which, std::string to) {
    static constexpr DeliverStatus kStatus[] = {DeliverStatus::delivered, DeliverStatus::refused,
                                                DeliverStatus::deferred, DeliverStatus::deferred};
    return outcome(which, std::move(to), kStatus[random.next() % 4], any_time());
  }

  std::uint32_t ordinal = 0;
};

INSTANTIATE_TEST_SUITE_P(Seeds, AnyQueues, testing::Range<std::uint64_t>(1, 6));

TEST_P(AnyQueues, count_their_mail_and_wake_in_time) {
  for (int i = 0; i < 150; ++i) {
    now_ms += static_cast<std::int64_t>(random.next() % kMinute);
    step();
    ASSERT_EQ(faults(), "") << "step " << i;
  }
  EXPECT_FALSE(waiting_rows().empty()) << "the test has something to count";
}

}  // namespace
}  // namespace sesame::messages

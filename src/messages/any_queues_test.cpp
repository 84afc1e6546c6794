#include <set>

#include "messages/due_fixture.hpp"
#include "messages/queue_list.hpp"
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

/// The queues as counted from the rows of messages alone, by domain, account and kind.
std::map<std::string, ListedQueue> counted_queues(storage::Reader& reader, std::int64_t now_ms) {
  std::map<std::string, ListedQueue> queues;
  const auto rows =
      reader.query({"test.waiting",
                    "SELECT to_address, account_id, kind, next_attempt_ms, first_attempt_ms FROM "
                    "message WHERE next_attempt_ms IS NOT NULL"});
  while (rows->next()) {
    const std::string domain = queue_domain(rows->next_text());
    const std::int64_t account_id = rows->next_integer();
    const bool urgent = rows->next_flag();
    ListedQueue& queue = queues[domain + (urgent ? "!" : "") + std::to_string(account_id)];
    queue.domain = domain;
    queue.account_id = account_id;
    queue.urgent = urgent;
    const std::int64_t next_ms = rows->next_integer();
    const std::int64_t first_ms = rows->next_integer();
    const std::int64_t began_ms = first_ms > 0 ? first_ms : next_ms;
    if (queue.waiting++ == 0) queue.next_due_ms = queue.oldest_ms = INT64_MAX;
    queue.next_due_ms = std::min(queue.next_due_ms, next_ms);
    queue.oldest_ms = std::min(queue.oldest_ms, began_ms);
    std::size_t age = 0;
    while (age < kAgeBoundsMs.size() && began_ms < now_ms - kAgeBoundsMs[age]) ++age;
    ++queue.ages[age];
  }
  return queues;
}

TEST_P(AnyQueues, are_listed_as_the_rows_count_them) {
  for (int i = 0; i < 60; ++i) {
    now_ms += static_cast<std::int64_t>(random.next() % (20 * kMinute));
    step();
    const std::int64_t account_id = i % 3;  // 0: all.
    const std::string domain = i % 4 == 0 ? "a.test" : "";
    database.look([&](storage::Reader& reader) {
      std::map<std::string, ListedQueue> counted = counted_queues(reader, now_ms);
      std::erase_if(counted, [&](const auto& one) {
        return (account_id != 0 && one.second.account_id != account_id) ||
               (!domain.empty() && one.second.domain != domain);
      });
      std::int64_t mails = 0;
      for (const auto& [key, queue] : counted) mails += queue.waiting;
      for (const QueueOrder order : {QueueOrder::waiting, QueueOrder::age, QueueOrder::next}) {
        std::set<std::string> seen;
        std::int64_t last = order == QueueOrder::waiting ? INT64_MAX : INT64_MIN;
        for (std::int64_t offset = 0;; offset += 2) {
          const QueuePage page = list_queues(reader, {{domain, account_id}, order, offset, 2, now_ms});
          EXPECT_EQ(page.total, static_cast<std::int64_t>(counted.size()));
          EXPECT_EQ(page.waiting, mails);
          for (const ListedQueue& queue : page.queues) {
            const std::string key =
                queue.domain + (queue.urgent ? "!" : "") + std::to_string(queue.account_id);
            EXPECT_TRUE(seen.insert(key).second) << key;
            const ListedQueue& wanted = counted[key];
            EXPECT_EQ(queue.waiting, wanted.waiting) << key;
            EXPECT_EQ(queue.next_due_ms, wanted.next_due_ms) << key;
            EXPECT_EQ(queue.oldest_ms, wanted.oldest_ms) << key;
            EXPECT_EQ(queue.ages, wanted.ages) << key;
            const std::int64_t rank = order == QueueOrder::waiting ? queue.waiting
                                      : order == QueueOrder::age   ? queue.oldest_ms
                                                                   : queue.next_due_ms;
            if (order == QueueOrder::waiting) {
              EXPECT_LE(rank, last) << key;
            } else {
              EXPECT_GE(rank, last) << key;
            }
            last = rank;
          }
          if (page.queues.size() < 2) break;
        }
        EXPECT_EQ(seen.size(), counted.size());
      }
      return 0;
    });
  }
}

}  // namespace
}  // namespace sesame::messages

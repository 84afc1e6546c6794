#include "delivery/due_queues.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "messages/rows.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::delivery {
namespace {

using Kind = accounts::MailId::Kind;

constexpr std::int64_t kNow = 1'800'000'000'000;
constexpr std::size_t kRoom = 1'000;

/// Counts the statements of a database by their names.
class CountingDatabase : public storage::Database {
 public:
  explicit CountingDatabase(storage::Database& inner) : inner_(inner) {}
  void write(storage::Priority priority, WriteJob job, Answer answer) override {
    ++writes;
    inner_.write(priority, std::move(job), std::move(answer));
  }
  void read(ReadJob job, Answer answer) override {
    inner_.read(
        [this, job = std::move(job)](storage::Reader& reader) {
          CountingReader counting(reader, statements);
          return job(counting);
        },
        std::move(answer));
  }
  std::optional<Status> read_here(const ReadJob& job) override { return inner_.read_here(job); }
  void close() override { inner_.close(); }
  bool can_write() const override { return inner_.can_write(); }
  void on_rollback(std::function<void()> forget) override { inner_.on_rollback(std::move(forget)); }
  void on_changes(std::function<void(std::span<const std::uint64_t>)> listener) override {
    inner_.on_changes(std::move(listener));
  }
  int row_reads() { return statements["messages.due_rows_of_queue"]; }

  std::map<std::string, int, std::less<>> statements;
  int writes = 0;

 private:
  class CountingReader : public storage::Reader {
   public:
    CountingReader(storage::Reader& reader, std::map<std::string, int, std::less<>>& statements)
        : reader_(reader), statements_(statements) {}
    std::unique_ptr<storage::Rows> query_values(const storage::Sql& sql,
                                                std::span<const storage::Value> values) override {
      ++statements_[std::string(sql.name)];
      return reader_.query_values(sql, values);
    }

   private:
    storage::Reader& reader_;
    std::map<std::string, int, std::less<>>& statements_;
  };

  storage::Database& inner_;
};

/// Each domain belongs to the crowd of its first letter; a crowd that is not named always has room.
class ScriptedAdmission : public messages::Admission {
 public:
  void begin_look() override {}
  std::optional<messages::Crowd> ask(const messages::PlaceRequest& mail) override {
    ++asked;
    const auto crowd = static_cast<messages::Crowd>(mail.domain.front());
    const auto found = places.find(crowd);
    if (found == places.end()) return std::nullopt;
    if (found->second == 0) return crowd;
    --found->second;
    return std::nullopt;
  }
  std::size_t room(messages::Crowd crowd) override {
    const auto found = places.find(crowd);
    return found == places.end() ? kRoom : found->second;
  }

  std::map<messages::Crowd, std::size_t> places;
  int asked = 0;
};

class DueQueuesTest : public testing::Test {
 protected:
  void accept(const std::string& domain, std::uint32_t count, std::int64_t at_ms = kNow) {
    accept(std::vector<std::string>(count, domain), at_ms);
  }
  void accept(const std::vector<std::string>& domains, std::int64_t at_ms = kNow) {
    std::vector<messages::NewMessage> messages;
    for (const std::string& domain : domains)
      messages.push_back({{{1, Kind::send, 7, ordinal_++},
                           {1, "ap-guangzhou"},
                           "id-7",
                           "a@sender.test",
                           "u@" + domain,
                           at_ms}});
    database_.change([&](storage::Writer& writer) { messages::enqueue(writer, messages); });
  }
  /// `count` different domains with this first letter.
  static std::vector<std::string> domains(char letter, int count) {
    std::vector<std::string> made;
    for (int i = 0; i < count; ++i) made.push_back(letter + std::to_string(i) + ".test");
    return made;
  }
  /// Takes rows and counts them by domain.
  std::map<std::string, std::size_t> take(std::size_t room = kRoom) {
    counting_.statements.clear();
    counting_.writes = 0;
    admission_.asked = 0;
    const std::vector<std::int64_t> row_ids = queues_->take(room, now_ms_, in_flight_);
    EXPECT_LE(row_ids.size(), room);
    std::map<std::string, std::size_t> found;
    database_.look([&](storage::Reader& reader) {
      for (const std::int64_t row_id : row_ids) ++found[domain_of(reader, row_id)];
    });
    for (const std::int64_t row_id : row_ids) {
      EXPECT_TRUE(in_flight_.contains(row_id));
      EXPECT_TRUE(taken_.insert(row_id).second) << "taken twice";
    }
    return found;
  }
  static std::string domain_of(storage::Reader& reader, std::int64_t row_id) {
    static constexpr storage::Sql kAddress{"test.address", "SELECT to_address FROM message WHERE id = ?1"};
    const auto row = reader.query(kAddress, row_id);
    row->next();
    return messages::queue_domain(row->next_text());
  }
  std::int64_t count(const char* sql) {
    return database_.look([&](storage::Reader& reader) {
      const auto row = reader.query({"test.count", sql});
      row->next();
      return row->next_integer();
    });
  }
  void run(const char* sql) {
    database_.change([&](storage::Writer& writer) { writer.run({"test.run", sql}); });
  }
  /// As after a restart: nothing is remembered.
  void restart() {
    queues_.emplace(counting_, &admission_);
    in_flight_.clear();
    taken_.clear();
  }

  testkit::TempDatabase database_;
  CountingDatabase counting_{*database_};
  ScriptedAdmission admission_;
  std::optional<DueQueues> queues_{std::in_place, counting_, &admission_};
  std::unordered_set<std::int64_t> in_flight_;
  std::int64_t now_ms_ = kNow;

 private:
  std::set<std::int64_t> taken_;
  std::uint32_t ordinal_ = 0;
};

using Count = std::map<std::string, std::size_t>;

TEST_F(DueQueuesTest, rows_are_taken_once) {
  accept("a.test", 3);
  accept("b.test", 1, kNow + 1);
  EXPECT_EQ(take(), (Count{{"a.test", 3}}));
  EXPECT_EQ(take(), Count{});
  now_ms_ += 1;
  EXPECT_EQ(take(), (Count{{"b.test", 1}}));
  accept("a.test", 2, kNow - 5);
  EXPECT_EQ(take(), (Count{{"a.test", 2}}));
}

TEST_F(DueQueuesTest, a_long_queue_leaves_room_for_the_others) {
  accept("a.test", 1'000);
  for (int i = 0; i < 5; ++i) accept(domains('b', 10));
  Count found = take(66);
  EXPECT_EQ(found["a.test"], 16u);
  found.erase("a.test");
  EXPECT_EQ(found.size(), 10u);
  for (const auto& [domain, rows] : found) EXPECT_EQ(rows, 5u) << domain;
  EXPECT_EQ(take(400), (Count{{"a.test", 400}}));
  EXPECT_EQ(take(1'000), (Count{{"a.test", 584}}));
}

TEST_F(DueQueuesTest, each_look_goes_on_where_the_one_before_ended) {
  for (int i = 0; i < 2; ++i) accept(domains('a', 600));
  for (int look = 0; look < 6; ++look) {
    const Count found = take(100);
    EXPECT_EQ(found.size(), 100u);
  }
  // All had one turn; the second ones begin at the front. With room for more than is left, all is found.
  EXPECT_EQ(count("SELECT count(*) FROM outbound_queue"), 600);
  EXPECT_EQ(take(50).size(), 50u);
  EXPECT_EQ(take(1'000).size(), 550u);
  EXPECT_EQ(take(1'000), Count{});
}

TEST_F(DueQueuesTest, mail_of_a_full_crowd_is_not_read) {
  accept("full.test", 10'000);
  admission_.places['f'] = 0;
  accept("open.test", 3);
  EXPECT_EQ(take(), (Count{{"open.test", 3}}));
  EXPECT_EQ(counting_.row_reads(), 1) << "of the queue with room";
  EXPECT_EQ(counting_.writes, 1);
  for (int look = 0; look < 3; ++look) {
    EXPECT_EQ(take(), Count{});
    EXPECT_EQ(counting_.row_reads(), 1) << "of the queue whose mail is in flight";
    EXPECT_EQ(counting_.writes, 0);
  }
  admission_.places['f'] = 5;
  EXPECT_EQ(take(), (Count{{"full.test", 5}}));
  EXPECT_EQ(take(), Count{});
  admission_.places['f'] = 100'000;
  std::size_t rest = 0;
  while (const std::size_t found = take()["full.test"]) rest += found;
  EXPECT_EQ(rest, 9'995u);
}

TEST_F(DueQueuesTest, queues_of_a_full_crowd_are_put_off_and_asked_again_when_it_has_room) {
  accept(domains('f', 6'000));
  admission_.places['f'] = 0;
  EXPECT_EQ(take(), Count{});
  EXPECT_EQ(counting_.row_reads(), 0);
  EXPECT_EQ(admission_.asked, 6'000);
  EXPECT_EQ(counting_.writes, 2) << "at most 4,096 queues and a page each";
  EXPECT_EQ(take(), Count{});
  EXPECT_EQ(counting_.row_reads() + counting_.writes + admission_.asked, 0);
  EXPECT_EQ(counting_.statements["messages.list_due_queues"], 1);
  admission_.places['f'] = 7;
  EXPECT_EQ(take().size(), 7u);
  EXPECT_EQ(counting_.row_reads(), 7);
  // Beyond what is remembered the time in the table counts.
  admission_.places.clear();
  std::size_t remembered = 7;
  while (const std::size_t found = take().size()) remembered += found;
  EXPECT_EQ(remembered, CrowdedQueues::kQueuesMax);
  now_ms_ += DueQueues::kPutOffMs;
  std::size_t rest = 0;
  while (const std::size_t found = take().size()) rest += found;
  EXPECT_EQ(remembered + rest, 6'000u);
}

TEST_F(DueQueuesTest, new_mail_for_a_full_crowd_is_asked_for_without_reading_it) {
  accept("full.test", 1);
  admission_.places['f'] = 0;
  take();
  accept("full.test", 1);
  EXPECT_EQ(take(), Count{});
  EXPECT_EQ(admission_.asked, 1);
  EXPECT_EQ(counting_.row_reads(), 0);
  admission_.places['f'] = 2;
  EXPECT_EQ(take(), (Count{{"full.test", 2}}));
}

TEST_F(DueQueuesTest, what_was_put_off_is_found_after_a_crash) {
  accept("full.test", 2);
  admission_.places['f'] = 0;
  take();
  restart();
  admission_.places.clear();
  EXPECT_EQ(take(), Count{});
  now_ms_ += DueQueues::kPutOffMs;
  EXPECT_EQ(take(), (Count{{"full.test", 2}}));
}

TEST_F(DueQueuesTest, a_queue_that_was_put_off_gets_its_time_back) {
  accept("full.test", 1);
  accept("full.test", 1, kNow + 10'000);
  admission_.places['f'] = 0;
  take();
  admission_.places['f'] = 1;
  EXPECT_EQ(take().size(), 1u);
  EXPECT_EQ(count("SELECT next_due_ms FROM outbound_queue"), kNow)
      << "the row in flight waits until its outcome";
  now_ms_ += 10'000;
  admission_.places['f'] = 1;
  EXPECT_EQ(take().size(), 1u);
}

TEST_F(DueQueuesTest, a_time_that_is_too_early_is_corrected) {
  accept("a.test", 1, kNow + 5'000);
  run("UPDATE outbound_queue SET next_due_ms = 0");
  EXPECT_EQ(take(), Count{});
  EXPECT_EQ(count("SELECT next_due_ms FROM outbound_queue"), kNow + 5'000);
  EXPECT_EQ(take(), Count{});
  EXPECT_EQ(counting_.row_reads() + counting_.writes, 0);
  now_ms_ += 5'000;
  EXPECT_EQ(take(), (Count{{"a.test", 1}}));
}

TEST_F(DueQueuesTest, a_paused_queue_is_not_read) {
  accept("a.test", 1);
  accept("b.test", 1);
  run("UPDATE outbound_queue SET paused = 1 WHERE domain = 'a.test'");
  EXPECT_EQ(take(), (Count{{"b.test", 1}}));
  EXPECT_EQ(counting_.row_reads(), 1);
}

TEST_F(DueQueuesTest, queues_of_one_crowd_take_turns) {
  for (int i = 0; i < 3; ++i) accept(domains('f', 10));
  admission_.places['f'] = 0;
  take();
  std::set<std::string> served;
  for (int look = 0; look < 5; ++look) {
    admission_.places['f'] = 2;
    for (const auto& [domain, rows] : take()) served.insert(domain);
  }
  EXPECT_EQ(served.size(), 10u);
}

}  // namespace
}  // namespace sesame::delivery

#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "messages/queues.hpp"
#include "messages/rows.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {

inline constexpr std::int64_t kNow = 1'800'000'000'000;
inline constexpr std::int64_t kMinute = 60'000;
inline constexpr std::int64_t kHour = 60 * kMinute;

/// Counts the statements that a job runs on the table of the queues.
class CountingWriter : public storage::Writer {
 public:
  explicit CountingWriter(storage::Writer& writer) : writer_(writer) {}
  std::unique_ptr<storage::Rows> query_values(const storage::Sql& sql,
                                              std::span<const storage::Value> values) override {
    count(sql);
    return writer_.query_values(sql, values);
  }
  std::int64_t run_values(const storage::Sql& sql, std::span<const storage::Value> values) override {
    count(sql);
    return writer_.run_values(sql, values);
  }
  std::int64_t last_inserted_id() const override { return writer_.last_inserted_id(); }
  void after_commit(std::function<void()> then) override { writer_.after_commit(std::move(then)); }
  void on_undo(std::function<void()> undo) override { writer_.on_undo(std::move(undo)); }
  void publish(std::vector<std::uint64_t> keys) override { writer_.publish(std::move(keys)); }

  int statements = 0;

 private:
  void count(const storage::Sql& sql) {
    if (std::string_view(sql.text).find("outbound_queue") != std::string_view::npos) ++statements;
  }
  storage::Writer& writer_;
};

inline std::vector<std::int64_t> integers_of(storage::Reader& reader, const char* sql) {
  std::vector<std::int64_t> found;
  const auto rows = reader.query({"test.integers", sql});
  while (rows->next()) found.push_back(rows->next_integer());
  return found;
}

class Queues : public testing::Test {
 protected:
  struct Row {
    std::int64_t account_id;
    bool urgent;
    std::int64_t waiting;
    std::int64_t next_due_ms;
    bool operator==(const Row&) const = default;
  };
  NewMessage send(std::uint32_t ordinal, std::string to, std::int64_t account_id = 1) {
    return {{{account_id, accounts::MailId::Kind::send, 7, ordinal},
             {account_id, "ap-guangzhou"},
             "id-7",
             "a@sender.test",
             std::move(to),
             kNow}};
  }
  Outcome outcome(std::uint32_t ordinal, std::string to, DeliverStatus status, std::int64_t next_ms = 0) {
    Outcome made;
    made.id = {1, accounts::MailId::Kind::run, 3, ordinal};
    made.scope = {1, "ap-guangzhou"};
    made.message_id = "run-" + std::to_string(ordinal);
    made.from_address = "a@sender.test";
    made.to_address = std::move(to);
    made.requested_ms = kNow;
    made.status = status;
    made.happened_ms = kNow;
    made.attempts = 1;
    made.first_attempt_ms = kNow;
    if (status == DeliverStatus::deferred) made.next_attempt_ms = next_ms;
    return made;
  }
  void enqueue_all(std::vector<NewMessage> messages) {
    database.change([&](storage::Writer& writer) { enqueue(writer, messages); });
  }
  int record(std::vector<Outcome> outcomes) {
    return database.change([&](storage::Writer& writer) {
      CountingWriter counting(writer);
      std::vector<Outcome> copy = outcomes;
      record_outcomes(counting, copy);
      return counting.statements;
    });
  }
  std::vector<std::int64_t> integers(const char* sql) {
    return database.look([&](storage::Reader& reader) { return integers_of(reader, sql); });
  }
  std::vector<std::int64_t> waiting_rows() {
    return integers("SELECT id FROM message WHERE next_attempt_ms IS NOT NULL ORDER BY id");
  }
  std::map<std::string, Row> queues() {
    return database.look([](storage::Reader& reader) {
      std::map<std::string, Row> found;
      const auto rows = reader.query(
          {"test.queues", "SELECT domain, account_id, urgency, waiting, next_due_ms FROM outbound_queue"});
      while (rows->next()) {
        const std::string domain(rows->next_text());
        Row row{};
        row.account_id = rows->next_integer();
        row.urgent = rows->next_flag();
        row.waiting = rows->next_integer();
        row.next_due_ms = rows->next_integer();
        found[domain + (row.urgent ? "!" : "") + std::to_string(row.account_id)] = row;
      }
      return found;
    });
  }
  /// The queues that are not what the message rows say.
  std::string faults() {
    return database.look([](storage::Reader& reader) {
      std::string found;
      const auto rows = reader.query(
          {"test.faults",
           "SELECT queue_id, waiting, (SELECT count(*) FROM message m WHERE m.queue_id = q.queue_id), "
           "next_due_ms, (SELECT min(next_attempt_ms) FROM message m WHERE m.queue_id = q.queue_id) FROM "
           "outbound_queue q"});
      while (rows->next()) {
        const std::string queue = "queue " + std::to_string(rows->next_integer());
        const std::int64_t waiting = rows->next_integer();
        const std::int64_t count = rows->next_integer();
        const std::int64_t next_due_ms = rows->next_integer();
        const std::int64_t first_ms = rows->next_integer();
        if (waiting != count)
          found += queue + ": " + std::to_string(waiting) + " of " + std::to_string(count) + "\n";
        if (count > 0 && next_due_ms > first_ms) found += queue + ": too late\n";
      }
      const auto messages =
          reader.query({"test.messages",
                        "SELECT m.to_address, m.next_attempt_ms IS NOT NULL, m.account_id, m.kind, q.domain, "
                        "q.account_id, "
                        "q.urgency FROM message m LEFT JOIN outbound_queue q ON q.queue_id = m.queue_id"});
      while (messages->next()) {
        const std::string to(messages->next_text());
        const bool waits = messages->next_flag();
        const std::int64_t account_id = messages->next_integer();
        const std::int64_t kind = messages->next_integer();
        const std::optional<std::string> domain = messages->next_optional_text();
        const bool same = messages->next_integer() == account_id;
        const bool right = (messages->next_integer() == kind && same && domain == queue_domain(to));
        if (waits ? !right : domain.has_value()) found += to + " in " + domain.value_or("no queue") + "\n";
      }
      return found;
    });
  }

  testkit::TempDatabase database;
};

}  // namespace sesame::messages

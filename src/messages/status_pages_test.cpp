#include "messages/status_pages.hpp"

#include <gtest/gtest.h>

#include "base/beijing_time.hpp"
#include "messages/rows.hpp"
#include "messages/statuses.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::messages {
namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;
const accounts::Scope kScope{1, "ap-guangzhou"};
const accounts::Scope kOther{1, "ap-hongkong"};

class StatusPages : public testing::Test {
 protected:
  /// Inserts rows of a run, in transactions of `together` rows.
  void record(std::uint32_t from, std::uint32_t to, std::uint32_t together,
              const accounts::Scope& scope = kScope) {
    for (std::uint32_t at = from; at < to; at += together) {
      std::vector<Outcome> outcomes;
      for (std::uint32_t ordinal = at; ordinal < std::min(to, at + together); ++ordinal) {
        Outcome& outcome = outcomes.emplace_back();
        outcome.id = {scope.account_id, accounts::MailId::Kind::run, scope.region == kScope.region ? 3 : 4,
                      ordinal};
        outcome.scope = scope;
        outcome.message_id = "run-" + std::to_string(ordinal);
        outcome.from_address = "a@sender.test";
        outcome.to_address = "User" + std::to_string(ordinal) + "@rcpt.test";
        outcome.requested_ms = kNow;
        outcome.status = DeliverStatus::delivered;
        outcome.attempts = 1;
      }
      database.change([&](storage::Writer& writer) { record_outcomes(writer, outcomes); });
    }
  }
  std::vector<MessageStatus> find(StatusQuery query) {
    query.scope = kScope;
    query.request_day = beijing_day(kNow);
    return database.look([&](storage::Reader& reader) { return find_statuses(reader, query); });
  }
  std::string first_of(std::uint32_t offset) {
    const auto found = find({.offset = offset, .limit = 1});
    return found.empty() ? "" : found.front().message_id;
  }
  void run(const char* sql) {
    database.change([&](storage::Writer& writer) { writer.run(storage::Sql{"test", sql}); });
  }
  testkit::TempDatabase database;
};

TEST_F(StatusPages, find_every_row_at_its_offset) {
  record(0, 1'500, 700);
  record(0, 900, 900, kOther);
  record(1'500, 3'210, 333);
  for (const std::uint32_t offset : {0u, 1u, 699u, 999u, 1'000u, 1'001u, 1'999u, 2'000u, 3'000u, 3'209u}) {
    EXPECT_EQ(first_of(offset), "run-" + std::to_string(offset));
  }
  EXPECT_EQ(first_of(3'210), "");
  EXPECT_EQ(first_of(4'000'000), "");
  const auto across = find({.offset = 1'950, .limit = 100});
  ASSERT_EQ(across.size(), 100u);
  EXPECT_EQ(across.back().message_id, "run-2049");
}

TEST_F(StatusPages, find_a_recipient_and_a_message) {
  record(0, 2'500, 1'000);
  EXPECT_EQ(find({.to_address = "uSER2200@rcpt.test"}).at(0).message_id, "run-2200");
  EXPECT_EQ(find({.message_id = "run-1234"}).at(0).to_address, "User1234@rcpt.test");
  EXPECT_EQ(find({.message_id = "run-7", .to_address = "user7@rcpt.test"}).size(), 1u);
  EXPECT_TRUE(find({.message_id = "run-7", .to_address = "user8@rcpt.test"}).empty());
  EXPECT_TRUE(find({.to_address = "nobody@rcpt.test"}).empty());
  EXPECT_TRUE(find({.to_address = "user1@rcpt.test", .offset = 1}).empty());
}

TEST_F(StatusPages, exclude_most_pages_without_the_searched_keys) {
  record(0, 20'000, 1'000);
  const std::uint64_t key[] = {status_key_of_recipient("user7777@rcpt.test")};
  const auto pages = database.look(
      [&](storage::Reader& reader) { return find_status_pages(reader, kScope, beijing_day(kNow), key); });
  ASSERT_GE(pages.size(), 1u);
  EXPECT_LE(pages.size(), 3u);
}

TEST_F(StatusPages, without_a_filter_are_searched) {
  record(0, 1'200, 1'000);
  run("UPDATE message_page SET keys = NULL");
  record(1'200, 2'300, 1'000);
  for (const std::uint32_t ordinal : {3u, 1'100u, 1'300u, 2'200u}) {
    EXPECT_EQ(find({.message_id = "run-" + std::to_string(ordinal)}).size(), 1u) << ordinal;
  }
}

TEST_F(StatusPages, list_repeated_messages_once) {
  record(0, 10, 10);
  record(5, 15, 10);
  EXPECT_EQ(find({}).size(), 15u);
}

}  // namespace
}  // namespace sesame::messages

#include "cloudapi/idempotency.hpp"

#include <gmock/gmock.h>

#include <boost/json/parse.hpp>
#include <filesystem>

#include "cloudapi/errors.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::cloudapi {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNow = 1'800'000'000'000;
const accounts::Scope kScope{1, "ap-guangzhou"};

json::object object(std::string_view text) { return json::parse(text).as_object(); }

IdempotentCall call(std::string_view key, std::string_view parameters = "{}",
                    std::string_view action = "SendEmail", const accounts::Scope& scope = kScope) {
  return identify_call(key, scope, action, object(parameters)).value();
}

TEST(IdempotencyKeyTest, takes_1_to_128_visible_characters) {
  for (const std::string& key : {std::string("a"), std::string(128, '~'), std::string("!0-Za_z/+=")})
    EXPECT_TRUE(identify_call(key, kScope, "SendEmail", {})) << key;
  for (const std::string& key :
       {std::string(), std::string(129, 'a'), std::string("a b"), std::string("a\tb"), std::string("a\x7f"),
        std::string("\xe9\x92\xa5"), std::string("a\0b", 3)}) {
    const auto refused = identify_call(key, kScope, "SendEmail", {});
    ASSERT_FALSE(refused) << key;
    EXPECT_TRUE(refused.error().is(errors::kIdempotencyKey)) << key;
  }
}

TEST(IdempotencyKeyTest, belongs_to_an_account_and_a_region) {
  EXPECT_EQ(call("k").key, call("k", R"({"Name":1})", "BatchSendEmail").key);
  EXPECT_NE(call("k").key, call("l").key);
  EXPECT_NE(call("k").key, call("k", "{}", "SendEmail", {2, "ap-guangzhou"}).key);
  EXPECT_NE(call("k").key, call("k", "{}", "SendEmail", {1, "ap-hongkong"}).key);
  EXPECT_NE(call("2/k", "{}", "SendEmail", {1, "a"}).key, call("k", "{}", "SendEmail", {1, "a/2"}).key);
}

TEST(IdempotentRequestTest, is_the_same_whatever_the_order_of_its_members) {
  EXPECT_EQ(call("k", R"({"A":1,"B":{"C":"x","D":[1,2]}})").request,
            call("k", R"({"B":{"D":[1,2],"C":"x"},"A":1})").request);
}

TEST(IdempotentRequestTest, differs_with_any_part) {
  const char* different[] = {"{}",
                             R"({"A":1})",
                             R"({"A":"1"})",
                             R"({"A":2})",
                             R"({"B":1})",
                             R"({"A":null})",
                             R"({"A":[1]})",
                             R"({"A":[1,2]})",
                             R"({"A":[2,1]})",
                             R"({"A":[12]})",
                             R"({"A":{}})",
                             R"({"A":{"B":1}})",
                             R"({"A":true})",
                             R"({"A":["1","2"]})",
                             R"({"A":["12"]})",
                             R"({"A":"","B":""})",
                             R"({"A":"B"})",
                             R"({"A":[["1"],"2"]})",
                             R"({"A":[["1","2"]]})"};
  std::set<ShortDigest> seen;
  for (const char* parameters : different)
    EXPECT_TRUE(seen.insert(call("k", parameters).request).second) << parameters;
  EXPECT_TRUE(seen.insert(call("k", "{}", "BatchSendEmail").request).second);
}

class RecordedAnswerTest : public testing::Test {
 protected:
  void record(const IdempotentCall& call, std::int64_t now_ms = kNow) {
    database_.change([&](storage::Writer& writer) {
      record_answer(writer, call, {kRequestId, object(R"({"MessageId":"qcloudses-30-1-date-20261129"})")},
                    now_ms);
    });
  }
  Result<std::optional<RecordedAnswer>> find(const IdempotentCall& call, std::int64_t now_ms = kNow) {
    return database_.look([&](storage::Reader& reader) { return find_answer(reader, call, now_ms); });
  }
  std::int64_t tidy(std::int64_t before_ms, std::int64_t rows_max) {
    return database_.change(
        [&](storage::Writer& writer) { return delete_expired_answers(writer, before_ms, rows_max); });
  }

  static constexpr const char* kRequestId = "0f3c8b1a-92d4-4e6b-8a01-7c5de2b4f690";
  testkit::TempDatabase database_;
};

TEST_F(RecordedAnswerTest, is_given_whole_for_a_day) {
  EXPECT_EQ(find(call("k"))->has_value(), false);
  record(call("k"));
  database_.reopen();
  for (const std::int64_t later_ms : {std::int64_t{0}, kIdempotencyMs - 1}) {
    const auto found = find(call("k"), kNow + later_ms);
    ASSERT_TRUE(found && *found) << later_ms;
    EXPECT_EQ((*found)->request_id, kRequestId);
    EXPECT_EQ((*found)->fields, object(R"({"MessageId":"qcloudses-30-1-date-20261129"})"));
  }
  EXPECT_EQ(find(call("k"), kNow + kIdempotencyMs)->has_value(), false);
}

TEST_F(RecordedAnswerTest, is_not_given_to_another_request) {
  record(call("k"));
  EXPECT_TRUE(find(call("k", R"({"A":1})")).error().is(errors::kIdempotencyKeyUsed));
  EXPECT_TRUE(find(call("k", "{}", "BatchSendEmail")).error().is(errors::kIdempotencyKeyUsed));
  EXPECT_EQ(find(call("k", R"({"A":1})"), kNow + kIdempotencyMs)->has_value(), false)
      << "the key is free again";
}

TEST_F(RecordedAnswerTest, makes_room_for_the_key_s_next_use) {
  record(call("k"));
  record(call("k", R"({"A":1})"), kNow + kIdempotencyMs);
  EXPECT_TRUE(*find(call("k", R"({"A":1})"), kNow + kIdempotencyMs));
}

TEST_F(RecordedAnswerTest, is_deleted_after_its_day_the_oldest_first) {
  for (int i = 0; i < 10; ++i) record(call("k" + std::to_string(i)), kNow + i);
  const std::int64_t later = kNow + kIdempotencyMs + 5;
  EXPECT_EQ(tidy(later, 3), 3);
  EXPECT_EQ(tidy(later, 100), 2);
  EXPECT_EQ(tidy(later, 100), 0);
  EXPECT_TRUE(*find(call("k5"), later - 1));
}

TEST_F(RecordedAnswerTest, of_a_clock_that_was_ahead_holds_up_no_others) {
  for (int i = 0; i < 10; ++i) record(call("ahead" + std::to_string(i)), kNow + 365 * kIdempotencyMs);
  record(call("k"), kNow);
  EXPECT_EQ(tidy(kNow, 4), 4);
  EXPECT_EQ(tidy(kNow, 100), 6);
  EXPECT_TRUE(*find(call("k"), kNow + 1));
  EXPECT_EQ(tidy(kNow + kIdempotencyMs + 1, 100), 1);
}

TEST_F(RecordedAnswerTest, of_a_million_keys_takes_at_most_160_mebibytes) {
  constexpr std::int64_t kKeys = 40'000;
  const auto bytes = [&] {
    return database_.look([](storage::Reader& reader) {
      const auto row = reader.query(
          {"test.bytes", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"});
      row->next();
      return row->next_integer();
    });
  };
  const std::int64_t before = bytes();
  database_.change([&](storage::Writer& writer) {
    for (std::int64_t i = 0; i < kKeys; ++i) {
      const RecordedAnswer answer{
          kRequestId, object(R"({"MessageId":"sesame-100001-date-20260301090000-9aT2kQm4ZxLp1"})")};
      record_answer(writer, call("order-" + std::to_string(i)), answer, kNow + i);
    }
  });
  EXPECT_LE((bytes() - before) / kKeys, 160 * 1024 * 1024 / 1'000'000);
}

TEST(CallsUnderWayTest, a_key_has_one_place) {
  CallsUnderWay calls;
  {
    auto first = calls.begin(call("k").key);
    ASSERT_TRUE(first);
    const auto second = calls.begin(call("k").key);
    ASSERT_FALSE(second);
    EXPECT_TRUE(second.error().is(errors::kIdempotencyKeyUnderWay));
    EXPECT_TRUE(calls.begin(call("l").key));
    const CallsUnderWay::Place moved = std::move(*first);
    EXPECT_FALSE(calls.begin(call("k").key));
  }
  EXPECT_TRUE(calls.begin(call("k").key));
}

TEST(CallsUnderWayTest, the_place_of_a_call_that_was_cut_off_outlives_the_others) {
  std::optional<CallsUnderWay::Place> place;
  {
    CallsUnderWay calls;
    auto begun = calls.begin(call("k").key);
    ASSERT_TRUE(begun);
    place.emplace(std::move(*begun));
  }
  place.reset();  // The sanitizers complain of what is used after its end.
}

}  // namespace
}  // namespace sesame::cloudapi

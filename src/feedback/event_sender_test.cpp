#include "feedback/event_sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "feedback/event_body.hpp"
#include "testkit/eventually.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::feedback {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

StoredMail some_mail(const accounts::Scope& scope) {
  StoredMail mail;
  mail.scope = scope;
  mail.message_id = "qcloudses-30-1";
  mail.from_address = "news@shop.test";
  mail.to_address = "ann@post.test";
  mail.requested_ms = 1'761'555'487'000;
  mail.app_id = "1251000000";
  mail.sender_domain = "shop.test";
  mail.header_id = "1@shop.test";
  mail.subject = "Offers";
  mail.template_id = 5;
  return mail;
}

TEST(EventBody, has_the_documented_fields_in_their_order) {
  Event event{
      EventKind::bounce, some_mail({1, "ap-guangzhou"}), 1'654'064'683'000, "551 5.1.1 no", true, "", ""};
  event.mail.callback_headers = {{"X-Tencentcloudses-Cb-Order", "17"}};
  EXPECT_EQ(
      event_body(event),
      R"({"event":"bounce","email":"ann@post.test","bulkId":"qcloudses-30-1","timestamp":1654064683,)"
      R"("reason":"551 5.1.1 no","bounceType":"hard_bounce","username":"1251000000","from":"news@shop.test",)"
      R"("fromDomain":"shop.test","templateId":5,"subject":"Offers","messageId":"1@shop.test","eventid":3,)"
      R"("sentTimestamp":1761555487,"X-Tencentcloudses-Cb-Order":"17"})");
}

TEST(EventBody, tells_of_each_kind_what_belongs_to_it) {
  Event event{EventKind::click, some_mail({1, "ap-guangzhou"}), 0, "unused", false, "https://shop.test/",
              "Browser"};
  event.mail.task_id = 9;
  EXPECT_THAT(event_body(event), HasSubstr(R"("link":"https://shop.test/")"));
  EXPECT_THAT(event_body(event), HasSubstr(R"("useragent":"Browser")"));
  EXPECT_THAT(event_body(event), HasSubstr(R"("taskId":9)"));
  EXPECT_THAT(event_body(event), testing::Not(HasSubstr("reason")));
  const std::vector<std::pair<EventKind, std::string>> names{
      {EventKind::delivered, "delivered"}, {EventKind::dropped, "dropped"},
      {EventKind::bounce, "bounce"},       {EventKind::open, "open"},
      {EventKind::click, "click"},         {EventKind::spamreport, "spamreport"},
      {EventKind::deferred, "deferred"},   {EventKind::unsubscribe, "unsubscribe"}};
  for (const auto& [kind, name] : names) {
    event.kind = kind;
    EXPECT_THAT(event_body(event), StartsWith(R"({"event":")" + name + "\""));
    EXPECT_THAT(event_body(event), HasSubstr(R"("eventid":)" + std::to_string(static_cast<int>(kind)) + ","));
  }
}

/// A receiver of which the test is the master.
class EventSenderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto box = accounts::SecretBox::open(database_.folder(), random_);
    ASSERT_TRUE(box);
    box_ = std::make_unique<accounts::SecretBox>(std::move(*box));
    Webhook webhook;
    webhook.scope = scope_;
    webhook.url = "https://shop.test/events";
    ASSERT_TRUE(database_.change([&](storage::Writer& writer) {
      return save_webhook(writer, *box_, random_, webhook, false, clock_.now_ms());
    }));
    directory_.set(database_.look([](storage::Reader& reader) { return enabled_webhooks(reader); }));
    options_.look_every = std::chrono::milliseconds(2);
  }
  void queue(std::size_t count, std::int64_t waiting_max = 1'000'000) {
    EventQueue events(directory_, clock_, waiting_max);
    std::vector<Event> all(count, Event{EventKind::delivered, some_mail(scope_), 0, "", false, "", ""});
    database_.change([&](storage::Writer& writer) { events.queue(writer, all); });
  }
  void run(std::function<unsigned(const net::HttpPost&)> answer) {
    answer_ = std::move(answer);
    sender_ = std::make_unique<EventSender>(
        *database_, *box_, directory_, clock_,
        [this](net::HttpPost post, net::HttpPoster::Done done) {
          const unsigned status = answer_(post);
          done({status, status == 0 ? "no answer" : ""});
        },
        options_);
    sender_->start();
  }
  std::int64_t count(EventState state) {
    EventFilter filter;
    filter.webhook_id = 1;
    filter.state = state;
    return database_.look([&](storage::Reader& reader) { return list_events(reader, scope_, filter); })
        ->total;
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_{3};
  const accounts::Scope scope_{1, "ap-guangzhou"};
  std::unique_ptr<accounts::SecretBox> box_;
  WebhookDirectory directory_;
  EventSenderOptions options_;
  std::function<unsigned(const net::HttpPost&)> answer_;
  std::unique_ptr<EventSender> sender_;
};

TEST_F(EventSenderTest, TellsEverythingOnce) {
  queue(300);
  std::atomic<int> told = 0;
  run([&](const net::HttpPost&) {
    ++told;
    return 204U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 300; }));
  EXPECT_EQ(told, 300);
}

TEST_F(EventSenderTest, GivesUpAfterADayOfRetries) {
  queue(1);
  std::atomic<int> tries = 0;
  run([&](const net::HttpPost&) {
    ++tries;
    return 500U;
  });
  for (int step = 0; step < 200 && count(EventState::given_up) == 0; ++step) {
    const int before = tries;
    clock_.advance(std::chrono::minutes(10));
    testkit::eventually([&] { return tries > before; }, std::chrono::milliseconds(20));
  }
  EXPECT_EQ(count(EventState::given_up), 1);
  // At once, then after 1, 5, 30 minutes, 2 hours and every 6 hours.
  EXPECT_GE(tries, 6);
  EXPECT_LE(tries, 9);
}

TEST_F(EventSenderTest, AsksAReceiverThatFailsWithOneEventAtATime) {
  queue(100);
  std::atomic<int> tries = 0;
  run([&](const net::HttpPost&) {
    ++tries;
    return 0U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return tries >= 8; }));
  const int first = tries;
  for (int i = 0; i < 5; ++i) {
    clock_.advance(std::chrono::minutes(5));
    const int before = tries;
    EXPECT_TRUE(testkit::eventually([&] { return tries > before; }));
  }
  EXPECT_LE(tries, first + 10);
  EXPECT_EQ(count(EventState::waiting), 100);
}

TEST_F(EventSenderTest, KeepsNoMoreThanSoManyForAReceiverThatIsAway) {
  queue(15, 10);
  EXPECT_EQ(count(EventState::waiting), 10);
}

TEST_F(EventSenderTest, WhatWasGivenUpCanBeToldAgain) {
  options_.lifetime = std::chrono::minutes(20);
  queue(3);
  std::atomic<unsigned> status = 500;
  run([&](const net::HttpPost&) { return status.load(); });
  for (int i = 0; i < 100 && count(EventState::given_up) < 3; ++i) {
    clock_.advance(std::chrono::minutes(10));
    testkit::eventually([&] { return count(EventState::given_up) == 3; }, std::chrono::milliseconds(20));
  }
  status = 200;
  const auto again = database_.change(
      [&](storage::Writer& writer) { return tell_again(writer, scope_, 1, {}, clock_.now_ms(), 100); });
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 3);
  clock_.advance(std::chrono::minutes(6));
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 3; }));
}

TEST(EventSignature, IsTheHmacOfTimeAndBody) {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(event_signature("key", 1'700'000'000, "{}"),
            "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
}

}  // namespace
}  // namespace sesame::feedback

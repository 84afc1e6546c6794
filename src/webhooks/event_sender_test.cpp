#include "webhooks/event_sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "testkit/eventually.hpp"
#include "webhooks/webhook_fixture.hpp"

namespace sesame::webhooks {
namespace {

/// A receiver whose replies the test chooses.
class EventSenderTest : public WebhookStore {
 protected:
  void SetUp() override {
    WebhookStore::SetUp();
    ASSERT_TRUE(save(webhook_of("")));
    options_.look_every = std::chrono::milliseconds(2);
  }
  void queue(std::size_t count, std::int64_t waiting_max = 1'000'000) {
    WebhookStore::queue(delivered(), count, waiting_max);
  }
  void run(std::function<unsigned(const net::HttpPost&)> answer) {
    answer_ = std::move(answer);
    sender_ = std::make_unique<EventSender>(
        *database_, *box_, directory_, clock_,
        [this](net::HttpPost post, net::HttpPoster::Done done) {
          const unsigned status = answer_(post);
          done({status, status == 0 ? "no answer" : ""});
        },
        options_, &hold_);
    sender_->start();
  }
  EventSenderOptions options_;
  messages::Hold hold_;
  std::function<unsigned(const net::HttpPost&)> answer_;
  std::unique_ptr<EventSender> sender_;
};

TEST_F(EventSenderTest, posts_every_event_once) {
  queue(300);
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost&) {
    ++posts;
    return 204U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 300; }));
  EXPECT_EQ(posts, 300);
}

TEST_F(EventSenderTest, posts_and_gives_up_nothing_while_delivery_is_held) {
  WebhookStore::queue(delivered(), 3);
  Webhook disabled = webhook_of("off@shop.test");
  ASSERT_TRUE(save(disabled));
  WebhookStore::queue(delivered("off@shop.test"));
  disabled.enabled = false;
  ASSERT_TRUE(save(disabled));
  clock_.advance(std::chrono::hours(100));
  hold_.begin(clock_.now_ms());
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost&) {
    ++posts;
    return 200U;
  });
  // Each costs a sync, in which the sender would have had its turn.
  for (int i = 0; i < 20; ++i) database_.change([](storage::Writer& writer) { writer.publish({1}); });
  EXPECT_EQ(posts, 0);
  EXPECT_EQ(count(EventState::waiting), 3);
  EXPECT_EQ(count(EventState::waiting, 2), 1);
  hold_.end();
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 3; }));
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::given_up, 2) == 1; }));
  EXPECT_EQ(posts, 3);
}

TEST_F(EventSenderTest, gives_up_after_a_day_of_retries) {
  queue(1);
  const std::int64_t queued_ms = clock_.now_ms();
  std::atomic<int> tries = 0;
  std::atomic<std::int64_t> last_try_ms = 0;
  run([&](const net::HttpPost&) {
    ++tries;
    last_try_ms = clock_.now_ms();
    return 500U;
  });
  for (int attempt = 1; attempt <= 20 && count(EventState::given_up) == 0; ++attempt) {
    ASSERT_TRUE(testkit::eventually([&] { return number("SELECT attempts FROM webhook_event") == attempt; }));
    const std::int64_t next_ms = number("SELECT next_attempt_ms FROM webhook_event");
    // The receiver's pause ends at most five minutes after its failure.
    clock_.advance(std::chrono::milliseconds(next_ms - clock_.now_ms()) + std::chrono::minutes(5));
  }
  EXPECT_EQ(count(EventState::given_up), 1);
  // Attempts come at once, after 1, 5 and 30 minutes, 2 hours, every 6 hours, and at the end of the lifetime.
  EXPECT_GE(last_try_ms - queued_ms, 24 * 3'600'000);
  EXPECT_GE(tries, 6);
  EXPECT_LE(tries, 9);
}

TEST_F(EventSenderTest, an_event_that_waited_behind_others_is_not_given_up_for_one_failure) {
  queue(300);
  clock_.advance(std::chrono::hours(25));
  std::atomic<int> tries = 0;
  run([&](const net::HttpPost&) { return ++tries == 1 ? 503U : 200U; });
  EXPECT_TRUE(testkit::eventually([&] {
    clock_.advance(std::chrono::minutes(1));
    return count(EventState::accepted) == 300;
  }));
  EXPECT_EQ(count(EventState::given_up), 0);
}

/// The number in X-Sesame-Event-Id.
int event_id(const net::HttpPost& post) {
  for (const auto& [name, value] : post.headers) {
    if (name == "X-Sesame-Event-Id") return std::stoi(value);
  }
  return 0;
}

TEST_F(EventSenderTest, refused_events_rest_alone) {
  queue(1'000);
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost& post) {
    ++posts;
    return event_id(post) % 2 == 0 ? 404U : 200U;
  });
  // The clock stands still: a lane that rested once would never go on.
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 500; }));
  EXPECT_TRUE(
      testkit::eventually([&] { return number("SELECT sum(attempts) FROM webhook_event") == 1'000; }));
  EXPECT_EQ(posts, 1'000);
}

TEST_F(EventSenderTest, a_receiver_that_fails_at_times_keeps_its_pace) {
  queue(1'000);
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost&) { return ++posts % 3 == 0 ? 500U : 200U; });
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 667; }));
}

TEST_F(EventSenderTest, a_renewed_secret_signs_beside_the_former_one_for_a_day) {
  queue(1);
  std::mutex mutex;
  std::vector<std::size_t> signatures;
  run([&](const net::HttpPost& post) {
    const std::lock_guard lock(mutex);
    const std::string& value = post.headers.at(2).second;
    signatures.push_back(static_cast<std::size_t>(std::ranges::count(value, ',')));
    return 200U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 1; }));
  ASSERT_TRUE(save(webhook_of(""), true));
  queue(1);
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 2; }));
  clock_.advance(std::chrono::hours(24));
  queue(1);
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 3; }));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(signatures, (std::vector<std::size_t>{1, 2, 1}));
}

TEST_F(EventSenderTest, a_failing_receiver_gets_one_event_at_a_time) {
  queue(100);
  std::atomic<int> tries = 0;
  run([&](const net::HttpPost&) {
    ++tries;
    return 0U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return tries >= 8; }));
  const int first = tries;
  for (int i = 0; i < 5; ++i) {
    const int before = tries;
    clock_.advance(std::chrono::minutes(5));
    EXPECT_TRUE(testkit::eventually([&] { return tries > before; }));
  }
  EXPECT_LE(tries, first + 10);
  EXPECT_EQ(count(EventState::waiting), 100);
}

TEST_F(EventSenderTest, unrecorded_results_do_not_cause_a_flood_of_posts) {
  queue(100);
  database_.change([](storage::Writer& writer) {
    writer.run(
        {"test.full_disk",
         "CREATE TRIGGER full_disk BEFORE UPDATE ON webhook_event BEGIN SELECT RAISE(ABORT, 'full'); END"});
  });
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost&) {
    ++posts;
    return 200U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return posts >= 8; }));
  const int first = posts;
  // While the clock stands still, the lane stays paused; a sender that ignores the pause exceeds the count
  // within the second.
  EXPECT_FALSE(testkit::eventually([&] { return posts > first + 16; }, std::chrono::seconds(1)));
  database_.change([](storage::Writer& writer) { writer.run({"test.space", "DROP TRIGGER full_disk"}); });
  EXPECT_TRUE(testkit::eventually([&] {
    clock_.advance(std::chrono::seconds(2));
    return count(EventState::accepted) == 100;
  }));
}

TEST_F(EventSenderTest, limits_the_waiting_events_of_a_receiver_that_is_away) {
  queue(15, 10);
  EXPECT_EQ(count(EventState::waiting), 10);
}

TEST_F(EventSenderTest, redelivers_events_that_were_given_up) {
  options_.lifetime = std::chrono::minutes(20);
  queue(3);
  std::atomic<unsigned> status = 500;
  run([&](const net::HttpPost&) { return status.load(); });
  EXPECT_TRUE(testkit::eventually([&] {
    clock_.advance(std::chrono::minutes(1));
    return count(EventState::given_up) == 3;
  }));
  status = 200;
  const auto again = database_.change(
      [&](storage::Writer& writer) { return redeliver(writer, scope_, {.webhook_id = 1}, clock_.now_ms()); });
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, 3);
  // A failure that was under way may prolong the pause by five minutes.
  EXPECT_TRUE(testkit::eventually([&] {
    clock_.advance(std::chrono::seconds(2));
    return count(EventState::accepted) == 3;
  }));
}

TEST_F(EventSenderTest, disabled_webhooks_get_no_posts_and_their_events_are_given_up_after_a_day) {
  queue(5);
  Webhook off = webhook_of("");
  off.enabled = false;
  ASSERT_TRUE(save(off));
  std::atomic<int> posts = 0;
  run([&](const net::HttpPost&) {
    ++posts;
    return 200U;
  });
  clock_.advance(std::chrono::hours(23));
  EXPECT_EQ(count(EventState::waiting), 5);
  clock_.advance(std::chrono::hours(2));
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::given_up) == 5; }));
  EXPECT_EQ(posts, 0);
}

TEST_F(EventSenderTest, posts_the_waiting_events_of_a_webhook_that_is_enabled_again) {
  queue(300);
  std::atomic<int> posts = 0;
  std::atomic<unsigned> status = 500;
  run([&](const net::HttpPost&) {
    ++posts;
    return status.load();
  });
  EXPECT_TRUE(testkit::eventually([&] { return posts > 0; }));
  Webhook webhook = webhook_of("");
  webhook.enabled = false;
  ASSERT_TRUE(save(webhook));
  webhook.enabled = true;
  status = 200;
  ASSERT_TRUE(save(webhook));
  clock_.advance(std::chrono::minutes(6));
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 300; }));
}

TEST_F(EventSenderTest, posts_waiting_events_to_a_changed_url) {
  queue(1);
  std::atomic<int> at_new = 0;
  run([&](const net::HttpPost& post) {
    if (post.url == "http://new.test/") ++at_new;
    return post.url == "http://new.test/" ? 200U : 404U;
  });
  EXPECT_TRUE(testkit::eventually([&] { return number("SELECT attempts FROM webhook_event") == 1; }));
  Webhook webhook = webhook_of("");
  webhook.url = "http://new.test/";
  ASSERT_TRUE(save(webhook));
  clock_.advance(std::chrono::minutes(6));
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 1; }));
  EXPECT_EQ(at_new, 1);
}

TEST_F(EventSenderTest, receivers_that_never_reply_delay_no_others) {
  ASSERT_TRUE(save(webhook_of("quick@shop.test")));
  queue(100);
  WebhookStore::queue(delivered("quick@shop.test"), 100);
  std::mutex mutex;
  std::vector<net::HttpPoster::Done> silent;
  options_.at_once_in_all = 8;
  sender_ = std::make_unique<EventSender>(
      *database_, *box_, directory_, clock_,
      [&](net::HttpPost post, net::HttpPoster::Done done) {
        const bool quick = std::ranges::any_of(post.headers, [](const auto& header) {
          return header.first == "X-Sesame-Event-Id" && std::stoi(header.second) > 100;
        });
        if (quick) return done({200, ""});
        const std::lock_guard lock(mutex);
        silent.push_back(std::move(done));
      },
      options_);
  sender_->start();
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted, 2) == 100; }));
  sender_.reset();
  EXPECT_LE(silent.size(), 8U);
}

TEST_F(EventSenderTest, counts_the_answers_that_come_after_its_last_post) {
  queue(3);
  std::mutex mutex;
  std::vector<net::HttpPoster::Done> under_way;
  sender_ = std::make_unique<EventSender>(
      *database_, *box_, directory_, clock_,
      [&](net::HttpPost, net::HttpPoster::Done done) {
        const std::lock_guard lock(mutex);
        under_way.push_back(std::move(done));
      },
      options_);
  sender_->start();
  ASSERT_TRUE(testkit::eventually([&] {
    const std::lock_guard lock(mutex);
    return under_way.size() == 3;
  }));
  sender_->stop_posting();
  under_way[0]({200, ""});
  under_way[1]({0, "no connection"});
  under_way[2]({.problem = "stopped", .stopped = true});
  sender_->stop();
  EXPECT_EQ(count(EventState::accepted), 1);
  EXPECT_EQ(count(EventState::waiting), 2);
  EXPECT_EQ(number("SELECT sum(attempts) FROM webhook_event"), 2) << "whether the third arrived is unknown";
}

TEST_F(EventSenderTest, slow_receivers_leave_half_of_the_places) {
  ASSERT_TRUE(save(webhook_of("quick@shop.test")));
  queue(100);
  std::mutex mutex;
  std::vector<net::HttpPoster::Done> slow;
  const auto waiting = [&] {
    const std::lock_guard lock(mutex);
    return slow.size();
  };
  std::atomic<std::size_t> slow_beside_quick = 0;
  options_.at_once_in_all = 8;
  sender_ = std::make_unique<EventSender>(
      *database_, *box_, directory_, clock_,
      [&](net::HttpPost post, net::HttpPoster::Done done) {
        const bool quick = std::ranges::any_of(post.headers, [](const auto& header) {
          return header.first == "X-Sesame-Event-Id" && std::stoi(header.second) > 100;
        });
        if (quick) {
          slow_beside_quick = std::max(slow_beside_quick.load(), waiting());
          return done({200, ""});
        }
        const std::lock_guard lock(mutex);
        slow.push_back(std::move(done));
      },
      options_);
  sender_->start();
  EXPECT_TRUE(testkit::eventually([&] { return waiting() == 8; }));
  clock_.advance(std::chrono::seconds(5));
  {
    const std::lock_guard lock(mutex);
    for (auto& done : slow) done({200, ""});
    slow.clear();
  }
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted) == 8; }));
  WebhookStore::queue(delivered("quick@shop.test"), 100);
  EXPECT_TRUE(testkit::eventually([&] { return count(EventState::accepted, 2) == 100; }));
  EXPECT_LE(slow_beside_quick, 4U);
  sender_.reset();
}

TEST(EventSignature, is_the_hmac_of_time_and_body) {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  const Secret key("key");
  EXPECT_EQ(event_signature(key, nullptr, 1'700'000'000, "{}"),
            "t=1700000000,v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
  const Secret other("other");
  EXPECT_EQ(event_signature(other, &key, 1'700'000'000, "{}"),
            event_signature(other, nullptr, 1'700'000'000, "{}") +
                ",v1=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae");
}

TEST(VerdictOf, separates_the_event_from_its_receiver) {
  const auto verdict = [](unsigned status) {
    net::HttpPosted posted;
    posted.status = status;
    return verdict_of(posted);
  };
  for (const unsigned status : {200U, 202U, 204U, 299U})
    EXPECT_EQ(verdict(status), Verdict::accepted) << status;
  for (const unsigned status : {400U, 404U, 405U, 409U, 410U, 413U, 422U, 451U})
    EXPECT_EQ(verdict(status), Verdict::refused) << status;
  for (const unsigned status : {0U, 301U, 307U, 401U, 403U, 408U, 425U, 500U, 502U, 503U, 504U})
    EXPECT_EQ(verdict(status), Verdict::failed) << status;
  EXPECT_EQ(verdict(429), Verdict::busy);
}

}  // namespace
}  // namespace sesame::webhooks

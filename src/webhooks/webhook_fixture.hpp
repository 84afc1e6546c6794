#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "webhooks/event_history.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::webhooks {

inline effects::SentMail some_mail(const accounts::Scope& scope) {
  effects::SentMail mail;
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

/// A database with webhooks, and functions that query it.
class WebhookStore : public testing::Test {
 protected:
  void SetUp() override {
    auto box = accounts::SecretBox::open(database_.folder(), random_);
    ASSERT_TRUE(box);
    box_ = std::make_unique<accounts::SecretBox>(std::move(*box));
  }
  Webhook webhook_of(const std::string& address) const {
    Webhook webhook;
    webhook.scope = scope_;
    webhook.address = address;
    webhook.url = "https://shop.test/events";
    return webhook;
  }
  Result<SavedWebhook> save(const WebhookChange& change) {
    auto saved = database_.change([&](storage::Writer& writer) {
      return save_webhook(writer, *box_, random_, change, clock_.now_ms());
    });
    refresh();
    return saved;
  }
  /// Saves all values of the webhook.
  Result<SavedWebhook> save(const Webhook& webhook, bool renew_secret = false) {
    return save(WebhookChange{webhook.scope, webhook.address, webhook.url, webhook.events, webhook.enabled,
                              renew_secret});
  }
  Status remove(const std::string& address) {
    auto removed = database_.change([&](storage::Writer& writer) -> Result<bool> {
      Status status = delete_webhook(writer, scope_, address);
      if (!status) return std::move(status).error();
      return true;
    });
    refresh();
    if (!removed) return removed.error();
    return Done{};
  }
  /// Updates the directory as the actions' commits do.
  void refresh() {
    directory_.set(database_.look([](storage::Reader& reader) { return all_webhooks(reader); }));
  }
  void queue(const effects::Event& event, std::size_t count = 1, std::int64_t waiting_max = 1'000'000) {
    EventQueue events(directory_, clock_, waiting_max);
    const std::vector<effects::Event> all(count, event);
    database_.change([&](storage::Writer& writer) { events.queue(writer, all); });
  }
  effects::Event delivered(const std::string& from = "news@shop.test") const {
    effects::Event event{effects::EventKind::delivered, some_mail(scope_), 0, "", false, "", ""};
    event.mail.from_address = from;
    return event;
  }
  EventPage list(std::int64_t webhook_id, std::optional<EventState> state = std::nullopt) {
    EventFilter filter;
    filter.webhook_id = webhook_id;
    filter.state = state;
    return *database_.look([&](storage::Reader& reader) { return list_events(reader, scope_, filter); });
  }
  std::int64_t count(EventState state, std::int64_t webhook_id = 1) { return list(webhook_id, state).total; }
  /// Ends all waiting events of the webhook with this state.
  void end_all(std::int64_t webhook_id, EventState state) {
    database_.change([&](storage::Writer& writer) {
      std::vector<PostResult> results;
      for (const QueuedEvent& event : due_events(writer, webhook_id, clock_.now_ms(), 1000))
        results.push_back({event.id, webhook_id, state, clock_.now_ms(), "HTTP"});
      record_results(writer, results);
    });
  }
  std::int64_t number(const char* sql) {
    return database_.look([&](storage::Reader& reader) {
      const auto row = reader.query({"test.number", sql});
      row->next();
      return row->next_integer();
    });
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_{3};
  const accounts::Scope scope_{1, "ap-guangzhou"};
  std::unique_ptr<accounts::SecretBox> box_;
  WebhookDirectory directory_;
};

}  // namespace sesame::webhooks

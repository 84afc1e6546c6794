#include "webhooks/webhooks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "webhooks/webhook_fixture.hpp"

namespace sesame::webhooks {
namespace {

class WebhooksTest : public WebhookStore {
 protected:
  std::optional<std::int64_t> webhook_for(const std::string& from,
                                          effects::EventKind kind = effects::EventKind::delivered) const {
    return directory_.find(scope_, from, kind);
  }
  std::string sealed() {
    return database_.look([](storage::Reader& reader) {
      const auto row = reader.query({"test.sealed", "SELECT sealed_secret FROM webhook"});
      row->next();
      const storage::Blob blob = row->next_blob();
      return std::string(reinterpret_cast<const char*>(blob.data()), blob.size());
    });
  }
  Result<WebhookSecrets> secrets(std::int64_t id) {
    return database_.look([&](storage::Reader& reader) { return webhook_secrets(reader, *box_, id); });
  }
  std::string secret(std::int64_t id) {
    auto opened = secrets(id);
    return opened ? std::string(opened->current.reveal()) : std::string(opened.error().reason());
  }
};

TEST_F(WebhooksTest, the_senders_webhook_takes_precedence_over_the_accounts) {
  EXPECT_TRUE(directory_.empty());
  const std::int64_t account = save(webhook_of(""))->id;
  const std::int64_t own = save(webhook_of("News@Shop.test"))->id;
  EXPECT_EQ(webhook_for("news@SHOP.test"), own);
  EXPECT_EQ(webhook_for("other@shop.test"), account);
  EXPECT_FALSE(directory_.find({2, "ap-guangzhou"}, "news@shop.test", effects::EventKind::delivered));
  EXPECT_FALSE(directory_.find({1, "ap-hongkong"}, "news@shop.test", effects::EventKind::delivered));
}

TEST_F(WebhooksTest, only_wanted_kinds_are_found) {
  Webhook webhook = webhook_of("");
  webhook.events = EventKinds();
  webhook.events.add(effects::EventKind::bounce);
  ASSERT_TRUE(save(webhook));
  EXPECT_TRUE(webhook_for("news@shop.test", effects::EventKind::bounce));
  EXPECT_FALSE(webhook_for("news@shop.test", effects::EventKind::open));
}

TEST_F(WebhooksTest, a_senders_disabled_webhook_hands_nothing_over_to_the_accounts) {
  const std::int64_t account = save(webhook_of(""))->id;
  Webhook own = webhook_of("news@shop.test");
  own.enabled = false;
  ASSERT_TRUE(save(own));
  EXPECT_EQ(webhook_for("news@shop.test"), std::nullopt);
  EXPECT_EQ(webhook_for("other@shop.test"), account);
  ASSERT_TRUE(remove("news@shop.test"));
  EXPECT_EQ(webhook_for("news@shop.test"), account);
}

TEST_F(WebhooksTest, no_webhook_is_found_when_all_are_disabled) {
  for (const std::string address : {"", "news@shop.test"}) {
    Webhook off = webhook_of(address);
    off.enabled = false;
    ASSERT_TRUE(save(off));
  }
  EXPECT_TRUE(directory_.empty());
  EXPECT_EQ(webhook_for("news@shop.test"), std::nullopt);
}

TEST_F(WebhooksTest, what_a_change_does_not_name_stays) {
  const auto row = [&] {
    return database_.look([](storage::Reader& reader) { return all_webhooks(reader); }).at(0);
  };
  WebhookChange change;
  change.scope = scope_;
  EXPECT_EQ(save(change).error().reason(), "webhooks.url_missing");
  change.url = "https://shop.test/a";
  const auto made = save(change);
  ASSERT_TRUE(made);
  EXPECT_TRUE(row().enabled);
  EXPECT_EQ(row().events.bits(), EventKinds::all().bits());
  EventKinds bounces;
  bounces.add(effects::EventKind::bounce);
  change.url.reset();
  change.events = bounces;
  change.enabled = false;
  ASSERT_TRUE(save(change));
  const std::string version = row().secret_version;

  WebhookChange other_url;
  other_url.scope = scope_;
  other_url.url = "https://shop.test/b";
  ASSERT_TRUE(save(other_url));
  WebhookChange renewal;
  renewal.scope = scope_;
  renewal.renew_secret = true;
  ASSERT_TRUE(save(renewal));
  EXPECT_EQ(row().url, "https://shop.test/b");
  EXPECT_EQ(row().events.bits(), bounces.bits());
  EXPECT_FALSE(row().enabled);
  EXPECT_NE(row().secret_version, version);
  EXPECT_EQ(row().id, made->id);
}

TEST_F(WebhooksTest, the_former_secret_signs_for_a_day) {
  const auto made = save(webhook_of(""));
  const std::int64_t now_ms = clock_.now_ms();
  EXPECT_FALSE(secrets(made->id)->former);
  ASSERT_TRUE(save(webhook_of(""), true));
  const auto renewed = secrets(made->id);
  ASSERT_TRUE(renewed->former_at(now_ms));
  EXPECT_EQ(renewed->former_at(now_ms)->reveal(), made->secret->reveal());
  EXPECT_TRUE(renewed->former_at(now_ms + kFormerSecretMs - 1));
  EXPECT_FALSE(renewed->former_at(now_ms + kFormerSecretMs));
  EXPECT_FALSE(renewed->former_at(now_ms - 1));  // The renewal was by a clock that was ahead.
}

TEST_F(WebhooksTest, the_secret_is_shown_when_it_is_made_and_stored_sealed) {
  const auto made = save(webhook_of(""));
  ASSERT_TRUE(made->secret);
  const std::string first(made->secret->reveal());
  EXPECT_EQ(secret(made->id), first);
  EXPECT_EQ(sealed().find(first), std::string::npos);
  EXPECT_FALSE(save(webhook_of(""))->secret);
  EXPECT_EQ(secret(made->id), first);
  const auto version = [&] {
    return database_.look([](storage::Reader& reader) { return all_webhooks(reader); }).at(0).secret_version;
  };
  const std::string first_version = version();
  const auto renewed = save(webhook_of(""), true);
  EXPECT_NE(version(), first_version);
  EXPECT_EQ(renewed->id, made->id);
  EXPECT_EQ(secret(made->id), renewed->secret->reveal());
  EXPECT_NE(secret(made->id), first);

  EXPECT_EQ(secret(77), "webhooks.webhook_missing");
}

TEST_F(WebhooksTest, refuses_urls_that_cannot_be_posted_to) {
  for (const std::string url :
       {"", "shop.test", "ftp://shop.test/", "http://", "https://a b.test/", "http://shop.test/\r\nX: y",
        "http://sh\xC3\xB6p.test/", "javascript:alert(1)"}) {
    Webhook webhook = webhook_of("");
    webhook.url = url;
    const auto saved = save(webhook);
    ASSERT_FALSE(saved) << url;
    EXPECT_EQ(saved.error().reason(), "webhooks.url_illegal") << url;
  }
  Webhook with_nul = webhook_of("");
  with_nul.url = std::string("http://shop.test/a\0b", 20);
  EXPECT_EQ(save(with_nul).error().reason(), "webhooks.url_illegal");
  Webhook longest = webhook_of("");
  longest.url = "https://shop.test/" + std::string(2048 - 18, 'x');
  EXPECT_TRUE(save(longest));
  longest.url += "x";
  EXPECT_FALSE(save(longest));
  for (const std::string url :
       {"http://127.0.0.1:9/", "https://[2001:db8::1]:8443/x?y=z", "HTTPS://Shop.test"}) {
    Webhook webhook = webhook_of("");
    webhook.url = url;
    EXPECT_TRUE(save(webhook)) << url;
  }
}

TEST_F(WebhooksTest, refuses_malformed_addresses) {
  const auto saved = save(webhook_of("nobody"));
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().reason(), "webhooks.address_illegal");
  EXPECT_EQ(remove("nobody").error().reason(), "webhooks.webhook_missing");
}

TEST_F(WebhooksTest, are_listed_the_accounts_first_and_within_their_scope) {
  ASSERT_TRUE(save(webhook_of("a@shop.test")));
  ASSERT_TRUE(save(webhook_of("")));
  ASSERT_TRUE(save(webhook_of("b@shop.test")));
  Webhook foreign = webhook_of("");
  foreign.scope.account_id = 2;
  ASSERT_TRUE(save(foreign));
  const WebhookPage page =
      database_.look([&](storage::Reader& reader) { return list_webhooks(reader, scope_, 0, 2); });
  EXPECT_EQ(page.total, 3);
  ASSERT_EQ(page.webhooks.size(), 2U);
  EXPECT_EQ(page.webhooks[0].address, "");
  EXPECT_EQ(page.webhooks[1].address, "a@shop.test");
}

}  // namespace
}  // namespace sesame::webhooks

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/scope.hpp"
#include "accounts/secret_box.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "effects/event.hpp"
#include "storage/database.hpp"

/// Where an account wants its events told. Plain functions for the inside of database jobs.
namespace sesame::webhooks {

/// The name of a kind in the documented body: "delivered", "dropped", "bounce", "open", "click",
/// "spamreport", "unsubscribe", "deferred".
std::string_view name_of(effects::EventKind kind);
/// Nothing for any other name.
std::optional<effects::EventKind> event_kind(std::string_view name);

/// A set of kinds.
class EventKinds {
 public:
  EventKinds() = default;
  explicit EventKinds(std::uint32_t bits) : bits_(bits) {}
  static EventKinds all() { return EventKinds(0x1fe); }

  void add(effects::EventKind kind) { bits_ |= bit(kind); }
  bool has(effects::EventKind kind) const { return (bits_ & bit(kind)) != 0; }
  std::uint32_t bits() const { return bits_; }

 private:
  static std::uint32_t bit(effects::EventKind kind) { return 1U << static_cast<unsigned>(kind); }
  std::uint32_t bits_ = 0;
};

struct Webhook {
  std::int64_t id = 0;
  accounts::Scope scope;
  std::string address;  // Of one sender; empty: of all that have none of their own.
  std::string url;
  EventKinds events = EventKinds::all();
  bool enabled = true;
  std::int64_t waiting = 0;  // Events still to be told.
  std::int64_t created_ms = 0;
  std::string secret_version;  // When read: another one for each secret.
};

struct SavedWebhook {
  std::int64_t id = 0;
  std::optional<Secret> secret;  // Set when it was made now: it is shown once.
};
/// Makes the webhook for its address, or changes it. A secret is made for a new one and with `renew_secret`.
/// Errors: "webhooks.url_illegal" (not http or https with a host, or longer than 2048 bytes; fact "value"),
/// "webhooks.address_illegal" (fact "value"), "webhooks.too_many_webhooks" (fact "limit").
Result<SavedWebhook> save_webhook(storage::Writer& writer, const accounts::SecretBox& box, Random& random,
                                  const Webhook& webhook, bool renew_secret, std::int64_t now_ms);

/// With it goes what it has not told yet, and its history (which delete_expired_events() removes). Error:
/// "webhooks.webhook_missing" (fact "value").
Status delete_webhook(storage::Writer& writer, const accounts::Scope& scope, std::string_view address);

struct WebhookPage {
  std::int64_t total = 0;
  std::vector<Webhook> webhooks;  // That of the account first, then by age.
};
WebhookPage list_webhooks(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                          std::int64_t limit);

/// All that are enabled, of all accounts.
std::vector<Webhook> enabled_webhooks(storage::Reader& reader);

/// Those that have events to tell, of all accounts, enabled or not.
std::vector<Webhook> webhooks_with_waiting(storage::Reader& reader);

/// Errors: "webhooks.webhook_missing", those of SecretBox::open_sealed.
Result<Secret> webhook_secret(storage::Reader& reader, const accounts::SecretBox& box, std::int64_t id);

inline constexpr std::int64_t kWebhooksMax = 1'000;  // Of an account in a region.

}  // namespace sesame::webhooks

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

/// The webhooks of accounts and senders. Plain functions inside database jobs.
namespace sesame::webhooks {

/// The name of a kind in the documented body: "delivered", "dropped", "bounce", "open", "click",
/// "spamreport", "unsubscribe", "deferred".
std::string_view name_of(effects::EventKind kind);
/// Finds the kind of a documented name. nullopt for any other name.
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
  std::string address;  // A sender; empty: all senders without a webhook of their own.
  std::string url;
  EventKinds events = EventKinds::all();
  bool enabled = true;
  std::int64_t waiting = 0;  // Waiting events.
  std::int64_t created_ms = 0;
  std::string secret_version;  // When read: differs for each secret.
};

/// The new values of a webhook. Absent ones stay as they are; a new webhook needs a URL, and posts all kinds
/// of events at once unless told otherwise.
struct WebhookChange {
  accounts::Scope scope;
  std::string address;  // As Webhook::address.
  std::optional<std::string> url;
  std::optional<EventKinds> events;
  std::optional<bool> enabled;
  bool renew_secret = false;
};
struct SavedWebhook {
  std::int64_t id = 0;
  std::optional<Secret> secret;  // Set when newly made: it is shown once.
};
/// Creates the webhook for its address, or changes it. A new webhook gets a secret; `renew_secret` replaces
/// it, and the former one signs beside it for kFormerSecretMs. Errors: errors::kUrlMissing,
/// errors::kUrlIllegal (not http or https with a host, or longer than 2048 bytes), errors::kAddressIllegal,
/// errors::kTooMany. Job: write.
Result<SavedWebhook> save_webhook(storage::Writer& writer, const accounts::SecretBox& box, Random& random,
                                  const WebhookChange& change, std::int64_t now_ms);

/// Deletes a webhook with its waiting events and its history (which delete_expired_events() removes). Error:
/// errors::kMissing. Job: write.
Status delete_webhook(storage::Writer& writer, const accounts::Scope& scope, std::string_view address);

struct WebhookPage {
  std::int64_t total = 0;
  std::vector<Webhook> webhooks;  // The account's webhook first, then by age.
};
WebhookPage list_webhooks(storage::Reader& reader, const accounts::Scope& scope, std::int64_t offset,
                          std::int64_t limit);

/// Reads the webhooks of all accounts, enabled and disabled. Job: read.
std::vector<Webhook> all_webhooks(storage::Reader& reader);

/// Reads the webhooks of all accounts that have waiting events, enabled or disabled. Job: read.
std::vector<Webhook> webhooks_with_waiting(storage::Reader& reader);

/// The keys that sign a webhook's posts.
struct WebhookSecrets {
  Secret current;
  // The secret before the last renewal, and when it stops signing: its receiver needs time to change over.
  std::optional<Secret> former;
  std::int64_t former_until_ms = 0;

  /// The former secret while it still signs, else null.
  const Secret* former_at(std::int64_t now_ms) const;
};
/// How long a renewed secret goes on signing beside the new one.
inline constexpr std::int64_t kFormerSecretMs = 86'400'000;

/// Opens the webhook's secrets. Errors: errors::kMissing, those of SecretBox::open_sealed. Job: read.
Result<WebhookSecrets> webhook_secrets(storage::Reader& reader, const accounts::SecretBox& box,
                                       std::int64_t id);

inline constexpr std::int64_t kWebhooksMax = 1'000;  // Per account and region.

}  // namespace sesame::webhooks

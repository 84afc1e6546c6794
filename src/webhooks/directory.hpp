#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/thread_safety.hpp"
#include "webhooks/webhooks.hpp"

namespace sesame::webhooks {

/// The webhooks in memory, by sender: most mail has no webhook and must not pay a look-up in the database.
/// Filled at start and by each commit that changes a webhook. Thread: any.
class WebhookDirectory {
 public:
  /// `webhooks`: all of them, the disabled ones too.
  void set(const std::vector<Webhook>& webhooks);

  /// Whether no event has a webhook.
  bool empty() const;
  /// Finds the webhook for events of this kind about mail from this address: the sender's own, or else the
  /// account's. nullopt when there is no such webhook, it is disabled, or it does not want the kind: a
  /// sender's disabled webhook hands nothing over to the account's.
  std::optional<std::int64_t> find(const accounts::Scope& scope, std::string_view from_address,
                                   effects::EventKind kind) const;

 private:
  struct Entry {
    std::int64_t id = 0;
    EventKinds events;  // None when disabled.
  };
  using Senders = std::map<std::string, Entry, std::less<>>;  // By comparison key; "": the account's webhook.
  using Entries = std::map<std::pair<std::int64_t, std::string>, Senders>;

  std::shared_ptr<const Entries> entries() const;

  mutable Mutex mutex_;
  std::shared_ptr<const Entries> entries_ SESAME_GUARDED_BY(mutex_) = std::make_shared<Entries>();
};

}  // namespace sesame::webhooks

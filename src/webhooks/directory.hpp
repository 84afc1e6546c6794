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

/// Which events are told to whom, in memory: most mail is nobody's to be told about, and must not pay for
/// asking. Filled at start and with each commit that changes a webhook. Safe from any thread.
class WebhookDirectory {
 public:
  void set(std::vector<Webhook> enabled);

  bool empty() const;
  /// The id of the webhook that is told of this kind of event of mail from that address: the sender's own, or
  /// else the account's.
  std::optional<std::int64_t> find(const accounts::Scope& scope, std::string_view from_address,
                                   effects::EventKind kind) const;

 private:
  struct Entry {
    std::int64_t id = 0;
    EventKinds events;
  };
  using Senders = std::map<std::string, Entry, std::less<>>;  // By comparison key; "": the account's.
  using Entries = std::map<std::pair<std::int64_t, std::string>, Senders>;

  std::shared_ptr<const Entries> entries() const;

  mutable Mutex mutex_;
  std::shared_ptr<const Entries> entries_ SESAME_GUARDED_BY(mutex_) = std::make_shared<Entries>();
};

}  // namespace sesame::webhooks

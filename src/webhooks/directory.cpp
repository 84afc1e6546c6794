#include "webhooks/directory.hpp"

#include <algorithm>
#include <utility>

#include "mime/address.hpp"

namespace sesame::webhooks {

void WebhookDirectory::set(const std::vector<Webhook>& webhooks) {
  auto entries = std::make_shared<Entries>();
  for (const Webhook& webhook : webhooks) {
    Senders& senders = (*entries)[{webhook.scope.account_id, webhook.scope.region}];
    const std::string key = webhook.address.empty() ? "" : mime::canonical_address(webhook.address);
    senders[key] = {webhook.id, webhook.enabled ? webhook.events : EventKinds()};
  }
  if (std::ranges::none_of(webhooks, &Webhook::enabled)) entries->clear();
  const MutexLock lock(mutex_);
  entries_ = std::move(entries);
}

std::shared_ptr<const WebhookDirectory::Entries> WebhookDirectory::entries() const {
  const MutexLock lock(mutex_);
  return entries_;
}

bool WebhookDirectory::empty() const { return entries()->empty(); }

std::optional<std::int64_t> WebhookDirectory::find(const accounts::Scope& scope,
                                                   std::string_view from_address,
                                                   effects::EventKind kind) const {
  const auto known = entries();
  if (known->empty()) return std::nullopt;
  const auto senders = known->find({scope.account_id, scope.region});
  if (senders == known->end()) return std::nullopt;
  auto entry = senders->second.find(mime::canonical_address(from_address));
  if (entry == senders->second.end()) entry = senders->second.find(std::string_view());
  if (entry == senders->second.end() || !entry->second.events.has(kind)) return std::nullopt;
  return entry->second.id;
}

}  // namespace sesame::webhooks

#include "server/webhook_assembly.hpp"

#include <utility>

#include "server/options.hpp"

namespace sesame::server {

Result<std::unique_ptr<WebhookAssembly>> WebhookAssembly::open(const Settings& settings,
                                                               StoreAssembly& store) {
  auto opened = std::make_unique<WebhookAssembly>();
  Result<webhooks::PostingOptions> posting = posting_options(settings);
  if (!posting) return std::move(posting).error();
  auto webhooks = store.database->get<std::vector<webhooks::Webhook>>(
      [](storage::Reader& reader) -> Result<std::vector<webhooks::Webhook>> {
        return webhooks::all_webhooks(reader);
      });
  if (!webhooks) return std::move(webhooks).error();
  opened->directory.set(*webhooks);
  opened->queue = std::make_unique<webhooks::EventQueue>(
      opened->directory, store.clock, settings.get<webhooks::EventQueueOptions>().waiting_max);
  opened->poster = std::make_unique<net::HttpPoster>(std::move(*posting));
  opened->sender = std::make_unique<webhooks::EventSender>(
      *store.database, *store.secrets, opened->directory, store.clock,
      [&poster = *opened->poster](net::HttpPost post, net::HttpPoster::Done done) {
        poster.post(std::move(post), std::move(done));
      },
      settings.get<webhooks::EventSenderOptions>(), &store.hold);
  opened->sender->start();
  return opened;
}

void WebhookAssembly::stop() {
  sender->stop_posting();
  poster->stop();
  sender->stop();
}

}  // namespace sesame::server

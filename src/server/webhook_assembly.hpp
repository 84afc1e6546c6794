#pragma once

#include <memory>

#include "net/http_poster.hpp"
#include "server/assembly.hpp"
#include "server/store_assembly.hpp"
#include "webhooks/event_queue.hpp"
#include "webhooks/event_sender.hpp"

namespace sesame::server {

/// The queue of events for webhooks, and the sender that posts them.
struct WebhookAssembly final : Assembly {
  webhooks::WebhookDirectory directory;
  std::unique_ptr<webhooks::EventQueue> queue;
  std::unique_ptr<net::HttpPoster> poster;
  std::unique_ptr<webhooks::EventSender> sender;

  /// Errors: the database's.
  static Result<std::unique_ptr<WebhookAssembly>> open(const Settings& settings, StoreAssembly& store);
  void stop() override;
};

}  // namespace sesame::server

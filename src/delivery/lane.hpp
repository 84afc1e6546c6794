#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "delivery/site.hpp"
#include "delivery/site_connection.hpp"
#include "net/task.hpp"

namespace sesame::delivery {

/// A site's connections on one event loop. Coroutines keep it, and through it the site, alive until they end.
/// Thread: loop.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  Lane(std::shared_ptr<Site> site, std::size_t loop, unsigned connections_max,
       std::function<void(std::function<net::Task<void>()>)> spawn)
      : site_(std::move(site)), loop_(loop), connections_max_(connections_max), spawn_(std::move(spawn)) {}

  std::size_t loop() const { return loop_; }
  void start();
  /// Opens connections for waiting mail and closes idle ones. The next tick does the rest.
  void balance();
  /// Ends the open connections.
  void abort();

 private:
  static net::Task<void> look_after(std::shared_ptr<Lane> self);
  static net::Task<void> run(std::shared_ptr<Lane> self, std::shared_ptr<SiteConnection> connection);

  void open_connections();

  const std::shared_ptr<Site> site_;
  const std::size_t loop_;
  const unsigned connections_max_;
  const std::function<void(std::function<net::Task<void>()>)> spawn_;
  std::vector<std::weak_ptr<SiteConnection>> connections_;  // Their coroutines own them.
};

}  // namespace sesame::delivery

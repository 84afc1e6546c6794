#include "delivery/lane.hpp"

#include <exception>
#include <utility>

#include "base/log.hpp"

namespace sesame::delivery {
namespace {

constexpr unsigned kUnusedTicks = 10;

}  // namespace

void Lane::start() {
  spawn_([self = shared_from_this()] { return look_after(self); });
}

void Lane::balance() {
  try {
    if (site_->waiting() > 0) site_->report_if_held();
    site_->wake_idle();
    site_->offer_room();
    if (!site_->stopping()) open_connections();
    site_->send_away_idle_since(site_->clock.steady_now() - site_->paced.idle());
  } catch (const std::exception& exception) {
    // An exception must end neither the loop's thread nor the lane.
    log_error("delivery.lane_failed", {{"cause", exception.what()}});
  }
}

void Lane::abort() {
  for (const std::weak_ptr<SiteConnection>& one : connections_) {
    if (const std::shared_ptr<SiteConnection> connection = one.lock()) connection->abort();
  }
}

/// Opens connections for mail that no opening connection will take, as far as the site allows.
void Lane::open_connections() {
  std::erase_if(connections_, [](const std::weak_ptr<SiteConnection>& one) { return one.expired(); });
  while (connections_.size() < connections_max_ && site_->waiting() > site_->connecting) {
    auto connection = std::make_shared<SiteConnection>(site_);
    if (!connection->begin()) return;
    connections_.push_back(connection);
    spawn_([self = shared_from_this(), connection] { return run(self, connection); });
  }
}

net::Task<void> Lane::look_after(std::shared_ptr<Lane> self) {
  struct Running {
    Site& site;
    ~Running() { site.lane_ended(); }
  };
  const Running running{*self->site_};
  while (!self->site_->stopping()) {
    // Most sites of a large list are dead or done: they are looked at seldom.
    const bool rests = !self->site_->options.keeps_mail && self->site_->is_unused();
    const unsigned ticks = rests ? kUnusedTicks : 1;
    co_await net::sleep_for(ticks * self->site_->options.tick);
    self->balance();
  }
}

net::Task<void> Lane::run(std::shared_ptr<Lane> self, std::shared_ptr<SiteConnection> connection) {
  const bool connected = co_await connection->open();
  if (connected) {
    self->balance();  // The server replies: more connections may open.
    co_await connection->work();
  }
  std::erase_if(self->connections_, [&connection](const auto& one) { return one.lock() == connection; });
  // A new connection is a new object: no state is carried over. Its place has to be free before.
  connection.reset();
  if (connected) self->balance();
}

}  // namespace sesame::delivery

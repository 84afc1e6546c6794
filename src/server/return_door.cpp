#include "server/return_door.hpp"

#include <utility>

#include "base/log.hpp"
#include "server/options.hpp"

namespace sesame::server {

Result<std::unique_ptr<ReturnDoor>> ReturnDoor::open(const Settings& settings, net::Loops& loops,
                                                     const Parts& parts) {
  Result<std::optional<smtp::ServerOptions>> options = return_server_options(settings);
  if (!options) return std::move(options).error();
  if (!*options) return std::unique_ptr<ReturnDoor>();
  std::unique_ptr<ReturnDoor> door(new ReturnDoor(settings, loops, parts, std::move(**options)));
  const Result<std::uint16_t> port = door->server_.start();
  if (!port) return listener_error(port.error(), "bounces.listen");
  log_info("returns.ready", {{"domain", door->addresses_.domain()}, {"port", *port}});
  return door;
}

ReturnDoor::ReturnDoor(const Settings& settings, net::Loops& loops, const Parts& parts,
                       smtp::ServerOptions options)
    : addresses_(parts.tokens, bounce_domain(settings),
                 settings.get<returns::ReturnOptions>().complaint_addresses),
      intake_({addresses_, parts.classifier, parts.effects, parts.clock},
              settings.get<returns::IntakeLimits>()),
      desk_({addresses_, intake_, parts.database, parts.pool}),
      server_(loops, desk_, std::move(options)) {}

ReturnDoor::~ReturnDoor() { stop(); }

void ReturnDoor::stop() { server_.stop(); }

}  // namespace sesame::server

#include "server/route_assembly.hpp"

#include <utility>

#include "server/direct_options.hpp"
#include "server/options.hpp"

namespace sesame::server {

Result<std::unique_ptr<RouteAssembly>> RouteAssembly::open(const Settings& settings, StoreAssembly& store) {
  auto opened = std::make_unique<RouteAssembly>();
  Result<std::unique_ptr<dns::AresResolver>> resolver = start_resolver(settings);
  if (!resolver) return std::move(resolver).error();
  opened->resolver = std::move(*resolver);
  opened->routes = std::make_unique<routing::Routes>(*opened->resolver, store.clock, store.random,
                                                     route_options(settings));
  return opened;
}

void RouteAssembly::stop() {
  routes->stop();
  resolver->stop();
}

}  // namespace sesame::server

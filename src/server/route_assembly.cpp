#include "server/route_assembly.hpp"

#include <utility>

#include "server/direct_options.hpp"
#include "server/options.hpp"

namespace sesame::server {

Result<std::unique_ptr<RouteAssembly>> RouteAssembly::open(
    const Settings& settings, StoreAssembly& store, std::shared_ptr<const shaping::RulesInForce> rules) {
  auto opened = std::make_unique<RouteAssembly>();
  Result<std::unique_ptr<dns::AresResolver>> resolver = start_resolver(settings);
  if (!resolver) return std::move(resolver).error();
  opened->resolver = std::move(*resolver);
  opened->routes = std::make_unique<routing::Routes>(*opened->resolver, store.clock, store.random,
                                                     route_options(settings, rules->get()->source_pools()));
  opened->sources = std::make_shared<delivery::SourceHealth>(store.clock);
  opened->source_names = std::make_unique<delivery::SourceNames>(*opened->resolver, std::move(rules),
                                                                 opened->sources, store.clock);
  return opened;
}

void RouteAssembly::tick() {
  routes->expire();
  source_names->tick();
}

void RouteAssembly::stop() {
  routes->stop();
  resolver->stop();
}

}  // namespace sesame::server

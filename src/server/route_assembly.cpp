#include "server/route_assembly.hpp"

#include <utility>

#include "base/log.hpp"
#include "routing/sts_fetch.hpp"
#include "routing/sts_rows.hpp"
#include "server/direct_options.hpp"
#include "server/options.hpp"

namespace sesame::server {

namespace {

routing::StsUseSource uses_by(std::shared_ptr<const shaping::RulesInForce> rules) {
  return {.use =
              [rules](std::span<const std::string> hosts, const std::string& destination) {
                return rules->get()->profile(hosts, destination).limits.mta_sts;
              },
          .epoch = [rules] { return rules->epoch(); }};
}

}  // namespace

Result<std::unique_ptr<RouteAssembly>> RouteAssembly::open(
    const Settings& settings, StoreAssembly& store, std::shared_ptr<const shaping::RulesInForce> rules) {
  auto opened = std::make_unique<RouteAssembly>();
  Result<std::unique_ptr<dns::AresResolver>> resolver = start_resolver(settings);
  if (!resolver) return std::move(resolver).error();
  opened->resolver = std::move(*resolver);
  opened->fetcher = std::make_unique<net::HttpFetcher>(net::HttpFetcherOptions{});
  opened->plain = std::make_unique<routing::Routes>(*opened->resolver, store.clock, store.random,
                                                    route_options(settings, rules->get()->source_pools()));
  opened->policies = std::make_unique<routing::StsPolicies>(
      *opened->resolver, routing::fetch_through(*opened->fetcher), store.clock);
  opened->routes =
      std::make_unique<routing::PolicedRoutes>(*opened->plain, *opened->policies, uses_by(rules));
  opened->sources = std::make_shared<delivery::SourceHealth>(store.clock);
  opened->source_names = std::make_unique<delivery::SourceNames>(*opened->resolver, std::move(rules),
                                                                 opened->sources, store.clock);
  if (Status status = opened->restore_policies(store); !status) return std::move(status).error();
  return opened;
}

Status RouteAssembly::restore_policies(const StoreAssembly& store) {
  database_ = store.database.get();
  const std::int64_t now_ms = store.clock.now_ms();
  auto kept = database_->get<routing::StsPolicyRows>([now_ms](storage::Reader& reader) {
    constexpr std::size_t kMost = routing::StsOptions{}.policies_max;
    return Result<routing::StsPolicyRows>(routing::read_sts_policies(reader, now_ms, kMost));
  });
  if (!kept) return std::move(kept).error();
  policies->restore(*kept);
  return Done{};
}

void RouteAssembly::keep_policies() {
  for (auto& [destination, row] : policies->take_changes())
    unkept_.insert_or_assign(destination, std::move(row));
  if (unkept_.empty()) return;
  const Status status =
      database_->write_and_wait(storage::Priority::bulk, [&](storage::Writer& writer) -> Status {
        routing::write_sts_policies(writer, unkept_);
        return Done{};
      });
  if (status) {
    unkept_.clear();
  } else {
    log_warning("delivery.sts_policies_not_kept", {{"reason", status.error().reason()}});
  }
}

void RouteAssembly::tick() {
  plain->expire();
  policies->expire();
  keep_policies();
  source_names->tick();
}

void RouteAssembly::stop() {
  plain->stop();
  policies->stop();
  fetcher->stop();
  resolver->stop();
  keep_policies();
}

}  // namespace sesame::server

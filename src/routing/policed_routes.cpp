#include "routing/policed_routes.hpp"

#include <utility>
#include <vector>

#include "base/log.hpp"
#include "routing/sts_counts.hpp"
#include "routing/sts_plan.hpp"

namespace sesame::routing {
namespace {

using smtp::StsUse;

const Plan* plan_of(const RoutePtr& route) { return route ? std::get_if<Plan>(route.get()) : nullptr; }

bool demands_nothing(const StsPolicyPtr& policy) {
  return policy == nullptr || policy->mode == StsPolicy::Mode::none;
}

}  // namespace

PolicedRoutes::PolicedRoutes(Routes& routes, StsPolicies& policies, StsUseSource uses)
    : routes_(routes), policies_(policies), uses_(std::move(uses)) {}

RoutePtr PolicedRoutes::known(std::string_view domain) {
  RoutePtr plain = routes_.known(domain);
  if (plan_of(plain) == nullptr) return plain;
  const std::string destination = *destination_of(domain);
  if (use_of(destination, plain).use == StsUse::off) return plain;
  const std::optional<StsPolicyPtr> policy = policies_.known(destination);
  return policy ? make(destination, plain, *policy) : nullptr;
}

void PolicedRoutes::find(std::string_view domain, Routes::Callback callback) {
  const std::optional<std::string> destination = destination_of(domain);
  if (!destination) return routes_.find(domain, std::move(callback));
  // The policy is looked up beside the route. Only the hosts tell whether it is wanted at all; most often the
  // rules say the same of all.
  if (uses_.use({}, *destination) != StsUse::off) policies_.find(*destination, [](const StsPolicyPtr&) {});
  routes_.find(domain, [this, name = *destination, callback = std::move(callback)](const RoutePtr& plain) {
    if (plan_of(plain) == nullptr || use_of(name, plain).use == StsUse::off) return callback(plain);
    police(name, plain, true, callback);
  });
}

/// `again`: a policy that leaves no host is looked up once more, since it may have changed.
void PolicedRoutes::police(const std::string& destination, const RoutePtr& plain, bool again,
                           Routes::Callback callback) {
  policies_.find(destination, [this, destination, plain, again,
                               callback = std::move(callback)](const StsPolicyPtr& policy) {
    const RoutePtr route = make(destination, plain, policy);
    if (again && plan_of(route) == nullptr && policies_.doubt(destination))
      return police(destination, plain, false, callback);
    callback(route);
  });
}

PolicedRoutes::Use PolicedRoutes::use_of(const std::string& destination, const RoutePtr& plain) {
  const std::uint64_t epoch = uses_.epoch();
  {
    const MutexLock lock(mutex_);
    const Made* const made = made_.find(destination);
    if (made != nullptr && made->plain == plain && made->epoch == epoch) return {made->use, epoch};
  }
  std::vector<std::string> hosts;
  for (const HostPlan& host : plan_of(plain)->hosts) hosts.push_back(host.host);
  const StsUse use = uses_.use(hosts, destination);
  const MutexLock lock(mutex_);
  Made& made = made_.touch(destination);
  made.plain = plain;
  made.epoch = epoch;
  made.use = use;
  made.route = nullptr;
  return {use, epoch};
}

/// The use was asked for before.
RoutePtr PolicedRoutes::make(const std::string& destination, const RoutePtr& plain,
                             const StsPolicyPtr& policy) {
  if (demands_nothing(policy)) return plain;
  const Use now = use_of(destination, plain);
  const MutexLock lock(mutex_);
  Made& made = made_.touch(destination);
  const bool is_current = made.plain == plain && made.epoch == now.epoch;
  if (is_current && made.policy == policy && made.route != nullptr) return made.route;
  StsPlan under = plan_under(*plan_of(plain), *policy, now.use == StsUse::follow, destination);
  auto route = std::make_shared<const Route>(std::move(under.route));
  if (!is_current) return route;  // Other rules, or another route, came meanwhile.
  made.policy = policy;
  made.route = std::move(route);
  note_unlisted(made, destination, plan_of(made.route) != nullptr, under.unlisted);
  return made.route;
}

/// Counts hosts that the policy does not name, and logs them when they are others.
void PolicedRoutes::note_unlisted(Made& made, const std::string& destination, bool has_route,
                                  const std::vector<std::string>& unlisted) {
  std::string hosts;
  for (const std::string& host : unlisted) hosts += (hosts.empty() ? "" : ",") + host;
  if (!unlisted.empty()) count_sts(has_route ? "unlisted" : "no_host");
  if (hosts != made.unlisted && !unlisted.empty()) {
    log(has_route ? Level::info : Level::warning, "routing.sts_hosts_unlisted",
        {{"domain", destination}, {"hosts", hosts}, {"mode", name_of(made.policy->mode)}});
  }
  made.unlisted = std::move(hosts);
}

}  // namespace sesame::routing

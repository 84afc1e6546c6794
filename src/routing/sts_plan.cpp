#include "routing/sts_plan.hpp"

#include <algorithm>
#include <utility>

namespace sesame::routing {
namespace {

constexpr unsigned kLater = 451;

/// Domains with the same servers share their connections only when the same of them may be used.
std::string demand_of(std::vector<std::string> hosts) {
  std::ranges::sort(hosts);
  std::string demand = "certificate";
  for (const std::string& host : hosts) demand.append("\n").append(host);
  return demand;
}

}  // namespace

StsPlan plan_under(const Plan& plan, const StsPolicy& policy, bool follow, const std::string& destination) {
  StsPlan made{plan, {}};
  Plan& under = std::get<Plan>(made.route);
  std::vector<std::string> listed;
  for (const HostPlan& host : plan.hosts)
    (policy.names(host.host) ? listed : made.unlisted).push_back(host.host);
  if (!follow || policy.mode != StsPolicy::Mode::enforce) {
    under.certificate = smtp::CertificateDemand::noted;
    under.site = plan.site.under("noted");
    return made;
  }
  if (listed.empty()) {
    made.route = NoRoute{kLater, "4.7.5", NoRoute::Kind::unreachable,
                         "The MTA-STS policy of " + destination + " names none of its mail hosts",
                         plan.valid_until_ms};
    return made;
  }
  std::erase_if(under.hosts, [&](const HostPlan& host) { return !policy.names(host.host); });
  under.certificate = smtp::CertificateDemand::required;
  under.site = plan.site.under(demand_of(std::move(listed)));
  return made;
}

}  // namespace sesame::routing

#include "delivery/plan_targets.hpp"

#include <algorithm>

namespace sesame::delivery {

std::vector<smtp::Target> targets_of(const routing::Plan& plan, const smtp::Target& model, std::size_t most) {
  std::vector<smtp::Target> targets;
  for (const routing::HostPlan& host : plan.hosts) {
    for (const net::Address& address : host.addresses) {
      if (targets.size() == most) return targets;
      if (model.source && model.source->is_v4() != address.is_v4()) continue;
      smtp::Target& target = targets.emplace_back(model);
      target.host = host.host;
      target.address = address;
      target.certificate = plan.certificate;
    }
  }
  return targets;
}

bool has_family(const routing::Plan& plan, bool v4) {
  return std::ranges::any_of(plan.hosts, [v4](const routing::HostPlan& host) {
    return std::ranges::any_of(host.addresses,
                               [v4](const net::Address& address) { return address.is_v4() == v4; });
  });
}

std::vector<std::string> hosts_of(const routing::Plan& plan) {
  std::vector<std::string> hosts;
  for (const routing::HostPlan& host : plan.hosts) hosts.push_back(host.host);
  return hosts;
}

}  // namespace sesame::delivery

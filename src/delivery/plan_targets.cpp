#include "delivery/plan_targets.hpp"

namespace sesame::delivery {

std::vector<smtp::Target> targets_of(const routing::Plan& plan, const smtp::Target& model, std::size_t most) {
  std::vector<smtp::Target> targets;
  for (const routing::HostPlan& host : plan.hosts) {
    for (const net::Address& address : host.addresses) {
      if (targets.size() == most) return targets;
      smtp::Target& target = targets.emplace_back(model);
      target.host = host.host;
      target.address = address;
    }
  }
  return targets;
}

std::vector<std::string> hosts_of(const routing::Plan& plan) {
  std::vector<std::string> hosts;
  for (const routing::HostPlan& host : plan.hosts) hosts.push_back(host.host);
  return hosts;
}

}  // namespace sesame::delivery

#include "delivery/source_choice.hpp"

#include <string>
#include <utility>

#include "delivery/plan_targets.hpp"

namespace sesame::delivery {

SourceOrder sources_for(const shaping::SourcePools& pools, const SourceHealth& health,
                        const routing::Plan& plan, std::string_view sender, std::string_view recipient) {
  if (pools.empty()) return {nullptr};
  SourceOrder wanted = pools.order(pools.pool_of(sender), recipient);
  std::erase_if(
      wanted, [&plan](const shaping::Source* source) { return !has_family(plan, source->address.is_v4()); });
  SourceOrder usable = health.usable(wanted);
  if (!recipient.empty() && !usable.empty()) usable.resize(1);
  return usable;
}

BySource by_source(std::vector<DueDraft> drafts, const shaping::SourcePools& pools,
                   const SourceHealth& health, const routing::Plan& plan) {
  BySource split;
  for (DueDraft& draft : drafts) {
    const std::string_view sender = messages::domain_of(draft.from_address);
    const SourceOrder sources = sources_for(pools, health, plan, sender, draft.to_address);
    (sources.empty() ? split.without : split.sources[sources.front()]).push_back(std::move(draft));
  }
  return split;
}

routing::NoRoute route_without_source(std::string_view domain) {
  routing::NoRoute route;
  route.enhanced = "4.4.4";  // RFC 3463 §3.5: unable to route.
  route.kind = routing::NoRoute::Kind::unreachable;
  route.text = "no source of the sender's pool has an address of the family that the servers of " +
               std::string(domain) + " have";
  return route;
}

smtp::Target model_for(const shaping::Source* source, const smtp::Target& model) {
  smtp::Target chosen = model;
  if (source == nullptr) return chosen;
  chosen.source = source->address;
  chosen.helo_name = source->helo_name;
  return chosen;
}

}  // namespace sesame::delivery

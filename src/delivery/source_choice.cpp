#include "delivery/source_choice.hpp"

#include <string>
#include <utility>

#include "delivery/plan_targets.hpp"
#include "messages/queues.hpp"

namespace sesame::delivery {

SourceOrder sources_for(const shaping::SourcePools& pools, const SourceHealth& health,
                        const routing::Plan& plan, std::string_view sender, std::string_view recipient) {
  if (pools.empty()) return {nullptr};
  SourceOrder wanted = pools.order(pools.pool_of(sender), recipient);
  std::erase_if(
      wanted, [&plan](const shaping::Source* source) { return !has_family(plan, source->address.is_v4()); });
  return health.usable(wanted);
}

BySource by_source(std::vector<DueDraft> drafts, const shaping::SourcePools& pools,
                   const SourceHealth& health, const routing::Plan& plan, const SourcePick& pick) {
  BySource split;
  for (DueDraft& draft : drafts) {
    SourceOrder sources{nullptr};
    if (!pools.empty())
      sources =
          sources_for(pools, health, plan, messages::queue_domain(draft.from_address), draft.to_address);
    (sources.empty() ? split.without : split.sources[pick(sources)]).push_back(std::move(draft));
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

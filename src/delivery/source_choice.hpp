#pragma once

#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include "delivery/due_draft.hpp"
#include "delivery/source_health.hpp"
#include "routing/plan.hpp"
#include "shaping/source_pools.hpp"
#include "smtp/target.hpp"

/// The choice of the address that a mail leaves from. Thread: any.
namespace sesame::delivery {

/// Sources in the order in which mail prefers them; nullptr stands for the address that the system chooses.
/// They live as long as the pools.
using SourceOrder = std::vector<const shaping::Source*>;

/// The sources that mail to this recipient may take. `sender`: a domain as of messages::queue_domain(). Empty
/// when no source of the sender's pool has an address of a family that the servers have.
SourceOrder sources_for(const shaping::SourcePools& pools, const SourceHealth& health,
                        const routing::Plan& plan, std::string_view sender, std::string_view recipient);

/// Mail by its source.
struct BySource {
  std::map<const shaping::Source*, std::vector<DueDraft>> sources;
  std::vector<DueDraft> without;  // sources_for() is empty for these.
};
/// Chooses one of the sources, which are not empty.
using SourcePick = std::function<const shaping::Source*(const SourceOrder&)>;
BySource by_source(std::vector<DueDraft> drafts, const shaping::SourcePools& pools,
                   const SourceHealth& health, const routing::Plan& plan, const SourcePick& pick);

/// The route of mail for which sources_for() is empty: it waits for a source that the operator adds.
routing::NoRoute route_without_source(std::string_view domain);

/// The model of targets that are reached from this source.
smtp::Target model_for(const shaping::Source* source, const smtp::Target& model);

}  // namespace sesame::delivery

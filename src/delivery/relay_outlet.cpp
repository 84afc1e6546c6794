#include "delivery/relay_outlet.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "delivery/lane.hpp"

namespace sesame::delivery {
namespace {

/// Time for connections to notice that they were aborted.
constexpr std::chrono::seconds kAbortPatience{2};

}  // namespace

struct RelayOutlet::Shared {
  Shared(RelayOptions options, net::Loops& the_loops, const Clock& clock, Random& random) : loops(the_loops) {
    std::vector<smtp::Target> targets{std::move(options.server)};
    auto shared_options = std::make_shared<const SiteOptions>(std::move(options));
    site = std::make_shared<Site>(0, std::move(shared_options), std::move(targets), clock, random);
  }

  void post_to_lanes(void (Lane::*what)()) {
    for (const std::shared_ptr<Lane>& lane : lanes)
      loops.post(lane->loop(), [lane, what] { ((*lane).*what)(); });
  }

  std::shared_ptr<Site> site;
  net::Loops& loops;
  std::vector<std::shared_ptr<Lane>> lanes;  // Constant after start().
  std::atomic<std::size_t> next_lane{0};
};

RelayOutlet::RelayOutlet(RelayOptions options, net::Loops& loops, const Clock& clock, Random& random)
    : shared_(std::make_shared<Shared>(std::move(options), loops, clock, random)) {}

RelayOutlet::~RelayOutlet() { stop(std::chrono::milliseconds(0)); }

void RelayOutlet::start(Dispatch& engine) {
  Shared& shared = *shared_;
  const auto loops = static_cast<unsigned>(shared.loops.size());
  const unsigned connections = std::max(shared.site->options.connections, 1U);
  for (unsigned i = 0; i < loops && i < connections; ++i) {
    const unsigned share = connections / loops + (i < connections % loops ? 1 : 0);
    net::Loops& all = shared.loops;
    auto spawn = [&all, i](std::function<net::Task<void>()> make) { all.spawn(i, std::move(make)); };
    shared.lanes.push_back(std::make_shared<Lane>(shared.site, i, share, std::move(spawn)));
  }
  shared.site->begin(engine, static_cast<int>(shared.lanes.size()));
  shared.post_to_lanes(&Lane::start);
}

void RelayOutlet::submit(std::vector<DueDraft> drafts) {
  if (!shared_->site->add(std::move(drafts))) return;
  const std::size_t turn = shared_->next_lane.fetch_add(1, std::memory_order_relaxed);
  const std::shared_ptr<Lane>& lane = shared_->lanes[turn % shared_->lanes.size()];
  shared_->loops.post(lane->loop(), [lane] { lane->balance(); });
}

void RelayOutlet::composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) {
  const std::size_t ordered = parcels.size() + missing.size();
  shared_->site->add_composed(std::move(parcels), ordered);
}

std::optional<OutletTrouble> RelayOutlet::trouble() const { return shared_->site->trouble(); }
std::optional<std::int64_t> RelayOutlet::slow_since_ms() const { return shared_->site->slow_since_ms(); }

void RelayOutlet::stop(std::chrono::milliseconds patience) {
  Site& site = *shared_->site;
  if (!site.stop()) return;
  if (!site.wait_until_quiet(patience)) {
    shared_->post_to_lanes(&Lane::abort);
    site.wait_until_quiet(kAbortPatience);
  }
  site.close();
}

}  // namespace sesame::delivery

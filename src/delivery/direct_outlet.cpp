#include "delivery/direct_outlet.hpp"

#include <map>
#include <string>
#include <utility>

#include "delivery/direct_sites.hpp"

namespace sesame::delivery {

DirectOutlet::DirectOutlet(DirectOptions options, RouteSource routes, ShapeSource shapes, net::Loops& loops,
                           const Clock& clock, Random& random)
    : sites_(std::make_shared<DirectSites>(std::move(options), routes.known, std::move(shapes), loops, clock,
                                           random)),
      routes_(std::move(routes)) {}

DirectOutlet::~DirectOutlet() { stop(std::chrono::milliseconds(0)); }

void DirectOutlet::start(Dispatch& engine) { sites_->start(engine); }

void DirectOutlet::submit(std::vector<DueDraft> drafts) {
  std::map<std::string, std::vector<DueDraft>, std::less<>> by_domain;
  for (DueDraft& draft : drafts)
    by_domain[std::string(messages::domain_of(draft.to_address))].push_back(std::move(draft));
  for (auto& [domain, mail] : by_domain) {
    // A function that is copied cannot own what is only moved.
    auto shared = std::make_shared<std::vector<DueDraft>>(std::move(mail));
    sites_->look_up(shared->size());
    routes_.find(domain, [sites = sites_, name = domain, shared](const routing::RoutePtr& route) {
      sites->give(*route, name, std::move(*shared));
    });
  }
}

messages::Admission* DirectOutlet::admission() { return sites_.get(); }

void DirectOutlet::tick() {
  sites_->keep_paths();
  sites_->sweep();
}

std::size_t DirectOutlet::sites() const { return sites_->count(); }

std::vector<SiteInView> DirectOutlet::list_sites() const { return sites_->sites(); }

std::vector<HeldPath> DirectOutlet::holds() const { return sites_->holds(); }

void DirectOutlet::find_route(std::string_view domain, std::function<void(routing::RoutePtr)> answer) const {
  routes_.find(domain, std::move(answer));
}

DestinationView DirectOutlet::look_at(const routing::Plan& plan, std::string_view domain) const {
  return sites_->look_at(plan, domain);
}

std::optional<HeldPath> DirectOutlet::end_hold(const std::string& path) { return sites_->end_hold(path); }

shaping::PathMemories DirectOutlet::memories(const std::vector<std::string>& paths) const {
  return sites_->memories(paths);
}

void DirectOutlet::composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) {
  sites_->composed(std::move(parcels), missing);
}

void DirectOutlet::stop(std::chrono::milliseconds patience) { sites_->stop(patience); }

}  // namespace sesame::delivery

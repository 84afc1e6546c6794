#include "delivery/direct_sites.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "delivery/plan_targets.hpp"
#include "delivery/reports.hpp"

namespace sesame::delivery {
namespace {

using Time = Site::Time;

SiteInView in_view(const KnownSite::Key& key, const KnownSite& entry) {
  return {key.servers, key.destination, entry.site, entry.hosts};
}

}  // namespace

DirectSites::DirectSites(DirectOptions options, KnownRoute known, ShapeSource shapes, net::Loops& loops,
                         const Clock& clock, Random& random)
    : options_(std::move(options)),
      known_route_(std::move(known)),
      loops_(loops),
      clock_(clock),
      random_(random),
      keep_(std::move(shapes.keep)),
      source_health_(std::move(shapes.sources)),
      paths_(shapes, clock) {
  options_.site.keeps_mail = false;
  options_.site.all_connections = std::make_shared<ConnectionLimit>(options_.connections);
  options_.site.read_reply = paths_.reply_reader();
  options_.site.source_failed = [health = source_health_](const net::Address& address) {
    health->failed(address);
  };
  site_options_ = std::make_shared<const SiteOptions>(std::move(options_.site));
}

void DirectSites::start(Dispatch& engine) {
  const MutexLock lock(mutex_);
  engine_ = &engine;
}

void DirectSites::begin_look() {
  // Places given to sites that are not up count until the mail there is counted.
  const std::size_t given_not_up = given_[kNotUp];
  given_.clear();
  given_[kNotUp] = given_not_up;
  if (clock_.steady_now() - counted_ >= kCountedFor) count_not_up();
}

void DirectSites::count_not_up() {
  counted_ = clock_.steady_now();
  given_.erase(kNotUp);
  not_up_ = 0;
  const MutexLock lock(mutex_);
  for (const auto& [key, entry] : sites_) {
    const Site::Load load = entry.site->load();
    if (!load.up) not_up_ += load.mails;
  }
}

std::optional<messages::Crowd> DirectSites::ask(const messages::PlaceRequest& mail) {
  if (mail.sandboxed) return std::nullopt;
  const routing::RoutePtr route = known_route_(mail.domain);
  if (!route) return ask_for_lookup(mail.urgent);
  if (const auto* plan = std::get_if<routing::Plan>(route.get())) return ask_site(*plan, mail);
  return std::nullopt;  // It is reported at once.
}

/// A destination that is looked up may turn out to be a site that is not up.
std::optional<messages::Crowd> DirectSites::ask_for_lookup(bool urgent) {
  if (left_unrouted() == 0 || (!urgent && room_not_up() == 0)) {
    refused_a_place_ = true;
    return kUnrouted;
  }
  ++given_[kUnrouted];
  return std::nullopt;
}

std::optional<messages::Crowd> DirectSites::ask_site(const routing::Plan& plan,
                                                     const messages::PlaceRequest& mail) {
  const MutexLock lock(mutex_);
  if (engine_ == nullptr) return std::nullopt;
  SourceOrder sources =
      sources_for(paths_.source_pools(), *source_health_, plan, mail.sender, mail.recipient);
  // Mail of several recipients may take any: a place at one of them is enough.
  if (!mail.recipient.empty() && sources.size() > 1) sources = {pick(sources, plan, mail.domain)};
  std::optional<messages::Crowd> crowd;
  for (const shaping::Source* source : sources) {
    crowd = ask_path(plan, source, mail);
    if (!crowd) break;
  }
  return crowd;
}

/// The source that mail prefers. While the servers cannot be reached from it, the next one of the other
/// family takes its mail: a host's addresses of one family may be out of reach (RFC 5321 §5.1).
const shaping::Source* DirectSites::pick(const SourceOrder& sources, const routing::Plan& plan,
                                         std::string_view domain) const {
  const shaping::Source* const first = sources.front();
  if (sources.size() == 1) return first;
  for (const shaping::Source* source : sources) {
    if (source != first && source->address.is_v4() == first->address.is_v4()) continue;
    const auto known = sites_.find(key_of(plan, domain, source));
    if (known == sites_.end() || !known->second.site->openings.pauses(clock_.steady_now())) return source;
  }
  return first;
}

std::optional<messages::Crowd> DirectSites::ask_path(const routing::Plan& plan, const shaping::Source* source,
                                                     const messages::PlaceRequest& mail) {
  const bool urgent = mail.urgent;
  const auto known = sites_.find(key_of(plan, mail.domain, source));
  const Site::Load load = known == sites_.end() ? Site::load_untried() : known->second.site->load();
  if (!load.up && !urgent && room_not_up() == 0) {
    refused_a_place_ = true;
    return kNotUp;
  }
  Entry& entry = known == sites_.end() ? entry_of(plan, mail.domain, source) : known->second;
  if (!urgent && entry.site->paced.keeps_waiting(mail.sender))
    return sender_crowds_.of(entry.site->number, mail.sender, last_number_);
  std::size_t& given = given_[entry.site->number];
  if (load.mails + given >= (urgent ? kUrgentFactor : 1) * load.limit) {
    entry.site->refused_a_place();
    return entry.site->number;
  }
  ++given;
  if (!load.up) ++given_[kNotUp];
  return std::nullopt;
}

std::size_t DirectSites::room(messages::Crowd crowd) {
  if (crowd == kUnrouted) return std::min(left_unrouted(), room_not_up());
  if (crowd == kNotUp) return room_not_up();
  const MutexLock lock(mutex_);
  if (const SenderCrowds::Crowd* held = sender_crowds_.find(crowd)) {
    const auto site = by_number_.find(held->site);
    if (site != by_number_.end() && site->second->paced.keeps_waiting(held->sender)) return 0;
    const std::uint64_t number = held->site;
    sender_crowds_.end(crowd);
    crowd = number;
  }
  const auto found = by_number_.find(crowd);
  const Site::Load load = found == by_number_.end() ? Site::load_untried() : found->second->load();
  const std::size_t taken = load.mails + given_[crowd];
  const std::size_t room = load.limit - std::min(load.limit, taken);
  return load.up ? room : std::min(room, room_not_up());
}

messages::CrowdReason DirectSites::reason_of(messages::Crowd crowd) {
  const MutexLock lock(mutex_);
  const SenderCrowds::Crowd* of_sender = sender_crowds_.find(crowd);
  const auto found = by_number_.find(of_sender == nullptr ? crowd : of_sender->site);
  if (found == by_number_.end()) return {};
  return reason_to_wait(*found->second, of_sender == nullptr ? std::string_view() : of_sender->sender);
}

std::size_t DirectSites::room_not_up() const {
  std::size_t taken = not_up_ + unrouted_;
  for (const messages::Crowd crowd : {kNotUp, kUnrouted}) {
    if (const auto given = given_.find(crowd); given != given_.end()) taken += given->second;
  }
  return options_.untried_mails - std::min(options_.untried_mails, taken);
}

std::size_t DirectSites::left_unrouted() const {
  const auto given = given_.find(kUnrouted);
  const std::size_t taken = unrouted_ + (given == given_.end() ? 0 : given->second);
  return options_.unrouted_mails - std::min(options_.unrouted_mails, taken);
}

/// Tells the engine that destinations were found. Sites that came up are seen at its regular look.
void DirectSites::offer_room() {
  if (!refused_a_place_.exchange(false)) return;
  const MutexLock lock(mutex_);
  if (engine_ != nullptr) engine_->has_room();
}

void DirectSites::give(const routing::Route& route, std::string_view domain, std::vector<DueDraft> drafts) {
  unrouted_ -= drafts.size();
  if (unrouted_ <= options_.unrouted_mails / 2) offer_room();
  const MutexLock lock(mutex_);
  if (engine_ == nullptr) return;
  if (const auto* none = std::get_if<routing::NoRoute>(&route)) {
    engine_->attempted(reports_without_route(std::move(drafts), *none));
    return;
  }
  const auto& plan = std::get<routing::Plan>(route);
  const auto pick_one = [&](const SourceOrder& sources)
                            SESAME_REQUIRES(mutex_) { return pick(sources, plan, domain); };
  BySource mail = by_source(std::move(drafts), paths_.source_pools(), *source_health_, plan, pick_one);
  for (auto& [source, of_source] : mail.sources) add(entry_of(plan, domain, source), std::move(of_source));
  if (!mail.without.empty())
    engine_->attempted(reports_without_route(std::move(mail.without), route_without_source(domain)));
}

void DirectSites::add(Entry& entry, std::vector<DueDraft> drafts) {
  entry.used = clock_.steady_now();
  if (!entry.site->add(std::move(drafts))) return;
  loops_.post(entry.lane->loop(), [lane = entry.lane] { lane->balance(); });
}

/// The site of a plan. Its domains may be given different addresses, by the time of their look-ups or by a
/// name server that takes turns: the next connection tries those of the newest plan.
DirectSites::Entry& DirectSites::entry_of(const routing::Plan& plan, std::string_view domain,
                                          const shaping::Source* source) {
  const Key key = key_of(plan, domain, source);
  Entry& entry = sites_[key];
  if (!entry.site) {
    begin_site(key, entry, plan, source);
  } else {
    keep_in_shape(key, entry);
    entry.site->set_targets(targets_of(plan, model_for(source, options_.target), options_.targets_per_site));
  }
  return entry;
}

DirectSites::Key DirectSites::key_of(const routing::Plan& plan, std::string_view domain,
                                     const shaping::Source* source) const {
  return {plan.site, paths_.destination_with_limits(domain), source == nullptr ? "" : source->name};
}

/// The shape by the rules in force.
Shape DirectSites::shape_of(const Key& key, Entry& entry) {
  entry.epoch = paths_.epoch();
  return paths_.shape_of(*entry.hosts, key);
}

/// Takes over the rules when they have changed.
void DirectSites::keep_in_shape(const Key& key, Entry& entry) {
  if (entry.epoch != paths_.epoch()) entry.site->set_shape(shape_of(key, entry));
}

void DirectSites::begin_site(const Key& key, Entry& entry, const routing::Plan& plan,
                             const shaping::Source* source) {
  entry.used = clock_.steady_now();
  entry.hosts = std::make_shared<const std::vector<std::string>>(hosts_of(plan));
  Shape shape = shape_of(key, entry);
  entry.site =
      std::make_shared<Site>(++last_number_, site_options_,
                             targets_of(plan, model_for(source, options_.target), options_.targets_per_site),
                             clock_, random_, std::move(shape));
  const std::size_t loop = plan.site.hash() % loops_.size();
  auto spawn = [&loops = loops_, loop](std::function<net::Task<void>()> make) {
    loops.spawn(loop, std::move(make));
  };
  entry.lane = std::make_shared<Lane>(entry.site, loop, options_.connections, std::move(spawn));
  by_number_.emplace(last_number_, entry.site);
  entry.site->begin(*engine_, 1);
  loops_.post(loop, [lane = entry.lane] { lane->start(); });
}

void DirectSites::composed(std::vector<Parcel> parcels, const std::vector<std::uint64_t>& missing) {
  for (auto& [number, mail] : by_site(std::move(parcels), missing)) {
    std::shared_ptr<Site> site;
    {
      const MutexLock lock(mutex_);
      const auto found = by_number_.find(number);
      if (found == by_number_.end()) continue;  // Stopped.
      site = found->second;
    }
    site->add_composed(std::move(mail.parcels), mail.ordered);
  }
}

/// The disk is waited for without the lock, so the newest memories are taken in the job: a hold that is ended
/// meanwhile does not come back with an older one.
void DirectSites::keep_paths() {
  {
    const MutexLock lock(mutex_);
    for (auto& [name, memory] : paths_.take_changes()) unkept_.insert_or_assign(name, std::move(memory));
    for (auto& [key, entry] : sites_) keep_in_shape(key, entry);
    if (unkept_.empty()) return;
  }
  shaping::PathMemories kept;
  const auto newest = [this, &kept] {
    const MutexLock lock(mutex_);
    return kept = unkept_;
  };
  if (!keep_(newest)) return;
  const MutexLock lock(mutex_);
  std::erase_if(unkept_, [&](const auto& one) {
    const auto found = kept.find(one.first);
    return found != kept.end() && found->second == one.second;
  });
}

void DirectSites::sweep() {
  const Time now = clock_.steady_now();
  const MutexLock lock(mutex_);
  std::erase_if(sites_, [&](const auto& one) SESAME_REQUIRES(mutex_) {
    const Entry& entry = one.second;
    if (now - entry.used < options_.unused || !entry.site->is_unused()) return false;
    // Its mail waits elsewhere for the next probe.
    if (entry.site->openings.pauses(now) || entry.site->paced.hold()) return false;
    entry.site->stop();  // Ends its lane, too.
    by_number_.erase(entry.site->number);
    sender_crowds_.end_site(entry.site->number);
    return true;
  });
}

std::size_t DirectSites::count() const {
  const MutexLock lock(mutex_);
  return sites_.size();
}

void DirectSites::stop(std::chrono::milliseconds patience) {
  std::vector<KnownSite> all;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(engine_, nullptr) == nullptr) return;
    for (const auto& [key, entry] : sites_) all.push_back(entry);
  }
  stop_sites(all, loops_, clock_, patience);
  keep_paths();
}

std::vector<SiteInView> DirectSites::sites() const {
  const MutexLock lock(mutex_);
  std::vector<SiteInView> all;
  all.reserve(sites_.size());
  for (const auto& [key, entry] : sites_) all.push_back(in_view(key, entry));
  return all;
}

std::vector<HeldPath> DirectSites::holds() const {
  const MutexLock lock(mutex_);
  return paths_.holds();
}

DestinationView DirectSites::look_at(const routing::Plan& plan, std::string_view domain) const {
  const MutexLock lock(mutex_);
  // Where there are several sources, the first that can be used stands for all.
  const SourceOrder sources = sources_for(paths_.source_pools(), *source_health_, plan, {}, {});
  const Key key = key_of(plan, domain, sources.empty() ? nullptr : sources.front());
  DestinationView view = paths_.look_at(hosts_of(plan), key);
  if (const auto known = sites_.find(key); known != sites_.end()) view.site = in_view(key, known->second);
  return view;
}

/// The engine asks again for mail that waited; lanes find at their next look that they may connect.
std::optional<HeldPath> DirectSites::end_hold(const std::string& path) {
  const MutexLock lock(mutex_);
  std::optional<HeldPath> ended = paths_.end_hold(path);
  if (!ended) return std::nullopt;
  unkept_.insert_or_assign(path, paths_.memory(path));
  if (engine_ != nullptr) engine_->has_room();
  return ended;
}

shaping::PathMemories DirectSites::memories(const std::vector<std::string>& paths) const {
  const MutexLock lock(mutex_);
  shaping::PathMemories memories;
  for (const std::string& path : paths) memories.emplace(path, paths_.memory(path));
  return memories;
}

}  // namespace sesame::delivery

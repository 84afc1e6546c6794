#include "delivery/direct_outlet.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/thread_safety.hpp"
#include "delivery/known_site.hpp"
#include "delivery/lane.hpp"
#include "delivery/paths.hpp"
#include "delivery/plan_targets.hpp"
#include "delivery/reports.hpp"
#include "delivery/sender_crowds.hpp"
#include "delivery/source_choice.hpp"

namespace sesame::delivery {
/// The sites that have mail or had some a moment ago. Thread: any, but for the Admission: feeder.
class DirectOutlet::Sites final : public messages::Admission {
 public:
  using Time = Site::Time;
  using KnownRoute = std::function<routing::RoutePtr(std::string_view)>;

  Sites(DirectOptions options, KnownRoute known, ShapeSource shapes, net::Loops& loops, const Clock& clock,
        Random& random)
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

  void start(Dispatch& engine) {
    const MutexLock lock(mutex_);
    engine_ = &engine;
  }
  void begin_look() override;
  std::optional<messages::Crowd> ask(const messages::PlaceRequest& mail) override;
  std::size_t room(messages::Crowd crowd) override;
  /// Counts mail whose destination is looked up; give() ends that.
  void look_up(std::size_t mails) { unrouted_ += mails; }
  /// Gives mail of one destination to its site, or reports it when there is none.
  void give(const routing::Route& route, std::string_view domain, std::vector<DueDraft> drafts);
  void composed(std::vector<Parcel> parcels, const std::vector<std::uint64_t>& missing);
  void sweep();
  void keep_paths();
  std::size_t count();
  void stop(std::chrono::milliseconds patience);

 private:
  using Entry = KnownSite;
  using Key = KnownSite::Key;

  /// Mail whose destination is not known yet, and mail of sites that are not up: each is one crowd.
  static constexpr messages::Crowd kUnrouted = 1;
  static constexpr messages::Crowd kNotUp = 2;
  /// Single sends are given more places than runs: they are few, and somebody waits for them.
  static constexpr std::size_t kUrgentFactor = 2;
  static constexpr std::chrono::milliseconds kCountedFor{50};

  std::optional<messages::Crowd> ask_for_lookup(bool urgent);
  std::optional<messages::Crowd> ask_site(const routing::Plan& plan, const messages::PlaceRequest& mail);
  std::optional<messages::Crowd> ask_path(const routing::Plan& plan, const shaping::Source* source,
                                          const messages::PlaceRequest& mail) SESAME_REQUIRES(mutex_);
  Key key_of(const routing::Plan& plan, std::string_view domain, const shaping::Source* source) const
      SESAME_REQUIRES(mutex_);
  std::size_t room_not_up() const;
  std::size_t left_unrouted() const;
  void count_not_up();
  void offer_room();
  Entry& entry_of(const routing::Plan& plan, std::string_view domain, const shaping::Source* source)
      SESAME_REQUIRES(mutex_);
  void begin_site(const Key& key, Entry& entry, const routing::Plan& plan, const shaping::Source* source)
      SESAME_REQUIRES(mutex_);
  Shape shape_of(const Key& key, Entry& entry) SESAME_REQUIRES(mutex_);
  void keep_in_shape(const Key& key, Entry& entry) SESAME_REQUIRES(mutex_);
  void add(Entry& entry, std::vector<DueDraft> drafts) SESAME_REQUIRES(mutex_);

  DirectOptions options_;  // But for those of the sites.
  std::shared_ptr<const SiteOptions> site_options_;
  const KnownRoute known_route_;
  net::Loops& loops_;
  const Clock& clock_;
  Random& random_;
  const std::function<bool(const shaping::PathMemories&)> keep_;
  const std::shared_ptr<SourceHealth> source_health_;
  Mutex mutex_;
  Dispatch* engine_ SESAME_GUARDED_BY(mutex_) = nullptr;  // Null before start() and after stop().
  Paths paths_ SESAME_GUARDED_BY(mutex_);
  std::map<Key, Entry> sites_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::uint64_t, std::shared_ptr<Site>> by_number_ SESAME_GUARDED_BY(mutex_);
  std::uint64_t last_number_ SESAME_GUARDED_BY(mutex_) = kNotUp;  // The number of a site is its crowd.

  SenderCrowds sender_crowds_ SESAME_GUARDED_BY(mutex_);

  std::atomic<std::size_t> unrouted_{0};
  std::atomic<bool> refused_a_place_{false};  // To mail of kUnrouted or kNotUp.
  shaping::PathMemories unkept_;              // Used only by tick() and, at the end, stop().
  // Used only on the feeder's thread.
  std::unordered_map<messages::Crowd, std::size_t> given_;  // Places in this look.
  std::size_t not_up_ = 0;                                  // Mails at sites that are not up,
  Time counted_{};                                          // at this time.
};

void DirectOutlet::Sites::begin_look() {
  // Places given to sites that are not up count until the mail there is counted.
  const std::size_t given_not_up = given_[kNotUp];
  given_.clear();
  given_[kNotUp] = given_not_up;
  if (clock_.steady_now() - counted_ >= kCountedFor) count_not_up();
}

void DirectOutlet::Sites::count_not_up() {
  counted_ = clock_.steady_now();
  given_.erase(kNotUp);
  not_up_ = 0;
  const MutexLock lock(mutex_);
  for (const auto& [key, entry] : sites_) {
    const Site::Load load = entry.site->load();
    if (!load.up) not_up_ += load.mails;
  }
}

std::optional<messages::Crowd> DirectOutlet::Sites::ask(const messages::PlaceRequest& mail) {
  if (mail.sandboxed) return std::nullopt;
  const routing::RoutePtr route = known_route_(mail.domain);
  if (!route) return ask_for_lookup(mail.urgent);
  if (const auto* plan = std::get_if<routing::Plan>(route.get())) return ask_site(*plan, mail);
  return std::nullopt;  // It is reported at once.
}

/// A destination that is looked up may turn out to be a site that is not up.
std::optional<messages::Crowd> DirectOutlet::Sites::ask_for_lookup(bool urgent) {
  if (left_unrouted() == 0 || (!urgent && room_not_up() == 0)) {
    refused_a_place_ = true;
    return kUnrouted;
  }
  ++given_[kUnrouted];
  return std::nullopt;
}

std::optional<messages::Crowd> DirectOutlet::Sites::ask_site(const routing::Plan& plan,
                                                             const messages::PlaceRequest& mail) {
  const MutexLock lock(mutex_);
  if (engine_ == nullptr) return std::nullopt;
  std::optional<messages::Crowd> crowd;
  const auto& pools = paths_.source_pools();
  for (const shaping::Source* source :
       sources_for(pools, *source_health_, plan, mail.sender, mail.recipient)) {
    crowd = ask_path(plan, source, mail);
    if (!crowd) break;
  }
  return crowd;
}

std::optional<messages::Crowd> DirectOutlet::Sites::ask_path(const routing::Plan& plan,
                                                             const shaping::Source* source,
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

std::size_t DirectOutlet::Sites::room(messages::Crowd crowd) {
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

std::size_t DirectOutlet::Sites::room_not_up() const {
  std::size_t taken = not_up_ + unrouted_;
  for (const messages::Crowd crowd : {kNotUp, kUnrouted}) {
    if (const auto given = given_.find(crowd); given != given_.end()) taken += given->second;
  }
  return options_.untried_mails - std::min(options_.untried_mails, taken);
}

std::size_t DirectOutlet::Sites::left_unrouted() const {
  const auto given = given_.find(kUnrouted);
  const std::size_t taken = unrouted_ + (given == given_.end() ? 0 : given->second);
  return options_.unrouted_mails - std::min(options_.unrouted_mails, taken);
}

/// Tells the engine that destinations were found. Sites that came up are seen at its regular look.
void DirectOutlet::Sites::offer_room() {
  if (!refused_a_place_.exchange(false)) return;
  const MutexLock lock(mutex_);
  if (engine_ != nullptr) engine_->has_room();
}

void DirectOutlet::Sites::give(const routing::Route& route, std::string_view domain,
                               std::vector<DueDraft> drafts) {
  unrouted_ -= drafts.size();
  if (unrouted_ <= options_.unrouted_mails / 2) offer_room();
  const MutexLock lock(mutex_);
  if (engine_ == nullptr) return;
  if (const auto* none = std::get_if<routing::NoRoute>(&route)) {
    engine_->attempted(reports_without_route(std::move(drafts), *none));
    return;
  }
  const auto& plan = std::get<routing::Plan>(route);
  BySource mail = by_source(std::move(drafts), paths_.source_pools(), *source_health_, plan);
  for (auto& [source, of_source] : mail.sources) add(entry_of(plan, domain, source), std::move(of_source));
  if (!mail.without.empty())
    engine_->attempted(reports_without_route(std::move(mail.without), route_without_source(domain)));
}

void DirectOutlet::Sites::add(Entry& entry, std::vector<DueDraft> drafts) {
  entry.used = clock_.steady_now();
  if (!entry.site->add(std::move(drafts))) return;
  loops_.post(entry.lane->loop(), [lane = entry.lane] { lane->balance(); });
}

/// The site of a plan. Its domains may be given different addresses, by the time of their look-ups or by a
/// name server that takes turns: the next connection tries those of the newest plan.
DirectOutlet::Sites::Entry& DirectOutlet::Sites::entry_of(const routing::Plan& plan, std::string_view domain,
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

DirectOutlet::Sites::Key DirectOutlet::Sites::key_of(const routing::Plan& plan, std::string_view domain,
                                                     const shaping::Source* source) const {
  return {plan.site, paths_.destination_with_limits(domain), source == nullptr ? "" : source->name};
}

/// The shape by the rules in force.
Shape DirectOutlet::Sites::shape_of(const Key& key, Entry& entry) {
  entry.epoch = paths_.epoch();
  return paths_.shape_of(entry.hosts, key);
}

/// Takes over the rules when they have changed.
void DirectOutlet::Sites::keep_in_shape(const Key& key, Entry& entry) {
  if (entry.epoch != paths_.epoch()) entry.site->set_shape(shape_of(key, entry));
}

void DirectOutlet::Sites::begin_site(const Key& key, Entry& entry, const routing::Plan& plan,
                                     const shaping::Source* source) {
  entry.used = clock_.steady_now();
  entry.hosts = hosts_of(plan);
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

void DirectOutlet::Sites::composed(std::vector<Parcel> parcels, const std::vector<std::uint64_t>& missing) {
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

/// Keeps what was learned since the last call. Without the lock, since it waits for the disk.
void DirectOutlet::Sites::keep_paths() {
  {
    const MutexLock lock(mutex_);
    for (auto& [name, memory] : paths_.take_changes()) unkept_.insert_or_assign(name, std::move(memory));
    for (auto& [key, entry] : sites_) keep_in_shape(key, entry);
  }
  if (!unkept_.empty() && keep_(unkept_)) unkept_.clear();
}

/// Forgets sites that nobody has used for a while.
void DirectOutlet::Sites::sweep() {
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

std::size_t DirectOutlet::Sites::count() {
  const MutexLock lock(mutex_);
  return sites_.size();
}

void DirectOutlet::Sites::stop(std::chrono::milliseconds patience) {
  std::vector<KnownSite> all;
  {
    const MutexLock lock(mutex_);
    if (std::exchange(engine_, nullptr) == nullptr) return;
    for (const auto& [key, entry] : sites_) all.push_back(entry);
  }
  stop_sites(all, loops_, clock_, patience);
  keep_paths();
}

DirectOutlet::DirectOutlet(DirectOptions options, RouteSource routes, ShapeSource shapes, net::Loops& loops,
                           const Clock& clock, Random& random)
    : sites_(
          std::make_shared<Sites>(std::move(options), routes.known, std::move(shapes), loops, clock, random)),
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

void DirectOutlet::composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) {
  sites_->composed(std::move(parcels), missing);
}

void DirectOutlet::stop(std::chrono::milliseconds patience) { sites_->stop(patience); }

}  // namespace sesame::delivery

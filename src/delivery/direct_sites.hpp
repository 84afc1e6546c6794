#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "delivery/direct_outlet.hpp"
#include "delivery/known_site.hpp"
#include "delivery/paths.hpp"
#include "delivery/sender_crowds.hpp"
#include "delivery/site_view.hpp"
#include "delivery/source_choice.hpp"
#include "messages/admission.hpp"
#include "net/loops.hpp"
#include "routing/plan.hpp"

namespace sesame::delivery {

/// The sites that have mail or had some a moment ago. Thread: any, but for the Admission: feeder.
class DirectSites final : public messages::Admission {
 public:
  using KnownRoute = std::function<routing::RoutePtr(std::string_view)>;

  /// References outlive it.
  DirectSites(DirectOptions options, KnownRoute known, ShapeSource shapes, net::Loops& loops,
              const Clock& clock, Random& random);

  void start(Dispatch& engine);
  void begin_look() override;
  std::optional<messages::Crowd> ask(const messages::PlaceRequest& mail) override;
  std::size_t room(messages::Crowd crowd) override;
  messages::CrowdReason reason_of(messages::Crowd crowd) override;
  /// Counts mail whose destination is looked up; give() ends that.
  void look_up(std::size_t mails) { unrouted_ += mails; }
  /// Gives mail of one destination to its site, or reports it when there is none.
  void give(const routing::Route& route, std::string_view domain, std::vector<DueDraft> drafts);
  void composed(std::vector<Parcel> parcels, const std::vector<std::uint64_t>& missing);
  /// Forgets sites that nobody has used for a while. Thread: one.
  void sweep();
  /// Keeps what was learned since the last call; waits for the disk. Thread: one.
  void keep_paths();
  std::size_t count() const;
  void stop(std::chrono::milliseconds patience);

  /// As DirectOutlet's.
  std::vector<SiteInView> sites() const;
  std::vector<HeldPath> holds() const;
  DestinationView look_at(const routing::Plan& plan, std::string_view domain) const;
  std::optional<HeldPath> end_hold(const std::string& path);
  shaping::PathMemories memories(const std::vector<std::string>& paths) const;

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
  const shaping::Source* pick(const SourceOrder& sources, const routing::Plan& plan,
                              std::string_view domain) const SESAME_REQUIRES(mutex_);
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
  const std::function<bool(const std::function<shaping::PathMemories()>&)> keep_;
  const std::shared_ptr<SourceHealth> source_health_;
  mutable Mutex mutex_;
  Dispatch* engine_ SESAME_GUARDED_BY(mutex_) = nullptr;  // Null before start() and after stop().
  Paths paths_ SESAME_GUARDED_BY(mutex_);
  std::map<Key, Entry> sites_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::uint64_t, std::shared_ptr<Site>> by_number_ SESAME_GUARDED_BY(mutex_);
  std::uint64_t last_number_ SESAME_GUARDED_BY(mutex_) = kNotUp;  // The number of a site is its crowd.

  SenderCrowds sender_crowds_ SESAME_GUARDED_BY(mutex_);
  shaping::PathMemories unkept_ SESAME_GUARDED_BY(mutex_);  // Learned and not on disk yet, by path.

  std::atomic<std::size_t> unrouted_{0};
  std::atomic<bool> refused_a_place_{false};  // To mail of kUnrouted or kNotUp.
  // Used only on the feeder's thread.
  std::unordered_map<messages::Crowd, std::size_t> given_;  // Places in this look.
  std::size_t not_up_ = 0;                                  // Mails at sites that are not up,
  Site::Time counted_{};                                    // at this time.
};

}  // namespace sesame::delivery

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/thread_safety.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/throughput.hpp"
#include "delivery/outlet.hpp"
#include "delivery/site_options.hpp"
#include "delivery/site_pace.hpp"
#include "delivery/site_record.hpp"

namespace sesame::delivery {

/// The state that all lanes of a site share: the waiting drafts, the few mails composed ahead for the open
/// connections, the idle connections, the state of the targets, and the way back to the engine. Mail waits
/// here and not in a lane, since only a connection that is ready can send: a server may accept one lane's
/// connections and not another's. Thread: any.
class Site {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// An idle connection. `wake`: true, take mail; false, close.
  struct Idle {
    std::function<void(bool)> wake;
    Time since;
  };

  /// A server of the site, with what the connections found. Times in steady milliseconds.
  struct Server {
    explicit Server(smtp::Target given) : target(std::move(given)) {}
    const smtp::Target target;
    std::atomic<std::int64_t> clear_text_until_ms{0};
    std::atomic<std::int64_t> failed_until_ms{0};
    std::atomic<bool> certificate_failed{false};  // The last one did not meet the target's demand.
  };

  using ServerPointer = std::shared_ptr<Server>;

  /// `number` is that of no other site of its outlet. `targets`: as for set_targets().
  Site(std::uint64_t the_number, std::shared_ptr<const SiteOptions> shared_options,
       std::vector<smtp::Target> targets, const Clock& the_clock, Random& random, Shape shape = {});

  const std::uint64_t number;
  const SiteOptions& options;
  const Clock& clock;
  SiteClock openings;
  SitePace paced;
  SiteRecord record;
  std::atomic<unsigned> connecting{0};         // Opening connections.
  std::atomic<unsigned> waiting_for_place{0};  // Connections with mail that may not begin yet.

  /// Call it once, before all functions below.
  void begin(Dispatch& engine, int lanes);

  /// Replaces the servers for the connections to come, in the order in which they are tried; not empty. Those
  /// that stay keep their state.
  void set_targets(std::vector<smtp::Target> targets);
  std::vector<ServerPointer> servers() const;

  /// Replaces the shape, and how its targets are encrypted, for the connections to come.
  void set_shape(Shape shape);
  /// SitePace::learn(). While the site is held, the waiting mail is reported.
  Judgement learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning, const DueDraft* mail,
                  Time began);
  /// Reports the waiting mail while the site is held, by a reply to any site that shares its pace.
  void report_if_held();

  /// Adds drafts and orders mail for open connections. True when idle connections are too few for them.
  /// While the site is held, and while no target can be used and SiteOptions::keeps_mail is false, the drafts
  /// are reported instead.
  bool add(std::vector<DueDraft> drafts);
  /// Adds composed mail and wakes idle connections for it.
  void add_composed(std::vector<Parcel> parcels, std::size_t ordered);
  /// Takes the next composed mail that may go, counted as a dialogue until dialogue_ended(). Gives back what
  /// may not go, or was composed long ago. nullopt when none is ready.
  std::optional<Parcel> take();
  /// Puts a parcel back before all others, since it was next.
  void put_back(Parcel parcel);
  /// The mail that the site has, and the most that it should have.
  struct Load {
    std::size_t mails = 0;  // Here, with those of open dialogues.
    /// As many as leave within `kAheadSeconds`, for a site whose speed is known. None while the site pauses
    /// after a failure, or is held: its mail waits where it lies. A few again when it has failed for
    /// `kDownAfter`, or was held for a day: they are reported without an attempt, so that a run can
    /// end and mail can expire.
    std::size_t limit = 0;
    bool up = false;              // It ended a dialogue, and has not failed since.
    std::size_t under_way = 0;    // Mails of open dialogues.
    std::size_t connections = 0;  // Open ones.
  };
  Load load() const;
  /// A load of a site that nobody has tried.
  static Load load_untried() { return {.mails = 0, .limit = kMailsUntried, .up = false}; }
  /// Records that mail was refused a place here: Dispatch::has_room() is called when half of them are free.
  void refused_a_place() { refused_a_place_ = true; }
  /// Tells the engine when mail that was refused a place would get one. Quick; the lane calls it often.
  void offer_room();
  /// The mail that waits, composed or not.
  std::size_t waiting() const;
  /// The mail that waits composed.
  std::size_t ready() const;
  void dialogue_ended();
  /// Reports a result to the engine, unless closed.
  void report(DeliveryReport report);

  /// Counts the open connections, for which mail is composed ahead.
  void connection_opened();
  void connection_closed();
  /// Parks a connection until there is mail or it has to close; wakes it at once when composed mail waits.
  void park(Idle idle);
  /// Wakes idle connections for composed mail.
  void wake_idle();
  void send_away_idle_since(Time longest);

  /// Records that no target can be used, for people to read; the first report says since when. Reports the
  /// waiting mail unless SiteOptions::keeps_mail.
  void report_trouble(const smtp::Attempt& failed);
  void clear_trouble();
  std::optional<OutletTrouble> trouble() const;
  /// The time of the last end of a dialogue, when there is mail and that was long ago.
  std::optional<std::int64_t> slow_since_ms() const;

  bool stopping() const { return stopping_; }
  /// No mail, no connection.
  bool is_unused() const;
  /// Stops: no new dialogue begins, waiting mail is dropped, idle connections close. False when it was
  /// stopped before.
  bool stop();
  void lane_ended();
  /// Waits for the lanes and the open dialogues to end; false when `patience` ran out.
  bool wait_until_quiet(std::chrono::milliseconds patience);
  /// Ends the reports to the engine.
  void close();

 private:
  /// Single sends, whose callers expect them soon, and mail of runs.
  template <class Mail>
  struct Queues {
    std::deque<Mail> urgent;
    std::deque<Mail> others;

    std::deque<Mail>& of(const messages::Envelope& mail) {
      return mail.id.kind == accounts::MailId::Kind::send ? urgent : others;
    }
    std::size_t size() const { return urgent.size() + others.size(); }
    std::optional<Mail> pop() {
      std::deque<Mail>& queue = urgent.empty() ? others : urgent;
      if (queue.empty()) return std::nullopt;
      std::optional<Mail> next(std::move(queue.front()));
      queue.pop_front();
      return next;
    }
  };

  static constexpr std::size_t kMailsUntried = 32;
  static constexpr std::size_t kMailsMost = 512;
  static constexpr unsigned kAheadSeconds = 20;
  static constexpr std::chrono::minutes kDownAfter{10};

  bool is_empty() const SESAME_REQUIRES(mutex_) {
    return drafts_.size() + ordered_ + ready_.size() == 0 && dialogues_ == 0;
  }
  void order();
  std::optional<Refusal> refusal_now() const;
  void report_waiting(const Refusal& why, bool attempted);
  void report_all(std::vector<DeliveryReport> reports);
  std::optional<Parcel> pop_ready();
  bool may_begin(const Parcel& parcel);
  void take_back(std::vector<Parcel> parcels);

  const std::shared_ptr<const SiteOptions> shared_options_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> refused_a_place_{false};
  mutable Mutex mutex_;
  std::vector<ServerPointer> servers_ SESAME_GUARDED_BY(mutex_);
  ConditionVariable changed_;
  Queues<DueDraft> drafts_ SESAME_GUARDED_BY(mutex_);
  Queues<Parcel> ready_ SESAME_GUARDED_BY(mutex_);
  std::size_t ordered_ SESAME_GUARDED_BY(mutex_) = 0;  // Drafts that are being composed.
  std::size_t open_ SESAME_GUARDED_BY(mutex_) = 0;     // Open connections.
  std::deque<Idle> idle_ SESAME_GUARDED_BY(mutex_);    // The longest idle first.
  int dialogues_ SESAME_GUARDED_BY(mutex_) = 0;        // Messages between take() and dialogue_ended().
  int lanes_running_ SESAME_GUARDED_BY(mutex_) = 0;
  mutable Throughput ended_ SESAME_GUARDED_BY(mutex_);  // Dialogues.
  bool was_up_ SESAME_GUARDED_BY(mutex_) = false;
  Time progress_ SESAME_GUARDED_BY(mutex_){};  // A dialogue ended, or mail came while there was none.

  mutable Mutex trouble_mutex_;
  std::optional<OutletTrouble> trouble_ SESAME_GUARDED_BY(trouble_mutex_);
  /// The newest failure to reach any target; kept as long as trouble_.
  std::optional<smtp::Attempt> failed_ SESAME_GUARDED_BY(trouble_mutex_);

  Mutex engine_mutex_;
  Dispatch* engine_ SESAME_GUARDED_BY(engine_mutex_) = nullptr;  // Null before begin() and after close().
};

}  // namespace sesame::delivery

#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "base/throughput.hpp"
#include "bounces/meaning.hpp"
#include "bounces/reply_reader.hpp"
#include "shaping/limits.hpp"
#include "shaping/pacer.hpp"
#include "shaping/path_memory.hpp"

namespace sesame::shaping {

/// How fast mail goes over one path: from one address of ours to one receiving site, or to all sites of a
/// provider that shares its limits. The number of connections and the rate of mails begin with the limits in
/// force, shrink when a reply says that it is too much, and grow slowly while nothing is refused
/// (docs/decisions/0056). A hold stops the path until its end; then one mail is a probe. Waits go by the
/// steady clock, holds by the time of day. Thread: any.
///
/// A reply that only a general rule takes for a refusal of the path holds it when it is the third in a row
/// without a mail accepted between: one odd recipient stops nobody else.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// `clock` outlives it.
  Pace(const Limits& limits, PathMemory remembered, const Clock& clock);

  /// The sites that go by it.
  std::atomic<unsigned> sites{0};

  /// Takes one of the path's connections; false when there are too many, too many new ones, a hold, or no
  /// place for a mail soon.
  bool take_connection();
  void give_back_connection();
  /// Takes the place of one mail and returns nullopt, else the time until there may be one.
  std::optional<std::chrono::milliseconds> take_mail();
  /// Gives back a place that no mail took.
  void give_back_mail();
  /// Mails that a connection may carry.
  unsigned messages_per_connection() const;

  /// The mails per second that are allowed, of all sites that go by it.
  double rate_allowed() const;

  /// Learns from a reply about a mail of this sender domain (empty: about a connection) that began at that
  /// time: what was under way when the path slowed down says nothing about the new pace. `reply` is shown to
  /// people. True when a hold of the path begins.
  bool saw(const bounces::Meaning& meaning, std::string_view reply, Time began, std::string_view sender = {});
  /// Learns that a server ended a connection, which had carried this many mails before. `said`: in words that
  /// mean a limit; without them it is one when it happens twice in a row.
  void session_ended(unsigned mails, bool said);

  struct Standing {
    unsigned connections = 0;  // Open and opening.
    unsigned connections_allowed = 0;
    double mails_per_second = 0;  // In the last seconds.
    double mails_per_second_allowed = 0;
    std::int64_t held_since_ms = 0;  // 0: not held.
    std::int64_t held_until_ms = 0;
    bool probing = false;  // One connection is allowed until a mail is accepted.
    std::string rule;      // That of the newest hold or cut.
    std::string reply;
  };
  Standing standing() const;
  /// The hold that lasts; nullopt without one.
  std::optional<HoldState> current_hold() const;
  /// The hold that lasts for mail of a sender domain, by replies about it; the path may be held besides.
  std::optional<HoldState> sender_hold(std::string_view sender) const;
  /// The sender domains whose mail is held.
  std::vector<std::string> held_senders() const;
  /// Ends the hold or pause that lasts; the path is probed at once. The next hold soon after takes the next
  /// step of its rule. False when none lasts.
  bool end_hold();
  /// Ends the hold of a sender domain. False when none lasts.
  bool end_hold_of(std::string_view sender);
  /// Lets the hold that lasts end no later than this one would; without steps: than that of any path that is
  /// refused as such. For a rule that has changed.
  void shorten_hold(const bounces::Hold& rule);
  /// The limits in force from now on: what was learned stays below them.
  void set_limits(const Limits& limits);
  PathMemory memory() const;
  /// That of a sender domain; an empty one when there is none.
  PathMemory memory_of(std::string_view sender) const;
  /// The memory to be kept, when it changed since the last call.
  std::optional<PathMemory> take_changes();
  /// The same of the sender domains; their memories have nothing but holds.
  std::map<std::string, PathMemory> take_sender_changes();
  /// Restores the memory of a sender domain.
  void remember_sender(const std::string& sender, PathMemory memory);

 private:
  struct Sender {
    PathMemory memory;
    PathMemory kept;  // As take_sender_changes() gave it last.
  };

  bool is_ahead(std::int64_t until_ms) const { return shaping::is_ahead(until_ms, clock_.now_ms()); }
  bool held() const SESAME_REQUIRES(mutex_) { return is_ahead(memory_.held_until_ms); }
  bool rests() const SESAME_REQUIRES(mutex_) { return held() || is_ahead(memory_.paused_until_ms); }
  void saw_of_sender(const bounces::Meaning& meaning, std::string_view reply, std::string_view sender)
      SESAME_REQUIRES(mutex_);
  void accepted(Time now) SESAME_REQUIRES(mutex_);
  void open_more() SESAME_REQUIRES(mutex_);
  void grow(Time now) SESAME_REQUIRES(mutex_);
  void slow_down(const bounces::Meaning& meaning, Time now) SESAME_REQUIRES(mutex_);
  void stop_for(std::chrono::milliseconds pause, Time now) SESAME_REQUIRES(mutex_);
  void fewer_connections(Time now) SESAME_REQUIRES(mutex_);
  bool begin_hold(PathMemory& memory, const bounces::Hold& rule) const SESAME_REQUIRES(mutex_);
  std::int64_t end_of(const bounces::HoldStep& step, std::int64_t from_ms) const SESAME_REQUIRES(mutex_);
  void begin_probing() SESAME_REQUIRES(mutex_);
  void set_rate(double rate) SESAME_REQUIRES(mutex_);
  Pacer::Duration mail_tolerance() const SESAME_REQUIRES(mutex_);
  double rate_in_use() const SESAME_REQUIRES(mutex_);
  double rate_max() const SESAME_REQUIRES(mutex_);
  Range range() const SESAME_REQUIRES(mutex_);

  const Clock& clock_;
  mutable Mutex mutex_;
  Limits limits_ SESAME_GUARDED_BY(mutex_);
  PathMemory memory_ SESAME_GUARDED_BY(mutex_);
  PathMemory kept_ SESAME_GUARDED_BY(mutex_);     // As take_changes() gave it last.
  double connections_ SESAME_GUARDED_BY(mutex_);  // Allowed.
  double rate_ SESAME_GUARDED_BY(mutex_);         // Mails per second, allowed.
  unsigned open_ SESAME_GUARDED_BY(mutex_) = 0;   // Connections, open and opening.
  std::map<std::string, Sender, std::less<>> senders_ SESAME_GUARDED_BY(mutex_);
  bool probing_ SESAME_GUARDED_BY(mutex_) = false;
  Pacer mails_ SESAME_GUARDED_BY(mutex_);
  Pacer connects_ SESAME_GUARDED_BY(mutex_);
  mutable Throughput accepted_ SESAME_GUARDED_BY(mutex_);
  Time measured_since_ SESAME_GUARDED_BY(mutex_){};
  unsigned refusals_ SESAME_GUARDED_BY(mutex_) = 0;      // Cuts since a mail was accepted.
  double refused_rate_ SESAME_GUARDED_BY(mutex_) = 0;    // The rate that was too much.
  Time cut_ SESAME_GUARDED_BY(mutex_) = Time::min();     // The newest cut,
  Time paused_until_ SESAME_GUARDED_BY(mutex_){};        // and its pause.
  Time grew_ SESAME_GUARDED_BY(mutex_){};                // The newest look at the rate.
  Time fewer_ SESAME_GUARDED_BY(mutex_){};               // The newest cut of the connections.
  unsigned odd_refusals_ SESAME_GUARDED_BY(mutex_) = 0;  // In a row, by general rules.
  unsigned ended_after_ SESAME_GUARDED_BY(mutex_) = 0;   // Mails of the last session that a server ended.
};

}  // namespace sesame::shaping

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "bounces/reply_reader.hpp"
#include "bounces/server_reply.hpp"
#include "delivery/due_draft.hpp"
#include "delivery/judgement.hpp"
#include "delivery/retry.hpp"
#include "delivery/site_options.hpp"
#include "shaping/pace.hpp"
#include "shaping/pacer.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The path over which a site's mail goes.
struct PathName {
  std::string name;      // "provider gmail" where its sites share limits, else "site " and its servers.
  std::string provider;  // Empty: none.
};

/// The shape of a site's mail: its pace, and the limits that this obeys.
struct Shape {
  std::shared_ptr<shaping::Pace> pace;  // Perhaps shared with other sites. Null: SiteOptions alone count.
  shaping::Limits limits;
  std::shared_ptr<const PathName> path;  // Set with the pace.
};

/// The reason for which mail of a site is reported without an attempt.
struct Refusal {
  smtp::Attempt failed;
  RetryIn retry_in;
};

/// The pace of one site, which learns from the replies of its servers. Without a pace the options of the site
/// are its limits, and replies are not read. Thread: any.
class SitePace {
 public:
  /// When its path or its sender was held for so long, mail is reported a little at a time, so that a run can
  /// end.
  static constexpr std::chrono::hours kHeldAfter{24};

  /// Both outlive it.
  SitePace(const SiteOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

  ~SitePace();
  SitePace(const SitePace&) = delete;
  SitePace& operator=(const SitePace&) = delete;

  /// Replaces the shape for the connections to come.
  void set_shape(Shape shape);
  Shape shape() const;
  std::shared_ptr<shaping::Pace> pace() const;
  /// Takes a connection of the pace that is returned, which is to be given back to it; null when there is
  /// none now. Where sites share a pace, the limits that they do not share are kept here. With a pace only.
  std::shared_ptr<shaping::Pace> take_connection();
  /// As Pace::take_mail().
  std::optional<std::chrono::milliseconds> take_mail();
  void give_back_mail();
  /// The mails that may leave within that time, at the rate that is allowed; SIZE_MAX without a pace.
  std::size_t mails_within(std::chrono::seconds time) const;
  unsigned connections_max() const;
  /// Mails of one connection; 0: no limit.
  std::uint64_t messages_per_connection() const;
  std::chrono::milliseconds idle() const;
  /// How connections are encrypted; nullopt: as their target says.
  std::optional<smtp::TlsPolicy> tls() const;

  /// The meaning of what this host said. nullopt when replies are not read, or it said nothing that decides.
  std::optional<bounces::Meaning> meaning_of(const smtp::Attempt& attempt, std::string_view host) const;
  /// Judges the end of an attempt, for a mail or a connection that began then, and lets the pace learn from
  /// it. `mail`: null when none was under way.
  Judgement learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning, const DueDraft* mail,
                  shaping::Pace::Time began);

  /// The hold that lasts.
  std::optional<shaping::HoldState> hold() const;
  /// The reason that mail is given while a hold lasts.
  std::optional<Refusal> refusal_by_hold() const;
  /// The reason that mail of a run is given while its sender's domain is held here. Single sends are few, and
  /// their caller learns from a refusal.
  std::optional<Refusal> refusal_of(const DueDraft& mail) const;
  /// Whether mail of runs from this domain waits where it lies.
  bool keeps_waiting(std::string_view sender) const;

 private:
  Refusal refusal_until(std::int64_t until_ms, std::string_view reply) const;

  const SiteOptions& options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  Shape shape_ SESAME_GUARDED_BY(mutex_);
  shaping::Pacer mails_ SESAME_GUARDED_BY(mutex_);     // Used where the rate is not shared.
  shaping::Pacer connects_ SESAME_GUARDED_BY(mutex_);  // The same of new connections.
};

}  // namespace sesame::delivery

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "bounces/reply_reader.hpp"
#include "bounces/server_reply.hpp"
#include "delivery/judgement.hpp"
#include "delivery/retry.hpp"
#include "delivery/site_options.hpp"
#include "shaping/pace.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// The shape of a site's mail: its pace, and the limits that this obeys.
struct Shape {
  std::shared_ptr<shaping::Pace> pace;  // Perhaps shared with other sites. Null: SiteOptions alone count.
  shaping::Limits limits;
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
  /// Both outlive it.
  SitePace(const SiteOptions& options, const Clock& clock) : options_(options), clock_(clock) {}

  /// Replaces the shape for the connections to come.
  void set_shape(Shape shape);
  std::shared_ptr<shaping::Pace> pace() const;
  unsigned connections_max() const;
  /// Mails of one connection; 0: no limit.
  std::uint64_t messages_per_connection() const;
  std::chrono::milliseconds idle() const;

  /// The meaning of what this host said. nullopt when replies are not read, or it said nothing that decides.
  std::optional<bounces::Meaning> meaning_of(const smtp::Attempt& attempt, std::string_view host) const;
  /// Judges the end of an attempt, for a mail or a connection that began then, and lets the pace learn from
  /// it. `attempts_before`: those of the mail.
  Judgement learn(const smtp::Attempt& attempt, const bounces::Meaning& meaning, unsigned attempts_before,
                  shaping::Pace::Time began);

  /// The hold that lasts.
  std::optional<shaping::Pace::HoldTimes> hold() const;
  /// The reason that mail is given while a hold lasts.
  std::optional<Refusal> refusal_by_hold() const;

 private:
  Shape shape() const;

  const SiteOptions& options_;
  const Clock& clock_;
  mutable Mutex mutex_;
  Shape shape_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::delivery

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "dns/resolver.hpp"
#include "routing/lru_map.hpp"
#include "routing/sts_policy.hpp"
#include "routing/sts_rows.hpp"

namespace sesame::routing {

/// A policy that several callers share; nullptr: none.
using StsPolicyPtr = std::shared_ptr<const StsPolicy>;

/// The body of a fetched policy, or the reason why there is none, for people.
struct StsFetched {
  std::string body;
  std::string problem;
};

struct StsOptions {
  std::size_t policies_max = 50'000;           // In memory and on disk; the least recently used leave.
  std::size_t checked_max = 65'536;            // Destinations whose record was looked up.
  std::size_t fetches_max = 32;                // Policies fetched at once; the others wait in their order.
  std::size_t waiting_max = 16'384;            // Callbacks that wait; more are answered by what is known.
  std::chrono::milliseconds deadline{20'000};  // Callbacks that wait longer are answered by what is known.
};

/// The pause between two fetches of a destination's policy (RFC 8461 §3.3).
inline constexpr std::int64_t kStsFetchPauseMs = 300'000;
/// A policy in use is fetched again after this time, or after half of its own, so that it does not expire.
inline constexpr std::int64_t kStsRefreshMs = 86'400'000;
/// A record is looked up again after a time between these; after the first when the look-up failed.
inline constexpr std::int64_t kStsCheckMinMs = 60'000;
inline constexpr std::int64_t kStsCheckMaxMs = 86'400'000;

/// The MTA-STS policies of destinations (RFC 8461). The TXT record is looked up, and the policy fetched when
/// the record's id is new. A policy applies until its own end: neither a record that is gone or not answered
/// nor a fetch that fails ends it earlier. Its owner keeps what changed on disk. The clock outlives it; the
/// resolver and the fetcher are stopped before it is destroyed. Thread: any.
class StsPolicies {
 public:
  /// Called once; quick, does not throw.
  using Callback = std::function<void(StsPolicyPtr)>;
  /// Fetches a URL by https; answers once, on any thread.
  using Fetch = std::function<void(const std::string& url, std::function<void(StsFetched)>)>;

  StsPolicies(dns::Resolver& resolver, Fetch fetch, const Clock& clock, const StsOptions& options = {});

  /// Takes over what was kept on disk. Call it first.
  void restore(const StsPolicyRows& rows);

  /// The policy of a destination (routing/plan.hpp). Answered at once, on the caller's thread, when it is
  /// known; else on the resolver's or the fetcher's thread, or that of expire() or stop().
  void find(const std::string& destination, Callback callback);
  /// The policy if it is known, which may be nullptr; nullopt when it has to be looked up.
  std::optional<StsPolicyPtr> known(const std::string& destination);
  /// Asks for a look-up at the next find(), since the policy leaves no way to deliver (RFC 8461 §5.1). False
  /// when the last one is younger than kStsFetchPauseMs.
  bool doubt(const std::string& destination);

  /// Answers those who have waited too long. The owner calls it every few seconds.
  void expire();
  /// The policies that changed since the last call.
  StsPolicyRows take_changes();
  /// Answers all who wait; nothing is looked up any more. May be called again.
  void stop();

 private:
  struct Kept {
    StsPolicyPtr policy;
    std::int64_t fetched_ms = 0;
    std::int64_t expires_ms = 0;
    std::int64_t refresh_ms() const;
  };
  /// The last look-up of a record.
  struct Check {
    std::int64_t checked_ms = 0;
    std::int64_t until_ms = 0;         // The next look-up; 0 while a fetch is waited for.
    std::int64_t record_until_ms = 0;  // The end of the record.
    std::int64_t fetch_after_ms = 0;   // No fetch before.
    std::string problem;               // The last fetch failed for this reason.
  };
  struct Flight {
    std::vector<Callback> callbacks;
    std::chrono::steady_clock::time_point deadline;
  };
  using Callbacks = std::vector<Callback>;

  std::optional<StsPolicyPtr> known(const std::string& destination, std::int64_t now_ms)
      SESAME_REQUIRES(mutex_);
  const Kept* valid(const std::string& destination, std::int64_t now_ms) SESAME_REQUIRES(mutex_);
  StsPolicyPtr policy_of(const std::string& destination, std::int64_t now_ms) SESAME_REQUIRES(mutex_);
  void take_record(const std::string& destination, const Result<dns::Answer>& answer);
  /// False when the callers wait for a fetch.
  bool judge_record(const std::string& destination, const Result<dns::Answer>& answer, std::int64_t now_ms)
      SESAME_REQUIRES(mutex_);
  void want_fetch(const std::string& destination, const std::string& id) SESAME_REQUIRES(mutex_);
  void begin_fetches();
  void take_policy(const std::string& destination, const std::string& id, const StsFetched& fetched);
  void keep(const std::string& destination, StsPolicy policy, std::int64_t now_ms) SESAME_REQUIRES(mutex_);
  Callbacks end_flight(const std::string& destination) SESAME_REQUIRES(mutex_);

  dns::Resolver& resolver_;
  const Fetch fetch_;
  const Clock& clock_;
  const StsOptions options_;

  Mutex mutex_;
  LruMap<Kept> policies_ SESAME_GUARDED_BY(mutex_);
  LruMap<Check> checks_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::string, Flight> flights_ SESAME_GUARDED_BY(mutex_);  // By destination.
  std::size_t waiting_ SESAME_GUARDED_BY(mutex_) = 0;                          // Callbacks of all flights.
  std::deque<std::pair<std::string, std::string>> to_fetch_ SESAME_GUARDED_BY(mutex_);  // With the new id.
  std::unordered_set<std::string> fetching_ SESAME_GUARDED_BY(mutex_);  // Those of to_fetch_, too.
  StsPolicyRows changes_ SESAME_GUARDED_BY(mutex_);
  bool stopped_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::routing

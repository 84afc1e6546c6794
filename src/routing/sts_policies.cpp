#include "routing/sts_policies.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "routing/sts_counts.hpp"

namespace sesame::routing {
namespace {

void answer_all(const std::vector<StsPolicies::Callback>& callbacks, const StsPolicyPtr& policy) {
  for (const StsPolicies::Callback& callback : callbacks) callback(policy);
}

}  // namespace

std::int64_t StsPolicies::Kept::refresh_ms() const {
  return fetched_ms + std::min(kStsRefreshMs, policy->max_age_s * 1000 / 2);
}

StsPolicies::StsPolicies(dns::Resolver& resolver, Fetch fetch, const Clock& clock, const StsOptions& options)
    : resolver_(resolver),
      fetch_(std::move(fetch)),
      clock_(clock),
      options_(options),
      policies_(options.policies_max),
      checks_(options.checked_max) {}

void StsPolicies::restore(const StsPolicyRows& rows) {
  const MutexLock lock(mutex_);
  for (const auto& [destination, row] : rows) {
    if (!row) continue;
    policies_.touch(destination) = {std::make_shared<const StsPolicy>(row->policy), row->fetched_ms,
                                    row->expires_ms};
  }
}

const StsPolicies::Kept* StsPolicies::valid(const std::string& destination, std::int64_t now_ms) {
  const Kept* const kept = policies_.find(destination);
  return kept != nullptr && now_ms < kept->expires_ms ? kept : nullptr;
}

StsPolicyPtr StsPolicies::policy_of(const std::string& destination, std::int64_t now_ms) {
  const Kept* const kept = valid(destination, now_ms);
  return kept == nullptr ? nullptr : kept->policy;
}

std::optional<StsPolicyPtr> StsPolicies::known(const std::string& destination, std::int64_t now_ms) {
  const Check* const check = checks_.find(destination);
  // A clock that was set back must not keep a look-up alive.
  if (check == nullptr || now_ms >= check->until_ms || now_ms < check->checked_ms) return std::nullopt;
  return policy_of(destination, now_ms);
}

std::optional<StsPolicyPtr> StsPolicies::known(const std::string& destination) {
  const MutexLock lock(mutex_);
  return known(destination, clock_.now_ms());
}

bool StsPolicies::doubt(const std::string& destination) {
  const std::int64_t now_ms = clock_.now_ms();
  const MutexLock lock(mutex_);
  Check* const check = checks_.find(destination);
  if (check == nullptr || now_ms < check->checked_ms + kStsFetchPauseMs) return false;
  check->until_ms = now_ms;
  return true;
}

void StsPolicies::find(const std::string& destination, Callback callback) {
  const std::int64_t now_ms = clock_.now_ms();
  std::optional<StsPolicyPtr> now;
  {
    const MutexLock lock(mutex_);
    now = known(destination, now_ms);
    if (!now && (stopped_ || waiting_ >= options_.waiting_max)) now = policy_of(destination, now_ms);
    if (!now) {
      ++waiting_;
      Flight& flight = flights_[destination];
      flight.callbacks.push_back(std::move(callback));
      callback = nullptr;
      if (flight.callbacks.size() > 1) return;
      flight.deadline = clock_.steady_now() + options_.deadline;
    }
  }
  if (now) return callback(*now);
  resolver_.ask(sts_record_name(destination), dns::RecordType::txt,
                [this, destination](const Result<dns::Answer>& answer) { take_record(destination, answer); });
}

void StsPolicies::take_record(const std::string& destination, const Result<dns::Answer>& answer) {
  Callbacks callbacks;
  StsPolicyPtr policy;
  {
    const MutexLock lock(mutex_);
    if (stopped_) return;
    const std::int64_t now_ms = clock_.now_ms();
    if (judge_record(destination, answer, now_ms)) callbacks = end_flight(destination);
    policy = policy_of(destination, now_ms);
  }
  answer_all(callbacks, policy);
  begin_fetches();
}

bool StsPolicies::judge_record(const std::string& destination, const Result<dns::Answer>& answer,
                               std::int64_t now_ms) {
  Check& check = checks_.touch(destination);
  check.checked_ms = now_ms;
  check.until_ms = now_ms + kStsCheckMinMs;
  const Kept* const kept = valid(destination, now_ms);
  if (!answer || !answer->is_definite()) {
    count_sts("record_failed");
    return true;
  }
  check.record_until_ms =
      now_ms + std::clamp(std::int64_t{answer->ttl_s} * 1000, kStsCheckMinMs, kStsCheckMaxMs);
  check.until_ms = check.record_until_ms;
  if (kept != nullptr) check.until_ms = std::min(check.until_ms, kept->expires_ms);
  const std::optional<std::string> id = sts_record_id(answer->texts());
  if (!id) {
    if (kept == nullptr) count_sts("none");
    return true;
  }
  const bool is_new = kept == nullptr || kept->policy->id != *id;
  if (!is_new && now_ms < kept->refresh_ms()) {
    check.until_ms = std::min(check.until_ms, std::max(kept->refresh_ms(), now_ms + kStsCheckMinMs));
    return true;
  }
  if (now_ms < check.fetch_after_ms) {
    check.until_ms = std::min(check.until_ms, check.fetch_after_ms);
    return true;
  }
  want_fetch(destination, *id);
  if (is_new) check.until_ms = 0;
  return !is_new;
}

void StsPolicies::want_fetch(const std::string& destination, const std::string& id) {
  if (fetching_.insert(destination).second) to_fetch_.emplace_back(destination, id);
}

/// Begins fetches while there is room. One that is answered at once begins the next from here, too: the queue
/// is a few dozen long, since a fetch belongs to a look-up under way.
void StsPolicies::begin_fetches() {
  while (true) {
    std::pair<std::string, std::string> next;
    {
      const MutexLock lock(mutex_);
      if (stopped_ || to_fetch_.empty() || fetching_.size() - to_fetch_.size() >= options_.fetches_max)
        return;
      next = std::move(to_fetch_.front());
      to_fetch_.pop_front();
    }
    fetch_(sts_policy_url(next.first),
           [this, next](const StsFetched& fetched) { take_policy(next.first, next.second, fetched); });
  }
}

void StsPolicies::take_policy(const std::string& destination, const std::string& id,
                              const StsFetched& fetched) {
  Callbacks callbacks;
  StsPolicyPtr policy;
  {
    const MutexLock lock(mutex_);
    if (stopped_) return;
    const std::int64_t now_ms = clock_.now_ms();
    fetching_.erase(destination);
    Check& check = checks_.touch(destination);
    check.fetch_after_ms = now_ms + kStsFetchPauseMs;
    std::string problem = fetched.problem;
    std::optional<StsPolicy> parsed;
    if (problem.empty()) parsed = parse_sts_policy(fetched.body);
    if (problem.empty() && !parsed) problem = "it breaks the rules of RFC 8461";
    count_sts(parsed ? "fetched" : "fetch_failed");
    if (parsed) {
      parsed->id = id;
      keep(destination, std::move(*parsed), now_ms);
      const Kept& kept = policies_.touch(destination);
      check.until_ms = std::min(check.record_until_ms, std::max(kept.refresh_ms(), now_ms + kStsCheckMinMs));
    } else {
      check.until_ms = std::min(check.record_until_ms, check.fetch_after_ms);
      if (check.problem != problem)
        log_info("routing.sts_fetch_failed", {{"domain", destination}, {"problem", problem}});
    }
    check.problem = std::move(problem);
    callbacks = end_flight(destination);
    policy = policy_of(destination, now_ms);
  }
  answer_all(callbacks, policy);
  begin_fetches();
}

void StsPolicies::keep(const std::string& destination, StsPolicy policy, std::int64_t now_ms) {
  std::optional<std::string> left;
  Kept& kept = policies_.touch(destination, &left);
  if (left) changes_[*left].reset();
  if (!kept.policy || kept.policy->mode != policy.mode || kept.policy->mx != policy.mx) {
    log_info("routing.sts_policy",
             {{"domain", destination}, {"mode", name_of(policy.mode)}, {"id", policy.id}});
  }
  const std::int64_t expires_ms = now_ms + policy.max_age_s * 1000;
  changes_[destination] = StoredPolicy{policy, now_ms, expires_ms};
  // A policy that is the same as before keeps its address, by which the routes know it.
  if (!kept.policy || *kept.policy != policy)
    kept.policy = std::make_shared<const StsPolicy>(std::move(policy));
  kept.fetched_ms = now_ms;
  kept.expires_ms = expires_ms;
}

StsPolicies::Callbacks StsPolicies::end_flight(const std::string& destination) {
  const auto flight = flights_.find(destination);
  if (flight == flights_.end()) return {};
  Callbacks callbacks = std::move(flight->second.callbacks);
  waiting_ -= callbacks.size();
  flights_.erase(flight);
  return callbacks;
}

void StsPolicies::expire() {
  std::vector<std::pair<StsPolicyPtr, Callbacks>> late;
  {
    const MutexLock lock(mutex_);
    const std::int64_t now_ms = clock_.now_ms();
    std::vector<std::string> destinations;
    for (const auto& [destination, flight] : flights_) {
      if (flight.deadline <= clock_.steady_now()) destinations.push_back(destination);
    }
    for (const std::string& destination : destinations) {
      Check& check = checks_.touch(destination);
      check.checked_ms = now_ms;
      check.until_ms = now_ms + kStsCheckMinMs;
      late.emplace_back(policy_of(destination, now_ms), end_flight(destination));
    }
  }
  for (const auto& [policy, callbacks] : late) answer_all(callbacks, policy);
}

StsPolicyRows StsPolicies::take_changes() {
  const MutexLock lock(mutex_);
  return std::exchange(changes_, {});
}

void StsPolicies::stop() {
  std::vector<std::pair<StsPolicyPtr, Callbacks>> all;
  {
    const MutexLock lock(mutex_);
    stopped_ = true;
    const std::int64_t now_ms = clock_.now_ms();
    for (auto& [destination, flight] : flights_)
      all.emplace_back(policy_of(destination, now_ms), std::move(flight.callbacks));
    flights_.clear();
    waiting_ = 0;
  }
  for (const auto& [policy, callbacks] : all) answer_all(callbacks, policy);
}

}  // namespace sesame::routing

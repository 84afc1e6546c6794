#include "campaigns/dry_run_jobs.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/uuid.hpp"
#include "campaigns/errors.hpp"
#include "storage/errors.hpp"

namespace sesame::campaigns {

/// Everything but `reading`, which belongs to the slice under way, is guarded by DryRunJobs::mutex_.
struct DryRunJobs::Job {
  Job(std::string key, const Request& request, Answer first, Moment now)
      : id(std::move(key)),
        scope(request.order->scope),
        pace(request.pace),
        may_go_on(request.may_go_on),
        reading(request.order, request.rules),
        answer(std::move(first)),
        asked_at(now) {}

  bool ended() const { return error || shown.complete; }
  Result<Progress> progress(State state) const {
    if (error) return *error;
    return Progress{id, state, shown, pace};
  }

  const std::string id;
  const accounts::Scope scope;
  const Pace pace;
  const std::function<bool(storage::Reader&)> may_go_on;
  DryRunReading reading;
  DryRun shown;
  std::optional<Error> error;  // It ended so.
  Answer answer;               // The one that begin() owes; else empty.
  Moment asked_at;
  Moment ended_at;
  bool answered = false;  // Its end was answered.
};

DryRunJobs::DryRunJobs(storage::Database& database, const Clock& clock, Random& random, DryRunLimits limits)
    : database_(database), clock_(clock), random_(random), limits_(limits) {}

DryRunJobs::~DryRunJobs() { close(); }

void DryRunJobs::begin(Request request, Answer answer) {
  const Moment now = clock_.steady_now();
  const auto job = std::make_shared<Job>(uuid_v4(random_), request, std::move(answer), now);
  JobPointer next;
  std::optional<Error> refused;
  {
    const MutexLock lock(mutex_);
    if (closed_) {
      refused.emplace(storage::errors::kStopped);
    } else if (!make_room(job->scope.account_id, now)) {
      refused.emplace(errors::kDryRunsUnderWay);
    } else {
      jobs_.emplace(job->id, job);
      waiting_.push_back(job);
      if (!reading_) {
        reading_ = true;
        next = std::move(waiting_.front());
        waiting_.pop_front();
      }
    }
  }
  if (refused) return job->answer(std::move(*refused));
  if (next) read_slice(next);
}

bool DryRunJobs::make_room(std::int64_t account_id, Moment now) {
  std::erase_if(jobs_, [&](const auto& entry) {
    return entry.second->ended() && now - entry.second->ended_at > limits_.kept;
  });
  const auto running = std::ranges::count_if(jobs_, [&](const auto& entry) {
    return entry.second->scope.account_id == account_id && !entry.second->ended();
  });
  if (static_cast<std::size_t>(running) >= limits_.per_account) return false;
  const auto all = static_cast<std::size_t>(std::ranges::count_if(
      jobs_, [&](const auto& entry) { return entry.second->scope.account_id == account_id; }));
  // Ended dry runs of one account must not push out those of others.
  if (all >= 2 * limits_.per_account) drop_oldest(account_id);
  return jobs_.size() < limits_.all || drop_oldest(0);
}

/// Forgets a dry run of an account or (0) of all: those whose end is known to who asked first, then the one
/// that ended first. False when none has ended.
bool DryRunJobs::drop_oldest(std::int64_t account_id) {
  auto oldest = jobs_.end();
  for (auto at = jobs_.begin(); at != jobs_.end(); ++at) {
    const Job& job = *at->second;
    if (!job.ended() || (account_id != 0 && job.scope.account_id != account_id)) continue;
    const auto rank = [](const Job& one) { return std::pair(!one.answered, one.ended_at); };
    if (oldest == jobs_.end() || rank(job) < rank(*oldest->second)) oldest = at;
  }
  if (oldest == jobs_.end()) return false;
  jobs_.erase(oldest);
  return true;
}

void DryRunJobs::read_slice(const JobPointer& job) {
  database_.read(
      [this, job](storage::Reader& reader) -> Status {
        if (!job->may_go_on(reader)) return Error(errors::kDryRunMissing).with("value", job->id);
        return job->reading.advance(reader, limits_.slice, clock_.now_ms());
      },
      [this, job](Status status) { end_slice(job, std::move(status)); });
}

void DryRunJobs::end_slice(const JobPointer& job, Status status) {
  const Moment now = clock_.steady_now();
  DryRun seen = job->reading.so_far();
  Answer answer;
  Result<Progress> progress = Error(errors::kDryRunMissing);
  JobPointer next;
  {
    const MutexLock lock(mutex_);
    job->shown = std::move(seen);
    if (!status) job->error.emplace(std::move(status).error());
    if (job->ended()) job->ended_at = now;
    const bool wanted = jobs_.contains(job->id);  // stop() forgets it.
    const bool abandoned = !job->answer && now - job->asked_at > limits_.abandoned;
    const std::int64_t read = job->shown.counts.recipients + job->shown.counts.erased;
    if (job->answer && (job->ended() || read >= limits_.first_answer)) {
      answer = std::exchange(job->answer, nullptr);
      progress = job->progress(job->ended() ? State::finished : State::running);
      job->answered = job->ended();
      job->asked_at = now;
    } else if (!job->ended() && abandoned) {
      jobs_.erase(job->id);
    }
    if (!job->ended() && wanted && jobs_.contains(job->id)) waiting_.push_back(job);
    if (!waiting_.empty() && !closed_) {
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    reading_ = next != nullptr;
    // Under the lock: as soon as the waiting close() sees the change, this object may be destroyed.
    if (!reading_) changed_.notify_all();
  }
  if (answer) answer(std::move(progress));
  if (next) read_slice(next);
}

Result<DryRunJobs::JobPointer> DryRunJobs::find_job(const accounts::Scope& scope, const std::string& id) {
  const Moment now = clock_.steady_now();
  const auto found = jobs_.find(id);
  const bool known = found != jobs_.end() && found->second->scope.account_id == scope.account_id &&
                     found->second->scope.region == scope.region;
  if (!known || (found->second->ended() && now - found->second->ended_at > limits_.kept))
    return Error(errors::kDryRunMissing).with("value", id);
  found->second->asked_at = now;
  return found->second;
}

Result<DryRunJobs::Progress> DryRunJobs::find(const accounts::Scope& scope, const std::string& id) {
  const MutexLock lock(mutex_);
  const Result<JobPointer> job = find_job(scope, id);
  if (!job) return job.error();
  (*job)->answered = (*job)->ended();
  return (*job)->progress((*job)->ended() ? State::finished : State::running);
}

Result<DryRunJobs::Progress> DryRunJobs::stop(const accounts::Scope& scope, const std::string& id) {
  const MutexLock lock(mutex_);
  const Result<JobPointer> job = find_job(scope, id);
  if (!job) return job.error();
  jobs_.erase(id);
  std::erase(waiting_, *job);
  return (*job)->progress((*job)->ended() ? State::finished : State::stopped);
}

void DryRunJobs::close() {
  std::vector<Answer> answers;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    changed_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !reading_; });
    for (auto& [id, job] : jobs_) {
      if (job->answer) answers.push_back(std::exchange(job->answer, nullptr));
    }
    jobs_.clear();
    waiting_.clear();
  }
  for (const Answer& answer : answers) answer(Error(storage::errors::kStopped));
}

}  // namespace sesame::campaigns

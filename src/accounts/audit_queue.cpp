#include "accounts/audit_queue.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "storage/errors.hpp"

namespace sesame::accounts {

namespace {

Counter& entries(const char* result) {
  return counter("sesame_audit_entries_total",
                 "Entries of the audit log that were written in bulk, by the result", {{"result", result}});
}

std::string kind_of(const AuditEntry& entry) {
  std::string key;
  key.reserve(128);
  key += std::to_string(entry.account_id);
  for (const std::string* part : {&entry.actor, &entry.client, &entry.peer, &entry.action, &entry.code}) {
    key += '\n';
    key += *part;
  }
  return key;
}

}  // namespace

AuditQueue::~AuditQueue() { stop(); }

void AuditQueue::add(AuditEntry entry) {
  MutexLock lock(mutex_);
  push(std::move(entry));
  if (!writing_ && !refused_ && !waiting_.empty()) submit(lock);
}

void AuditQueue::push(AuditEntry entry) {
  static Counter& dropped = entries("dropped");
  if (stopping_ || waiting_.size() >= kWaitingMax) return dropped.add();
  waiting_.push_back(std::move(entry));
}

void AuditQueue::count(AuditEntry entry) {
  std::string kind = kind_of(entry);
  MutexLock lock(mutex_);
  auto found = counted_.find(kind);
  if (found == counted_.end() && counted_.size() >= kCountedMax) {
    entry.actor.clear();
    entry.peer.clear();
    entry.actor_kind = ActorKind::unknown;
    kind = kind_of(entry);
    found = counted_.find(kind);
    // Only as many of these are there as accounts, clients, actions and codes; beyond twice the bound the
    // rest is dropped.
    if (found == counted_.end() && counted_.size() >= 2 * kCountedMax) return entries("dropped").add();
  }
  if (found != counted_.end()) {
    ++found->second.entry.count;
    return;
  }
  Counted begun{.entry = entry, .since_ms = clock_.now_ms()};
  begun.entry.count = 0;
  begun.entry.target.clear();
  begun.entry.request_id.clear();
  counted_.emplace(std::move(kind), std::move(begun));
  push(std::move(entry));
  if (!writing_ && !refused_ && !waiting_.empty()) submit(lock);
}

/// Makes entries of what was counted in minutes that are over, or of everything.
void AuditQueue::release(bool all) {
  const std::int64_t now_ms = clock_.now_ms();
  for (auto each = counted_.begin(); each != counted_.end();) {
    Counted& counted = each->second;
    // A clock that was set back must not keep one for ever.
    const bool over = now_ms - counted.since_ms >= kCountedMs || now_ms < counted.since_ms;
    if (!over && !all) {
      ++each;
      continue;
    }
    if (counted.entry.count == 0) {
      each = counted_.erase(each);
      continue;
    }
    counted.entry.at_ms = now_ms;
    push(counted.entry);
    counted.entry.count = 0;
    counted.since_ms = now_ms;
    ++each;
  }
}

void AuditQueue::tick() {
  MutexLock lock(mutex_);
  refused_ = false;
  release(false);
  if (!writing_ && !waiting_.empty()) submit(lock);
}

/// Submits a job with the lock released, since the database calls back at once when it refuses.
void AuditQueue::submit(MutexLock& lock) SESAME_UNCHECKED_LOCKS {
  auto batch = std::make_shared<std::vector<AuditEntry>>();
  while (!waiting_.empty() && batch->size() < kBatchMax) {
    batch->push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  writing_ = true;
  lock.unlock();
  database_.write(
      storage::Priority::bulk,
      [this, batch](storage::Writer& writer) -> Status {
        for (const AuditEntry& entry : *batch) log_.append(writer, entry);
        return Done{};
      },
      [this, batch](const Status& status) { answered(batch, status); });
  lock.lock();
}

void AuditQueue::answered(const std::shared_ptr<std::vector<AuditEntry>>& batch, const Status& status) {
  MutexLock lock(mutex_);
  writing_ = false;
  const bool hopeless = !status && (stopping_ || status.error().is(storage::errors::kJobFailed));
  if (status) {
    entries("recorded").add(static_cast<double>(batch->size()));
  } else if (hopeless) {
    entries("lost").add(static_cast<double>(batch->size()));
    log_warning("accounts.audit_entries_lost",
                {{"entries", batch->size()}, {"reason", status.error().reason()}});
    if (stopping_) waiting_.clear();
  } else {
    refused_ = true;
    for (auto entry = batch->rbegin(); entry != batch->rend(); ++entry)
      waiting_.push_front(std::move(*entry));
  }
  if (!waiting_.empty() && !refused_) submit(lock);
  if (!writing_) idle_.notify_all();
}

void AuditQueue::stop() {
  MutexLock lock(mutex_);
  if (!stopping_) release(true);
  stopping_ = true;
  refused_ = false;
  if (!writing_ && !waiting_.empty()) submit(lock);
  idle_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !writing_ && waiting_.empty(); });
}

}  // namespace sesame::accounts

#include "accounts/audit_queue.hpp"

#include <iterator>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "net/listener.hpp"
#include "storage/errors.hpp"

namespace sesame::accounts {

namespace {

Counter& entries(const char* result) {
  return counter("sesame_audit_entries_total",
                 "Entries of the audit log that were written in bulk, by the result", {{"result", result}});
}

void append_kind(std::string& key, const AuditKind& kind) {
  for (const std::string_view part : {kind.actor, kind.client, kind.peer, kind.action, kind.code}) {
    key += part;
    key += '\n';
  }
}

/// `counted` without what differs among the acts of one kind.
std::string kind_of(const AuditEntry& counted) {
  std::string key;
  key.reserve(128);
  append_kind(
      key, {counted.account_id, counted.actor, counted.client, counted.peer, counted.action, counted.code});
  return key;
}

void blur(AuditEntry& entry) {
  entry.actor_account_id = 0;
  entry.actor_kind = ActorKind::unknown;
  for (std::string* text : {&entry.actor, &entry.client, &entry.peer, &entry.target, &entry.request_id})
    text->clear();
}

/// Sums up the acts of one kind.
AuditEntry sum_of(const AuditEntry& act) {
  AuditEntry sum = act;
  sum.count = 0;
  sum.peer = net::network_of(act.peer);
  sum.target.clear();
  sum.request_id.clear();
  return sum;
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
  if (stopping_) return dropped.add();
  const auto found = waiting_of_.find(entry.account_id);
  const std::size_t own = found == waiting_of_.end() ? 0 : found->second;
  // An account that has few waiting finds room in any case, so the queue may grow a few times as long.
  if (own > 0 && waiting_.size() >= kWaitingMax && own >= kWaitingMax / waiting_of_.size())
    return dropped.add();
  ++waiting_of_[entry.account_id];
  waiting_.push_back(std::move(entry));
}

AuditEntry AuditQueue::take_waiting() {
  AuditEntry entry = std::move(waiting_.front());
  waiting_.pop_front();
  const auto found = waiting_of_.find(entry.account_id);
  if (--found->second == 0) waiting_of_.erase(found);
  return entry;
}

bool AuditQueue::count_again(const AuditKind& kind) {
  const std::string network = net::network_of(kind.peer);
  AuditKind of_network = kind;
  of_network.peer = network;
  thread_local std::string key;
  key.clear();
  append_kind(key, of_network);
  const MutexLock lock(mutex_);
  const auto kinds = counted_.find({kind.account_id, kind.code != "OK"});
  if (kinds == counted_.end()) return false;
  const auto found = kinds->second.find(key);
  if (found == kinds->second.end()) return false;
  ++found->second.entry.count;
  return true;
}

void AuditQueue::count(AuditEntry entry) {
  AuditEntry sum = sum_of(entry);
  std::string kind = kind_of(sum);
  MutexLock lock(mutex_);
  Kinds& kinds = counted_[{entry.account_id, entry.code != "OK"}];
  auto found = kinds.find(kind);
  if (found == kinds.end() && kinds.size() >= kKindsMax) {
    blur(entry);
    if (kinds.size() >= 2 * kKindsMax) {
      const std::string blurred = kind_of(sum_of(entry));
      if (!kinds.contains(blurred)) entry.action = entry.code = "*";
    }
    sum = sum_of(entry);
    kind = kind_of(sum);
    found = kinds.find(kind);
  }
  if (found != kinds.end()) {
    ++found->second.entry.count;
    return;
  }
  kinds.emplace(std::move(kind), Counted{.entry = std::move(sum), .since_ms = clock_.now_ms()});
  push(std::move(entry));
  if (!writing_ && !refused_ && !waiting_.empty()) submit(lock);
}

/// Makes entries of what was counted in minutes that are over, or of everything.
void AuditQueue::release(bool all) {
  const std::int64_t now_ms = clock_.now_ms();
  for (auto& [owner, kinds] : counted_) {
    for (auto each = kinds.begin(); each != kinds.end();) {
      Counted& counted = each->second;
      // A clock that was set back must not keep one for ever.
      const bool over = now_ms - counted.since_ms >= kCountedMs || now_ms < counted.since_ms;
      const bool again = counted.entry.count > 0;
      if ((over || all) && again) {
        counted.entry.at_ms = now_ms;
        push(counted.entry);
        counted.entry.count = 0;
        counted.since_ms = now_ms;
      }
      each = (over || all) && !again ? kinds.erase(each) : std::next(each);
    }
  }
  std::erase_if(counted_, [](const auto& of_owner) { return of_owner.second.empty(); });
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
    batch->push_back(take_waiting());
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
    while (stopping_ && !waiting_.empty()) take_waiting();
  } else {
    refused_ = true;
    for (auto entry = batch->rbegin(); entry != batch->rend(); ++entry) {
      ++waiting_of_[entry->account_id];
      waiting_.push_front(std::move(*entry));
    }
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

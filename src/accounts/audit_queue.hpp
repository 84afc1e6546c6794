#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "accounts/audit_log.hpp"
#include "base/clock.hpp"
#include "base/thread_safety.hpp"
#include "storage/database.hpp"

namespace sesame::accounts {

/// The kind of an act that is counted. Borrows its texts, which are those of the AuditEntry.
struct AuditKind {
  std::int64_t account_id = 0;
  std::string_view actor, client, peer, action, code;
};

/// Collects the entries of the audit log that belong to no transaction of their own: refusals, failed logins,
/// and acts that come by the thousand, which are counted. Writes them in bulk jobs, one at a time; nobody
/// waits for the disk. Accounts have shares of their own, so none can crowd another's entries out. Its
/// references outlive it. Thread: any.
class AuditQueue {
 public:
  /// Waiting entries. When there are more, accounts with an equal part of them or more lose further ones
  /// (metric sesame_audit_entries_total{result="dropped"}).
  static constexpr std::size_t kWaitingMax = 10'000;
  /// Entries per job.
  static constexpr std::size_t kBatchMax = 256;
  /// Kinds of acts of one account that are counted apart within a minute, refused ones and others by
  /// themselves: guesses at a login blur no sends. As many further kinds are counted without actor, client
  /// and peer; all others together, as the action and code `*`.
  static constexpr std::size_t kKindsMax = 50;
  static constexpr std::int64_t kCountedMs = 60'000;

  AuditQueue(storage::Database& database, const AuditLog& log, const Clock& clock)
      : database_(database), log_(log), clock_(clock) {}
  ~AuditQueue();  // stop()

  /// The log, for the jobs of callers that write their entry together with what it says.
  const AuditLog& log() const { return log_; }

  /// Queues an entry; never blocks on the disk.
  void add(AuditEntry entry);
  /// Counts an act: the first of its kind becomes an entry at once, those of the minute that follows one
  /// entry with their number at its end. Kinds differ in account, actor, client, action, code and the peer's
  /// network (net::network_of).
  void count(AuditEntry entry);
  /// Counts an act if its kind was counted within the minute; otherwise false, and count() has to be called.
  /// Makes no entry: these acts come by the thousand.
  bool count_again(const AuditKind& kind);
  /// Writes what was counted a minute ago, and what the database refused. Call it every few seconds.
  void tick();
  /// Writes all that waits and ends; entries that the database refuses now are lost.
  void stop();

 private:
  struct Counted {
    AuditEntry entry;  // Its count is of the acts that no entry tells yet.
    std::int64_t since_ms = 0;
  };
  using Kinds = std::unordered_map<std::string, Counted>;
  /// An account's acts, either the refused or the others.
  using Owner = std::pair<std::int64_t, bool>;

  void push(AuditEntry entry) SESAME_REQUIRES(mutex_);
  AuditEntry take_waiting() SESAME_REQUIRES(mutex_);
  void release(bool all) SESAME_REQUIRES(mutex_);
  void submit(MutexLock& lock) SESAME_REQUIRES(mutex_);
  void answered(const std::shared_ptr<std::vector<AuditEntry>>& batch, const Status& status);

  storage::Database& database_;
  const AuditLog& log_;
  const Clock& clock_;
  Mutex mutex_;
  ConditionVariable idle_;
  std::deque<AuditEntry> waiting_ SESAME_GUARDED_BY(mutex_);
  std::unordered_map<std::int64_t, std::size_t> waiting_of_ SESAME_GUARDED_BY(mutex_);  // By account.
  std::map<Owner, Kinds> counted_ SESAME_GUARDED_BY(mutex_);
  bool writing_ SESAME_GUARDED_BY(mutex_) = false;
  bool refused_ SESAME_GUARDED_BY(mutex_) = false;  // The next job waits for tick().
  bool stopping_ SESAME_GUARDED_BY(mutex_) = false;
};

}  // namespace sesame::accounts

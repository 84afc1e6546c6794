#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>

#include "base/thread_safety.hpp"
#include "messages/envelope.hpp"
#include "storage/database.hpp"

namespace sesame::messages {

/// The key under which changes of a run are published (storage::Writer::publish): its task was paused, or it
/// was stopped or has failed. Those of an address are audience::change_key(). Pure. Thread: any.
std::uint64_t change_key_of_run(std::int64_t run_id);

/// Remembers what was committed since a mail was judged: the addresses that were put on a list, the runs that
/// were paused, stopped or have failed, the pauses of delivery. The question costs no read. Thread: any.
///
/// Commits are numbered as they are published. A mail is judged from the tables as of number(), and may go as
/// long as no later change has one of its keys. At most kKeptMax keys are kept; when more have come, they are
/// dropped, and mails that were judged before that count as changed: they are judged again.
class Changes {
 public:
  static constexpr std::size_t kKeptMax = 65'536;

  /// Listens to the changes of the database. Make it before the first write.
  explicit Changes(storage::Database& database);

  /// The number of the last commit that published something. Read it before the tables are read.
  std::uint64_t number() const { return state_->number.load(std::memory_order_acquire); }
  /// Whether something about the mail, its run, or the delivery of its account or to its domain may have
  /// changed after number `judged_at`.
  bool any_since(std::uint64_t judged_at, const Envelope& mail) const;
  /// Whether this key may have been published after number `after`.
  bool any_since(std::uint64_t after, std::uint64_t key) const;

 private:
  // Shared with the database, which may outlive this object.
  struct State {
    void add(std::span<const std::uint64_t> keys);
    bool changed_since(std::uint64_t judged_at, std::uint64_t key) const SESAME_REQUIRES(mutex);

    std::atomic<std::uint64_t> number{0};
    mutable Mutex mutex;
    std::unordered_map<std::uint64_t, std::uint64_t> last SESAME_GUARDED_BY(mutex);  // Key to number.
    std::uint64_t complete_since SESAME_GUARDED_BY(mutex) = 0;  // All later changes are in `last`.
  };
  const std::shared_ptr<State> state_;
};

}  // namespace sesame::messages

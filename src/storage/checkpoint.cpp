// The writer's checkpoints: when the write-ahead log is folded into the database file.
#include <algorithm>

#include "storage/commit_writer.hpp"

namespace sesame::storage {
namespace {

constexpr std::size_t kPageBytes = 8192;
// The time that the writer waits for readers when the log must start anew. Reads are short; after a long one
// a later checkpoint tries again.
constexpr std::chrono::milliseconds kWaitForReadersWhenLong{200};
constexpr std::chrono::milliseconds kWaitForReadersWhenIdle{20};

}  // namespace

bool CommitWriter::checkpoint_due() {
  if (!connection_ || sync_failed_) return false;
  const std::size_t log_bytes = connection_->wal_pages() * kPageBytes;
  if (log_bytes < folded_at_bytes_) folded_at_bytes_ = 0;  // The log has started anew.
  // A reader can keep the log from starting anew: it then grows, without a checkpoint after every commit.
  const std::size_t bound = options_.checkpoint_wal_bytes;
  return log_bytes >= std::max(bound, folded_at_bytes_ + bound / 4);
}

void CommitWriter::checkpoint_when_long() {
  folded_at_bytes_ = connection_->wal_pages() * kPageBytes;
  // A passive checkpoint does not wait, but the log starts anew only when no reader needs it at that moment.
  const bool far_too_long = folded_at_bytes_ >= 2 * options_.checkpoint_wal_bytes;
  try_checkpoint(far_too_long ? Connection::Checkpoint::restart : Connection::Checkpoint::passive,
                 kWaitForReadersWhenLong);
}

void CommitWriter::checkpoint_when_idle() {
  log_is_folded_ = true;  // One attempt is enough: the next commit makes the checkpoint due again.
  if (connection_ && !sync_failed_) {
    try_checkpoint(Connection::Checkpoint::truncate, kWaitForReadersWhenIdle);
  }
}

void CommitWriter::try_checkpoint(Connection::Checkpoint mode, std::chrono::milliseconds wait_for_readers) {
  try {
    const std::size_t log_bytes = connection_->wal_pages() * kPageBytes;
    const auto begun = clock_.steady_now();
    const bool complete = connection_->checkpoint(mode, wait_for_readers);
    watch_.checkpointed(log_bytes, clock_.steady_now() - begun, complete);
  } catch (const Failure& failure) {
    note(failure);  // Nothing is lost: the log still holds everything.
  }
}

}  // namespace sesame::storage

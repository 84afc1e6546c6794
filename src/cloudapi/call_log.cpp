#include "cloudapi/call_log.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

constexpr storage::Sql kLast{"cloudapi.last_call", "SELECT COALESCE(MAX(last_call), 0) FROM call_block"};

constexpr std::size_t kChunkBytes = 60 * 1024;
constexpr double kStrangersPerSecond = 20;
constexpr double kKnownPerSecond = 100;
constexpr double kGatheredSeconds = 10;

Counter& kept(const char* result) {
  return counter("sesame_api_calls_kept_total", "Calls of the API, by the result of keeping them",
                 {{"result", result}});
}

}  // namespace

void CallLog::Batch::append(std::uint64_t number, std::string_view facts) {
  const std::size_t most = ByteWriter::kVarintBytesMax + facts.size();
  if (chunks.empty() || chunks.back().room - chunks.back().size < most) {
    Chunk& fresh = chunks.emplace_back();
    fresh.room = std::max(kChunkBytes, most);
    fresh.bytes = std::make_shared_for_overwrite<char[]>(fresh.room);
  }
  Chunk& chunk = chunks.back();
  char* const begin = chunk.bytes.get() + chunk.size;
  char* at = begin;
  at = ByteWriter::encode_varint(number, at);
  std::memcpy(at, facts.data(), facts.size());
  at += facts.size();
  chunk.size += static_cast<std::size_t>(at - begin);
  bytes += static_cast<std::size_t>(at - begin);
  ++calls;
}

CallPieces CallLog::Batch::pieces() const {
  CallPieces pieces;
  pieces.reserve(chunks.size());
  for (const Chunk& chunk : chunks) pieces.push_back({chunk.bytes, chunk.size});
  return pieces;
}

Result<std::unique_ptr<CallLog>> CallLog::open(storage::Database& database) {
  const Result<std::int64_t> last =
      database.get<std::int64_t>([](storage::Reader& reader) -> Result<std::int64_t> {
        const auto row = reader.query(kLast);
        row->next();
        return row->next_integer();
      });
  if (!last) return last.error();
  return std::unique_ptr<CallLog>(new CallLog(database, static_cast<std::uint64_t>(*last)));
}

CallLog::CallLog(storage::Database& database, std::uint64_t last) : database_(database), last_number_(last) {
  evidence_[0].per_second = kStrangersPerSecond;
  evidence_[1].per_second = kKnownPerSecond;
  for (Pace& pace : evidence_) pace.tokens = pace.per_second * kGatheredSeconds;
}

CallLog::~CallLog() { stop(); }

bool CallLog::Pace::take(std::chrono::steady_clock::time_point now) {
  if (last && now > *last) {
    const double seconds = std::chrono::duration<double>(now - *last).count();
    tokens = std::min(per_second * kGatheredSeconds, tokens + per_second * seconds);
  }
  last = std::max(last.value_or(now), now);
  if (tokens < 1) return false;
  tokens -= 1;
  return true;
}

bool CallLog::takes_evidence(bool stranger, std::chrono::steady_clock::time_point now) {
  const MutexLock lock(mutex_);
  return evidence_[stranger ? 0 : 1].take(now);
}

void CallLog::add(const CallRecord& record) {
  static Counter& dropped = kept("dropped");
  // Only the number is missing when the lock is taken.
  thread_local std::string facts;
  facts.clear();
  write_facts(facts, record);
  const std::size_t share = record.proven ? 1 : 4;
  MutexLock lock(mutex_);
  if (stopping_ || waiting_calls_ >= kWaitingMax / share || waiting_bytes_ >= kWaitingBytesMax / share) {
    lock.unlock();
    dropped.add();
    return;
  }
  const std::size_t before = open_.bytes;
  open_.append(++last_number_, facts);
  waiting_bytes_ += open_.bytes - before;
  ++waiting_calls_;
  if (open_.calls < kBatchMax && open_.bytes < kBatchBytesMax) return;
  seal();
  if (!writing_ && !refused_) submit(lock);
}

void CallLog::seal() {
  if (open_.calls == 0) return;
  sealed_.push_back(std::exchange(open_, Batch()));
}

void CallLog::tick() {
  MutexLock lock(mutex_);
  refused_ = false;
  // While a batch is under way, or waits because the database refused it, the open one goes on to fill: else
  // each tick would leave a batch of few calls, with a chunk of its own.
  if (!writing_ && sealed_.empty()) seal();
  if (!writing_ && !sealed_.empty()) submit(lock);
}

/// Submits a job with the lock released, since the database calls back at once when it refuses.
void CallLog::submit(MutexLock& lock) SESAME_UNCHECKED_LOCKS {
  CallPieces pieces = sealed_.front().pieces();
  untrimmed_ += sealed_.front().calls;
  const bool trims = untrimmed_ >= kBatchMax;
  if (trims) untrimmed_ = 0;
  writing_ = true;
  lock.unlock();
  database_.write(
      storage::Priority::bulk,
      [pieces = std::move(pieces), trims](storage::Writer& writer) -> Status {
        write_calls(writer, pieces);
        if (trims) trim_calls(writer);
        return Done{};
      },
      [this](const Status& status) { answered(status); });
  lock.lock();
}

void CallLog::answered(const Status& status) {
  static Counter& recorded = kept("recorded");
  static Counter& lost = kept("lost");
  MutexLock lock(mutex_);
  writing_ = false;
  if (!status) untrimmed_ = kBatchMax;
  // A job that throws would throw again; a database that refuses may accept later.
  const bool again = !status && !status.error().is(storage::errors::kJobFailed) && !stopping_;
  if (again) {
    refused_ = true;
  } else {
    const std::size_t calls = sealed_.front().calls;
    waiting_calls_ -= calls;
    waiting_bytes_ -= sealed_.front().bytes;
    sealed_.pop_front();
    (status ? recorded : lost).add(static_cast<double>(calls));
    if (!status)
      log_warning("api.calls_lost",
                  {{"calls", calls}, {"reason", status.error().reason()}, {"cause", status.error().cause()}});
  }
  // stop() submits what is left itself: a database that refuses at once would be asked from in here.
  if (!sealed_.empty() && !refused_ && !stopping_) submit(lock);
  if (!writing_) idle_.notify_all();
}

void CallLog::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  refused_ = false;
  seal();
  while (true) {
    idle_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !writing_; });
    if (sealed_.empty()) return;
    submit(lock);
  }
}

CallPieces CallLog::waiting() const {
  const MutexLock lock(mutex_);
  CallPieces pieces;
  for (const Batch& batch : sealed_) {
    CallPieces more = batch.pieces();
    std::ranges::move(more, std::back_inserter(pieces));
  }
  CallPieces more = open_.pieces();
  std::ranges::move(more, std::back_inserter(pieces));
  return pieces;
}

}  // namespace sesame::cloudapi

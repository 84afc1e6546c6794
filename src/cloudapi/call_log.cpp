#include "cloudapi/call_log.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/packed.hpp"
#include "storage/errors.hpp"

namespace sesame::cloudapi {
namespace {

constexpr storage::Sql kInsert{
    "cloudapi.insert_calls",
    "INSERT INTO call_block (last_call, known, calls, last_ms, bytes, size, ids, packed) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"};
constexpr storage::Sql kSizes{
    "cloudapi.sizes_of_calls",
    "SELECT last_call, calls, bytes FROM call_block WHERE known = ?1 ORDER BY last_call DESC"};
constexpr storage::Sql kTrim{"cloudapi.trim_calls",
                             "DELETE FROM call_block WHERE known = ?1 AND last_call <= ?2"};
constexpr storage::Sql kLast{"cloudapi.last_call", "SELECT COALESCE(MAX(last_call), 0) FROM call_block"};
constexpr storage::Sql kBlocks{"cloudapi.blocks_of_calls",
                               "SELECT last_call, size, packed FROM call_block WHERE last_call < ?1 "
                               "ORDER BY last_call DESC, known"};
constexpr storage::Sql kFind{"cloudapi.find_call",
                             "SELECT size, ids, packed FROM call_block WHERE last_ms >= ?1 "
                             "ORDER BY last_call DESC"};
constexpr storage::Sql kDeleteExpired{"cloudapi.delete_expired_calls",
                                      "DELETE FROM call_block WHERE last_call IN (SELECT last_call FROM "
                                      "call_block ORDER BY last_call LIMIT ?3) "
                                      "AND (last_ms < ?1 OR last_ms > ?2)"};

constexpr std::size_t kIdBytes = 4;
constexpr double kStrangersPerSecond = 20;
constexpr double kKnownPerSecond = 100;
constexpr double kGatheredSeconds = 10;

Counter& kept(const char* result) {
  return counter("sesame_api_calls_kept_total", "Calls of the API, by the result of keeping them",
                 {{"result", result}});
}

/// The first bytes of a UUID; other texts are found under zeros.
std::string short_id(std::string_view request_id) {
  std::string bytes(kIdBytes, '\0');  // Short enough to need no memory of its own.
  std::uint32_t number = 0;
  const char* const end = request_id.data() + 2 * kIdBytes;
  if (request_id.size() < 2 * kIdBytes || std::from_chars(request_id.data(), end, number, 16).ptr != end)
    return bytes;
  for (char& byte : bytes) {
    byte = static_cast<char>(number >> 24);
    number <<= 8;
  }
  return bytes;
}

bool has_id(std::string_view ids, std::string_view wanted) {
  for (; ids.size() >= kIdBytes; ids.remove_prefix(kIdBytes)) {
    if (std::memcmp(ids.data(), wanted.data(), kIdBytes) == 0) return true;
  }
  return false;
}

std::string_view text_of(storage::Blob blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}
storage::Blob blob_of(std::string_view text) { return std::as_bytes(std::span(text)); }

void read_all(std::string_view bytes, std::vector<CallRecord>& into) {
  ByteReader reader(bytes);
  while (!reader.at_end() && !reader.failed()) {
    const CallRecord record = read_record(reader);
    if (!reader.failed()) into.push_back(record);
  }
}

std::optional<CallRecord> find_in(std::string_view bytes, std::string_view request_id,
                                  std::int64_t since_ms) {
  std::vector<CallRecord> records;
  read_all(bytes, records);
  for (auto record = records.rbegin(); record != records.rend(); ++record) {
    if (record->request_id == request_id && record->time_ms >= since_ms) return *record;
  }
  return std::nullopt;
}

}  // namespace

/// Calls that are written together.
struct CallLog::Batch {
  struct Part {
    std::string bytes, ids;
    std::int64_t calls = 0;
  };
  std::array<Part, 2> parts;  // Strangers, accounts.
  std::uint64_t last_number = 0;
  std::int64_t last_ms = 0;

  std::size_t calls() const { return static_cast<std::size_t>(parts[0].calls + parts[1].calls); }
  std::size_t bytes() const { return parts[0].bytes.size() + parts[1].bytes.size(); }
};

namespace {

void trim(storage::Writer& writer, std::size_t known) {
  const std::int64_t calls_max = known != 0 ? CallLog::kKeptMax : CallLog::kStrangersKeptMax;
  const std::int64_t bytes_max = known != 0 ? CallLog::kKeptBytesMax : CallLog::kKeptBytesMax / 4;
  std::int64_t calls = 0;
  std::int64_t bytes = 0;
  std::optional<std::int64_t> first_too_old;
  {
    const auto rows = writer.query(kSizes, known);
    while (!first_too_old && rows->next()) {
      const std::int64_t last_call = rows->next_integer();
      // The block that holds the last call to be kept stays whole.
      if (calls >= calls_max || bytes >= bytes_max) first_too_old = last_call;
      calls += rows->next_integer();
      bytes += rows->next_integer();
    }
  }
  if (first_too_old) writer.run(kTrim, known, *first_too_old);
}

void write_batch(storage::Writer& writer, const CallLog::Batch& batch) {
  for (std::size_t known = 0; known < batch.parts.size(); ++known) {
    const auto& part = batch.parts[known];
    if (part.calls == 0) continue;
    const std::string packed = pack(part.bytes);
    writer.run(kInsert, batch.last_number, known, part.calls, batch.last_ms, packed.size(), part.bytes.size(),
               blob_of(part.ids), blob_of(packed));
    trim(writer, known);
  }
}

}  // namespace

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
  open_ = std::make_shared<Batch>();
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

void CallLog::add(CallRecord record) {
  static Counter& dropped = kept("dropped");
  const bool known = record.proven;
  const std::size_t share = known ? 1 : 4;
  MutexLock lock(mutex_);
  if (stopping_ || waiting_calls_ >= kWaitingMax / share || waiting_bytes_ >= kWaitingBytesMax / share) {
    lock.unlock();
    dropped.add();
    return;
  }
  record.number = ++last_number_;
  Batch::Part& part = open_->parts[known ? 1 : 0];
  const std::size_t before = part.bytes.size();
  write_record(part.bytes, record);
  part.ids += short_id(record.request_id);
  ++part.calls;
  open_->last_number = record.number;
  open_->last_ms = std::max(open_->last_ms, record.time_ms);
  waiting_bytes_ += part.bytes.size() - before;
  ++waiting_calls_;
  if (open_->calls() < kBatchMax && open_->bytes() < kBatchBytesMax) return;
  seal();
  if (!writing_ && !refused_) submit(lock);
}

void CallLog::seal() {
  if (open_->calls() == 0) return;
  sealed_.push_back(std::move(open_));
  open_ = std::make_shared<Batch>();
}

void CallLog::tick() {
  MutexLock lock(mutex_);
  refused_ = false;
  // While a batch is under way, the open one goes on to fill.
  if (!writing_) seal();
  if (!writing_ && !sealed_.empty()) submit(lock);
}

/// Submits a job with the lock released, since the database calls back at once when it refuses.
void CallLog::submit(MutexLock& lock) SESAME_UNCHECKED_LOCKS {
  const std::shared_ptr<const Batch> batch = sealed_.front();
  writing_ = true;
  lock.unlock();
  database_.write(
      storage::Priority::bulk,
      [batch](storage::Writer& writer) -> Status {
        write_batch(writer, *batch);
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
  const std::shared_ptr<const Batch> batch = sealed_.front();
  // A job that throws would throw again; a database that refuses may accept later.
  const bool again = !status && !status.error().is(storage::errors::kJobFailed) && !stopping_;
  if (again) {
    refused_ = true;
  } else {
    sealed_.pop_front();
    waiting_calls_ -= batch->calls();
    waiting_bytes_ -= batch->bytes();
    (status ? recorded : lost).add(static_cast<double>(batch->calls()));
    if (!status)
      log_warning("api.calls_lost", {{"calls", batch->calls()},
                                     {"reason", status.error().reason()},
                                     {"cause", status.error().cause()}});
  }
  if (!sealed_.empty() && !refused_) submit(lock);
  if (!writing_) idle_.notify_all();
}

void CallLog::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  refused_ = false;
  seal();
  if (!writing_ && !sealed_.empty()) submit(lock);
  idle_.wait(lock, [this]() SESAME_REQUIRES(mutex_) { return !writing_ && sealed_.empty(); });
}

CallLog::Waiting CallLog::waiting() const {
  const MutexLock lock(mutex_);
  Waiting batches(sealed_.begin(), sealed_.end());
  if (open_->calls() > 0) batches.push_back(std::make_shared<const Batch>(*open_));
  return batches;
}

std::optional<OwnedCall> CallLog::find(storage::Reader& reader, const Waiting& waiting,
                                       std::string_view request_id, std::int64_t since_ms) {
  for (auto batch = waiting.rbegin(); batch != waiting.rend(); ++batch) {
    for (const Batch::Part& part : (*batch)->parts) {
      if (const auto record = find_in(part.bytes, request_id, since_ms))
        return OwnedCall{std::shared_ptr<const std::string>(*batch, &part.bytes), *record};
    }
  }
  const std::string wanted = short_id(request_id);
  const auto rows = reader.query(kFind, since_ms);
  while (rows->next()) {
    const auto size = rows->next_integer<std::size_t>();
    if (!has_id(text_of(rows->next_blob()), wanted)) {
      rows->skip();
      continue;
    }
    std::optional<std::string> bytes = unpack(rows->next_blob(), size);
    if (!bytes) continue;
    auto owned = std::make_shared<const std::string>(std::move(*bytes));
    if (const auto record = find_in(*owned, request_id, since_ms)) return OwnedCall{owned, *record};
  }
  return std::nullopt;
}

void CallLog::scan(storage::Reader& reader, const Waiting& waiting, std::uint64_t before,
                   const std::function<bool(const CallRecord&)>& visit) {
  std::uint64_t next = before == 0 ? ~std::uint64_t{0} : before;
  std::vector<CallRecord> records;
  // Blocks that overlap in their numbers are shown together; what was shown from memory is passed over.
  const auto show = [&] {
    std::ranges::sort(records, std::greater<>(), &CallRecord::number);
    for (const CallRecord& record : records) {
      if (record.number >= next) continue;
      next = record.number;
      if (!visit(record)) return false;
    }
    records.clear();
    return true;
  };
  for (auto batch = waiting.rbegin(); batch != waiting.rend(); ++batch) {
    for (const Batch::Part& part : (*batch)->parts) read_all(part.bytes, records);
    if (!show()) return;
  }
  // A block may hold smaller numbers than its last one, which stands in the row.
  const std::int64_t bound = next == ~std::uint64_t{0} ? std::numeric_limits<std::int64_t>::max()
                                                       : static_cast<std::int64_t>(next + kBatchMax);
  const auto rows = reader.query(kBlocks, bound);
  std::vector<std::string> blocks;
  std::int64_t block = 0;
  while (rows->next()) {
    const std::int64_t last_call = rows->next_integer();
    if (last_call != block && !show()) return rows->skip_rest();
    if (last_call != block) blocks.clear();
    block = last_call;
    const auto size = rows->next_integer<std::size_t>();
    std::optional<std::string> bytes = unpack(rows->next_blob(), size);
    if (!bytes) continue;
    blocks.reserve(2);  // The texts of the first must stay where they are.
    blocks.push_back(std::move(*bytes));
    read_all(blocks.back(), records);
  }
  show();
}

std::int64_t delete_expired_calls(storage::Writer& writer, std::int64_t before_ms, std::int64_t after_ms,
                                  std::int64_t rows_max) {
  return writer.run(kDeleteExpired, before_ms, after_ms, rows_max);
}

}  // namespace sesame::cloudapi

#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "accounts/scope.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "cloudapi/action.hpp"
#include "storage/database.hpp"

/// Calls that are made once however often they are repeated. A caller that does not know whether its call
/// arrived sends it again with the same key (header X-Sesame-Idempotency-Key) and gets the first answer.
namespace sesame::cloudapi {

inline constexpr std::string_view kIdempotencyKeyHeader = "X-Sesame-Idempotency-Key";
/// The header of an answer that was given before; its value is "1".
inline constexpr std::string_view kIdempotentReplayHeader = "X-Sesame-Idempotent-Replay";
inline constexpr std::size_t kIdempotencyKeyBytesMax = 128;
/// How long an answer is kept.
inline constexpr std::int64_t kIdempotencyMs = 24 * 60 * 60 * 1000;

using ShortDigest = std::array<char, 16>;

/// A call with a key, as digests: the parts themselves are not kept.
struct IdempotentCall {
  std::int64_t account_id = 0;
  ShortDigest key;  // Made of account, region and the caller's key.
  ShortDigest
      request;  // Made of the action and its parameters; the order of an object's members counts for nothing.
};

/// An answer that was given and is on disk.
struct RecordedAnswer {
  std::string request_id;
  boost::json::object fields;
};

/// The call's digests. Errors: errors::kIdempotencyKey. Pure. Thread: any.
Result<IdempotentCall> identify_call(std::string_view key, const accounts::Scope& scope,
                                     std::string_view action, const boost::json::object& parameters);

/// The answer to the call, when it was made in the last 24 hours. Errors: errors::kIdempotencyKeyUsed when
/// its key stands for another action or other parameters. Job: read.
Result<std::optional<RecordedAnswer>> find_answer(storage::Reader& reader, const IdempotentCall& call,
                                                  std::int64_t now_ms);

/// Records an answer; part of the job that does what the answer says, so both are on disk or neither.
/// Job: write.
void record_answer(storage::Writer& writer, const IdempotentCall& call, const RecordedAnswer& answer,
                   std::int64_t now_ms);

/// Lets the work's job, which must be a WriteJob, record its answer, too.
void record_with_job(Work& work, const IdempotentCall& call, const std::string& request_id,
                     std::int64_t now_ms);

/// Deletes answers from more than a day before `now_ms`, or after it (by a clock that was set back since),
/// among the oldest `rows_max`; returns their number. Job: write.
std::int64_t delete_expired_answers(storage::Writer& writer, std::int64_t now_ms, std::int64_t rows_max);

/// The keys of the calls that are being answered, so that a repetition does not overtake its original.
/// Bounded by the number of requests that are served at once. Thread: any.
class CallsUnderWay {
 public:
  class Place;

  /// Errors: errors::kIdempotencyKeyUnderWay.
  Result<Place> begin(const ShortDigest& key);

 private:
  struct State {
    Mutex mutex;
    std::set<ShortDigest> keys SESAME_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_ =
      std::make_shared<State>();  // Places of calls that were cut off outlive this.
};

/// A key's place, given back at the end of its life.
class CallsUnderWay::Place {
 public:
  Place(std::shared_ptr<State> state, const ShortDigest& key) : state_(std::move(state)), key_(key) {}
  Place(Place&& other) noexcept = default;  // A shared_ptr that was moved from is null.
  Place& operator=(Place&&) = delete;
  ~Place();

 private:
  std::shared_ptr<State> state_;
  ShortDigest key_;
};

}  // namespace sesame::cloudapi

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/call_record.hpp"
#include "storage/database.hpp"

/// The stored form of the log of calls: rows of table call_block, each with some dozens to some thousands of
/// calls of one account. The calls of callers who prove to be nobody are account 0's.
namespace sesame::cloudapi {

/// Calls that are kept, of all accounts together and of strangers. When there are more, the oldest of the
/// accounts with the most are deleted: an account that calls often pushes out no calls but its own.
inline constexpr std::int64_t kCallsKeptMax = 100'000;
inline constexpr std::int64_t kStrangersCallsKeptMax = 10'000;
/// Packed bytes of them; of strangers' a quarter of this.
inline constexpr std::int64_t kCallBytesKeptMax = 64 * 1024 * 1024;
inline constexpr std::int64_t kCallsKeptMs = 24LL * 3600 * 1000;

/// Records in the order of their numbers, as write_record() wrote them. The bytes do not change.
struct CallPiece {
  std::shared_ptr<const char[]> bytes;
  std::size_t size = 0;

  std::string_view view() const { return {bytes.get(), size}; }
};

/// Pieces in the order of their numbers.
using CallPieces = std::vector<CallPiece>;

/// A record with the bytes that its texts lie in.
struct OwnedCall {
  std::shared_ptr<const std::string> bytes;
  CallRecord record;
};

/// Stores the calls. A row is added to while it is small, so that a quiet day does not end in tens of
/// thousands of rows. Calls that are stored already are passed over. Job: write.
void write_calls(storage::Writer& writer, std::span<const CallPiece> pieces);

/// Deletes the oldest calls of accounts that have more than their share. Call it after some thousands of
/// calls: it reads the sizes of all rows. Job: write.
void trim_calls(storage::Writer& writer);

/// The largest share for which the sum of min(amount, share) over `amounts` fits into `room`: an account that
/// has less than the share keeps all. Pure. Thread: any.
std::int64_t fair_share(std::vector<std::int64_t> amounts, std::int64_t room);

/// The call of that id, since `since_ms`, in `waiting` or stored; nullopt when none is kept. A repetition
/// that was answered from the record of its idempotency key has the id of the call that was carried out: that
/// one is found, or the newest repetition when it is not kept. Job: read.
std::optional<OwnedCall> find_call(storage::Reader& reader, const CallPieces& waiting,
                                   std::string_view request_id, std::int64_t since_ms);

/// Shows the calls that name the account, or all (nullopt), the newest first, from the one before number
/// `before` on (0: from the newest), until `visit` returns false. Reads the account's rows and those of
/// strangers, who may have named its credentials, but no other account's. Job: read.
void scan_calls(storage::Reader& reader, const CallPieces& waiting, std::optional<std::int64_t> account_id,
                std::uint64_t before, const std::function<bool(const CallRecord&)>& visit);

/// Deletes, among the `rows_max` rows with the lowest numbers, those whose calls are all from before
/// `before_ms`, or whose newest is from after `after_ms` (by a clock that was set back since); returns how
/// many went. Job: write.
std::int64_t delete_expired_calls(storage::Writer& writer, std::int64_t before_ms, std::int64_t after_ms,
                                  std::int64_t rows_max);

}  // namespace sesame::cloudapi

#include "cloudapi/call_blocks.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "base/packed.hpp"

namespace sesame::cloudapi {
namespace {

constexpr storage::Sql kInsert{
    "cloudapi.insert_calls",
    "INSERT INTO call_block (first_call, last_call, account_id, calls, last_ms, bytes, size, ids, packed) "
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"};
constexpr storage::Sql kExtend{"cloudapi.extend_calls",
                               "UPDATE call_block SET last_call = ?2, calls = ?3, last_ms = ?4, bytes = ?5, "
                               "size = ?6, ids = ?7, packed = ?8 WHERE first_call = ?1"};
constexpr storage::Sql kNewest{
    "cloudapi.newest_calls",
    "SELECT first_call, last_call, calls, last_ms, bytes, size, ids, packed FROM call_block "
    "WHERE account_id = ?1 ORDER BY first_call DESC LIMIT 1"};
constexpr storage::Sql kTotals{
    "cloudapi.totals_of_calls",
    "SELECT account_id, CAST(sum(calls) AS bigint), CAST(sum(bytes) AS bigint) FROM call_block "
    "GROUP BY account_id"};
constexpr storage::Sql kSizes{
    "cloudapi.sizes_of_calls",
    "SELECT first_call, calls, bytes FROM call_block WHERE account_id = ?1 ORDER BY first_call"};
constexpr storage::Sql kTrim{"cloudapi.trim_calls",
                             "DELETE FROM call_block WHERE account_id = ?1 AND first_call <= ?2"};
constexpr storage::Sql kBlocks{"cloudapi.blocks_of_calls",
                               "SELECT last_call, size, packed FROM call_block WHERE first_call < ?1 "
                               "ORDER BY last_call DESC"};
// The plus keeps the rows in the order of an index, which names their accounts: else all would be sorted.
constexpr storage::Sql kBlocksOf{"cloudapi.blocks_of_calls_of_account",
                                 "SELECT last_call, size, packed FROM call_block WHERE first_call < ?1 "
                                 "AND +account_id IN (?2, 0) ORDER BY last_call DESC"};
constexpr storage::Sql kFind{"cloudapi.find_call",
                             "SELECT size, ids, packed FROM call_block WHERE last_ms >= ?1 "
                             "ORDER BY last_call DESC"};
constexpr storage::Sql kDeleteExpired{"cloudapi.delete_expired_calls",
                                      "DELETE FROM call_block WHERE first_call IN (SELECT first_call FROM "
                                      "call_block ORDER BY last_call LIMIT ?3) "
                                      "AND (last_ms < ?1 OR last_ms > ?2)"};

constexpr std::size_t kIdBytes = 4;
// A row of this size is not added to: what is added is written together with what was there.
constexpr std::size_t kSmallBytes = 8 * 1024;
// A row is deleted when its newest call is a day old, so the calls of a row are of one hour.
constexpr std::int64_t kRowMs = 3'600'000;

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

/// Calls of one account on their way into a row.
struct Part {
  std::string bytes, ids;
  CallRecord last;  // Its texts lie in a piece.
  std::uint64_t first_number = 0, last_number = 0;
  std::int64_t calls = 0;
  std::int64_t last_ms = 0;
};

std::map<std::int64_t, Part> by_account(std::span<const CallPiece> pieces) {
  std::map<std::int64_t, Part> parts;
  for (const CallPiece& piece : pieces) {
    ByteReader from(piece.view());
    while (!from.at_end()) {
      const CallRecord record = read_record(from);
      if (from.failed()) break;
      Part& part = parts[record.proven ? record.account_id : 0];
      write_row_record(part.bytes, record, part.calls == 0 ? nullptr : &part.last);
      if (part.calls++ == 0) part.first_number = record.number;
      part.last_number = record.number;
      part.last_ms = std::max(part.last_ms, record.time_ms);
      part.last = record;
      part.ids += short_id(record.request_id);
    }
  }
  return parts;
}

/// An account's newest row; its blobs are read only when it is small.
struct NewestRow {
  std::int64_t first_call = 0;
  std::uint64_t last_call = 0;
  std::int64_t calls = 0;
  std::int64_t last_ms = 0;
  std::size_t bytes = 0;
  std::size_t size = 0;
  std::string ids, packed;

  static std::optional<NewestRow> read(storage::Writer& writer, std::int64_t account_id) {
    const auto rows = writer.query(kNewest, account_id);
    if (!rows->next()) return std::nullopt;
    NewestRow row;
    row.first_call = rows->next_integer();
    row.last_call = rows->next_integer<std::uint64_t>();
    row.calls = rows->next_integer();
    row.last_ms = rows->next_integer();
    row.bytes = rows->next_integer<std::size_t>();
    row.size = rows->next_integer<std::size_t>();
    if (row.bytes < kSmallBytes) {
      row.ids = text_of(rows->next_blob());
      row.packed = text_of(rows->next_blob());
    }
    rows->skip_rest();
    return row;
  }
};

/// Stores the calls of one account: in its newest row if that is small, else in a new one.
void write_part(storage::Writer& writer, std::int64_t account_id, const Part& part) {
  const std::optional<NewestRow> row = NewestRow::read(writer, account_id);
  // A job whose end nobody saw may have stored them.
  if (row && row->last_call >= part.last_number) return;
  const std::string packed = pack(part.bytes);
  const bool same_hour = row && row->last_ms / kRowMs == part.last_ms / kRowMs;
  if (same_hour && row->bytes < kSmallBytes) {
    const std::string whole = row->packed + packed;
    writer.run(kExtend, row->first_call, part.last_number, row->calls + part.calls,
               std::max(row->last_ms, part.last_ms), whole.size(), row->size + part.bytes.size(),
               blob_of(row->ids + part.ids), blob_of(whole));
    return;
  }
  writer.run(kInsert, part.first_number, part.last_number, account_id, part.calls, part.last_ms,
             packed.size(), part.bytes.size(), blob_of(part.ids), blob_of(packed));
}

/// The number of an account's calls and of their packed bytes.
struct Amount {
  std::int64_t account_id = 0;
  std::int64_t calls = 0;
  std::int64_t bytes = 0;
};

void trim_account(storage::Writer& writer, Amount amount, std::int64_t calls_max, std::int64_t bytes_max) {
  if (amount.calls <= calls_max && amount.bytes <= bytes_max) return;
  std::optional<std::int64_t> last_too_old;
  {
    const auto rows = writer.query(kSizes, amount.account_id);
    while (rows->next()) {
      const std::int64_t first_call = rows->next_integer();
      amount.calls -= rows->next_integer();
      amount.bytes -= rows->next_integer();
      // The row that holds the oldest call to be kept stays whole.
      if (amount.calls < calls_max && amount.bytes < bytes_max) break;
      last_too_old = first_call;
    }
  }
  if (last_too_old) writer.run(kTrim, amount.account_id, *last_too_old);
}

/// The records in these bytes, or those of them that name the account.
std::vector<CallRecord> read_all(std::string_view bytes, std::optional<std::int64_t> account_id) {
  std::vector<CallRecord> records;
  ByteReader reader(bytes);
  CallRecord record;
  while (!reader.at_end()) {
    record = read_record(reader, &record);
    if (reader.failed()) break;
    if (!account_id || record.account_id == *account_id) records.push_back(record);
  }
  return records;
}

/// The search for one call by its id.
class Search {
 public:
  Search(std::string_view request_id, std::int64_t since_ms) : request_id_(request_id), since_ms_(since_ms) {}

  /// True when the call that was carried out is in these bytes, which are searched after all newer ones.
  bool ends_in(std::string_view bytes) {
    ByteReader from(bytes);
    bool newer = found_.has_value();  // The call that was found before is newer than all in here.
    CallRecord record;
    while (!from.at_end() && !from.failed()) {
      record = read_record(from, &record);
      if (from.failed() || record.request_id != request_id_ || record.time_ms < since_ms_) continue;
      if (record.replayed && newer) continue;
      auto stored = std::make_shared<std::string>();
      write_record(*stored, record);
      ByteReader again(*stored);
      found_ = OwnedCall{stored, read_record(again)};
      newer = !record.replayed;
    }
    return found_ && !found_->record.replayed;
  }
  std::optional<OwnedCall> take() { return std::move(found_); }

 private:
  const std::string_view request_id_;
  const std::int64_t since_ms_;
  std::optional<OwnedCall> found_;
};

/// Puts the calls of rows whose numbers overlap into one order, the newest first.
class NewestFirst {
 public:
  NewestFirst(std::optional<std::int64_t> account_id, std::uint64_t before,
              const std::function<bool(const CallRecord&)>& visit)
      : account_id_(account_id),
        next_(before == 0 ? std::numeric_limits<std::uint64_t>::max() : before),
        visit_(visit) {}

  /// `keeper` owns the bytes.
  void add(std::shared_ptr<const void> keeper, std::string_view bytes) {
    auto block = std::make_unique<Block>();
    block->keeper = std::move(keeper);
    block->left = read_all(bytes, account_id_);
    push(std::move(block));
  }
  /// Shows what is newer than `number`. False when nothing more is wanted.
  bool show_after(std::uint64_t number) {
    while (!blocks_.empty() && blocks_.front()->left.back().number > number) {
      std::ranges::pop_heap(blocks_, {}, newest_of);
      std::unique_ptr<Block> block = std::move(blocks_.back());
      blocks_.pop_back();
      const CallRecord record = block->left.back();
      block->left.pop_back();
      // A call that waited when the search began may have been stored since.
      const bool fresh = record.number < next_;
      if (fresh) next_ = record.number;
      if (fresh && !visit_(record)) return false;
      push(std::move(block));
    }
    return true;
  }

 private:
  struct Block {
    std::shared_ptr<const void> keeper;
    std::vector<CallRecord> left;  // By number; the newest is taken first.
  };
  static std::uint64_t newest_of(const std::unique_ptr<Block>& block) { return block->left.back().number; }

  void push(std::unique_ptr<Block> block) {
    if (block->left.empty()) return;
    blocks_.push_back(std::move(block));
    std::ranges::push_heap(blocks_, {}, newest_of);
  }

  const std::optional<std::int64_t> account_id_;
  std::uint64_t next_;  // Calls of this number and above were shown.
  const std::function<bool(const CallRecord&)>& visit_;
  std::vector<std::unique_ptr<Block>> blocks_;  // A heap; the first has the newest call.
};

}  // namespace

void write_calls(storage::Writer& writer, std::span<const CallPiece> pieces) {
  for (const auto& [account_id, part] : by_account(pieces)) write_part(writer, account_id, part);
}

std::int64_t fair_share(std::vector<std::int64_t> amounts, std::int64_t room) {
  std::ranges::sort(amounts);
  auto sharers = static_cast<std::int64_t>(amounts.size());
  for (const std::int64_t amount : amounts) {
    if (amount > room / sharers) return room / sharers;
    room -= amount;
    --sharers;
  }
  return std::numeric_limits<std::int64_t>::max();
}

void trim_calls(storage::Writer& writer) {
  std::vector<Amount> accounts;
  std::vector<std::int64_t> calls, bytes;
  {
    const auto rows = writer.query(kTotals);
    while (rows->next()) {
      Amount amount;
      amount.account_id = rows->next_integer();
      amount.calls = rows->next_integer();
      amount.bytes = rows->next_integer();
      accounts.push_back(amount);
      if (amount.account_id == 0) continue;
      calls.push_back(amount.calls);
      bytes.push_back(amount.bytes);
    }
  }
  const std::int64_t calls_max = fair_share(std::move(calls), kCallsKeptMax);
  const std::int64_t bytes_max = fair_share(std::move(bytes), kCallBytesKeptMax);
  for (const Amount& amount : accounts) {
    if (amount.account_id == 0)
      trim_account(writer, amount, kStrangersCallsKeptMax, kCallBytesKeptMax / 4);
    else
      trim_account(writer, amount, calls_max, bytes_max);
  }
}

std::optional<OwnedCall> find_call(storage::Reader& reader, const CallPieces& waiting,
                                   std::string_view request_id, std::int64_t since_ms) {
  Search search(request_id, since_ms);
  for (auto piece = waiting.rbegin(); piece != waiting.rend(); ++piece) {
    if (search.ends_in(piece->view())) return search.take();
  }
  const std::string wanted = short_id(request_id);
  const auto rows = reader.query(kFind, since_ms);
  while (rows->next()) {
    const auto size = rows->next_integer<std::size_t>();
    if (!has_id(text_of(rows->next_blob()), wanted)) {
      rows->skip();
      continue;
    }
    const std::optional<std::string> bytes = unpack(rows->next_blob(), size);
    if (bytes && search.ends_in(records_of_row(*bytes))) break;
  }
  return search.take();
}

void scan_calls(storage::Reader& reader, const CallPieces& waiting, std::optional<std::int64_t> account_id,
                std::uint64_t before, const std::function<bool(const CallRecord&)>& visit) {
  NewestFirst order(account_id, before, visit);
  for (const CallPiece& piece : waiting) order.add(piece.bytes, piece.view());
  const std::int64_t bound =
      before == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(before);
  const auto rows = account_id ? reader.query(kBlocksOf, bound, *account_id) : reader.query(kBlocks, bound);
  while (rows->next()) {
    if (!order.show_after(rows->next_integer<std::uint64_t>())) return rows->skip_rest();
    const auto size = rows->next_integer<std::size_t>();
    const std::optional<std::string> bytes = unpack(rows->next_blob(), size);
    if (!bytes) continue;
    const auto kept = std::make_shared<const std::string>(records_of_row(*bytes));
    order.add(kept, *kept);
  }
  order.show_after(0);
}

std::int64_t delete_expired_calls(storage::Writer& writer, std::int64_t before_ms, std::int64_t after_ms,
                                  std::int64_t rows_max) {
  return writer.run(kDeleteExpired, before_ms, after_ms, rows_max);
}

}  // namespace sesame::cloudapi

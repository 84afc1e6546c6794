#include "cloudapi/idempotency.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "base/hex.hpp"
#include "cloudapi/errors.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::cloudapi {

namespace json = boost::json;

namespace {

using storage::Sql;

constexpr Sql kFind{
    "cloudapi.find_idempotent_answer",
    "SELECT request, request_id, answer FROM idempotent_answer WHERE key = ?1 AND created_ms > ?2"};
constexpr Sql kDeleteExpired{"cloudapi.delete_expired_answer",
                             "DELETE FROM idempotent_answer WHERE key = ?1 AND created_ms <= ?2"};
constexpr Sql kInsert{"cloudapi.insert_idempotent_answer",
                      "INSERT INTO idempotent_answer (account_id, key, request, request_id, answer, "
                      "created_ms) VALUES (?1, ?2, "
                      "?3, ?4, ?5, ?6)"};
// Numbers ascend in about the order of the times, as near as a day needs.
constexpr Sql kDeleteOldest{
    "cloudapi.delete_oldest_answers",
    "DELETE FROM idempotent_answer WHERE id IN (SELECT id FROM idempotent_answer ORDER BY id "
    "LIMIT ?2) AND (created_ms < ?1 OR created_ms > ?3)"};

storage::Blob blob_of(std::string_view bytes) { return std::as_bytes(std::span(bytes.data(), bytes.size())); }
storage::Blob blob_of(const ShortDigest& digest) { return std::as_bytes(std::span(digest)); }
std::string_view text_of(storage::Blob blob) {
  return {reinterpret_cast<const char*>(blob.data()), blob.size()};
}

// The length before each text keeps apart what is written without separators.
void append_text(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

void append_value(std::string& out, const json::value& value);

void append_object(std::string& out, const json::object& object) {
  std::vector<const json::key_value_pair*> members;
  for (const json::key_value_pair& member : object) members.push_back(&member);
  std::ranges::sort(members, {}, [](const auto* member) { return std::string_view(member->key()); });
  out.append("{");
  for (const json::key_value_pair* member : members) {
    append_text(out, member->key());
    append_value(out, member->value());
  }
  out.append("}");
}

// As deep as decode_parameters() lets a request be.
void append_value(std::string& out, const json::value& value) {
  if (const json::object* object = value.if_object()) {
    append_object(out, *object);
  } else if (const json::array* array = value.if_array()) {
    out.append("[");
    for (const json::value& item : *array) append_value(out, item);
    out.append("]");
  } else if (const json::string* text = value.if_string()) {
    out.append("\"");
    append_text(out, *text);
  } else {
    out.append(json::serialize(value)).append(",");
  }
}

ShortDigest short_digest(std::string_view bytes) {
  const Digest whole = sha256(bytes);
  ShortDigest out;
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= kIdempotencyKeyBytesMax &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; });
}

// A request id is a UUID; as 16 bytes it takes less than half of the room.
std::string packed(std::string_view request_id) {
  std::string digits(request_id);
  std::erase(digits, '-');
  Result<std::string> bytes = decode_hex(digits);
  return bytes ? std::move(*bytes) : std::string();
}

std::string unpacked(std::string_view bytes) {
  std::string text = encode_hex(bytes);
  for (const std::size_t at : {8, 13, 18, 23}) text.insert(at, 1, '-');
  return text;
}

}  // namespace

Result<IdempotentCall> identify_call(std::string_view key, const accounts::Scope& scope,
                                     std::string_view action, const json::object& parameters) {
  if (!is_key(key)) {
    return Error(errors::kIdempotencyKey)
        .with("name", std::string(kIdempotencyKeyHeader))
        .with("limit", std::to_string(kIdempotencyKeyBytesMax));
  }
  std::string owner = std::to_string(scope.account_id);
  append_text(owner, scope.region);
  append_text(owner, key);
  std::string request(action);
  append_object(request, parameters);
  return IdempotentCall{scope.account_id, short_digest(owner), short_digest(request)};
}

Result<std::optional<RecordedAnswer>> find_answer(storage::Reader& reader, const IdempotentCall& call,
                                                  std::int64_t now_ms) {
  const auto row = reader.query(kFind, blob_of(call.key), now_ms - kIdempotencyMs);
  if (!row->next()) return std::optional<RecordedAnswer>();
  const bool same = std::ranges::equal(row->next_blob(), blob_of(call.request));
  RecordedAnswer answer;
  answer.request_id = unpacked(text_of(row->next_blob()));
  answer.fields = json::parse(row->next_text()).as_object();
  if (!same) return Error(errors::kIdempotencyKeyUsed).with("name", std::string(kIdempotencyKeyHeader));
  return std::optional(std::move(answer));
}

void record_answer(storage::Writer& writer, const IdempotentCall& call, const RecordedAnswer& answer,
                   std::int64_t now_ms) {
  writer.run(kDeleteExpired, blob_of(call.key), now_ms - kIdempotencyMs);
  const std::string request_id = packed(answer.request_id);
  const std::string fields = json::serialize(answer.fields);
  writer.run(kInsert, call.account_id, blob_of(call.key), blob_of(call.request), blob_of(request_id), fields,
             now_ms);
}

void record_with_job(Work& work, const IdempotentCall& call, const std::string& request_id,
                     std::int64_t now_ms) {
  Work::WriteJob act = std::get<Work::WriteJob>(std::move(work.job));
  work.job = [act = std::move(act), call, request_id, now_ms](storage::Writer& writer) -> Answer {
    Answer answer = act(writer);
    if (answer) record_answer(writer, call, {request_id, *answer}, now_ms);
    return answer;
  };
}

std::int64_t delete_expired_answers(storage::Writer& writer, std::int64_t now_ms, std::int64_t rows_max) {
  return writer.run(kDeleteOldest, now_ms - kIdempotencyMs, rows_max, now_ms + kIdempotencyMs);
}

Result<CallsUnderWay::Place> CallsUnderWay::begin(const ShortDigest& key) {
  const MutexLock lock(state_->mutex);
  if (!state_->keys.insert(key).second) {
    return Error(errors::kIdempotencyKeyUnderWay).with("name", std::string(kIdempotencyKeyHeader));
  }
  return Place(state_, key);
}

CallsUnderWay::Place::~Place() {
  if (!state_) return;
  const MutexLock lock(state_->mutex);
  state_->keys.erase(key_);
}

}  // namespace sesame::cloudapi

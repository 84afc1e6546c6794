#include "messages/attempts.hpp"

#include <algorithm>

#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;

constexpr Sql kFindHost{"messages.find_host", "SELECT id FROM delivery_host WHERE name = ?1"};
constexpr Sql kInsertHost{"messages.insert_host",
                          "INSERT INTO delivery_host (name) VALUES (?1) ON CONFLICT (name) DO NOTHING"};

constexpr storage::SqlText kColumns{"number, at_ms, source_id, host, stage, code, text, tls, ms"};
constexpr Sql kInsertAttempt{
    "messages.insert_attempt",
    storage::sql_join<"INSERT INTO attempt (account_id, row_id, ", kColumns,
                      ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
                      "ON CONFLICT (row_id, number) DO UPDATE SET at_ms = excluded.at_ms, source_id = "
                      "excluded.source_id, host = excluded.host, stage = excluded.stage, code = "
                      "excluded.code, text = excluded.text, tls = excluded.tls, ms = excluded.ms">};
constexpr Sql kDropMiddle{"messages.drop_middle_attempts",
                          "DELETE FROM attempt WHERE row_id = ?1 AND number > ?2 AND number <= ?3"};
constexpr Sql kListAttempts{
    "messages.list_attempts",
    storage::sql_join<"SELECT ", kColumns, " FROM attempt WHERE row_id = ?1 ORDER BY number">};
constexpr Sql kMessage{
    "messages.attempts_of_message",
    "SELECT deliver_status, deliver_text, delivered_ms, attempts, source_id, tls, (SELECT name FROM "
    "delivery_host WHERE delivery_host.id = message.host_id) FROM message WHERE id = ?1"};

/// The part of a message row that is about its attempts.
struct MessageFacts {
  DeliverStatus status = DeliverStatus::waiting;
  std::string text;
  std::int64_t delivered_ms = 0;
  unsigned attempts = 0;
  std::int64_t source_id = 0;
  smtp::TlsLevel tls = smtp::TlsLevel::unknown;
  std::string host;
};

std::optional<MessageFacts> find_facts(storage::Reader& reader, std::int64_t row_id) {
  const auto row = reader.query(kMessage, row_id);
  if (!row->next()) return std::nullopt;
  MessageFacts facts;
  facts.status = row->next_integer<DeliverStatus>();
  facts.text = row->next_text();
  facts.delivered_ms = row->next_integer();
  facts.attempts = row->next_integer<unsigned>();
  facts.source_id = row->next_integer();
  facts.tls = row->next_integer<smtp::TlsLevel>();
  facts.host = row->next_optional_text().value_or("");
  return facts;
}

KeptAttempt read_attempt(storage::Rows& rows) {
  KeptAttempt attempt;
  attempt.number = rows.next_integer<unsigned>();
  attempt.at_ms = rows.next_integer();
  attempt.source_id = rows.next_integer();
  attempt.host = rows.next_text();
  attempt.stage = rows.next_integer<smtp::Stage>();
  attempt.code = rows.next_integer<unsigned>();
  attempt.text = rows.next_text();
  attempt.tls = rows.next_integer<smtp::TlsLevel>();
  attempt.ms = rows.next_integer();
  return attempt;
}

/// The reply's code at the beginning of a text; 0 when there is none.
unsigned code_of(const std::string& text) {
  constexpr std::size_t kDigits = 3;
  if (text.size() < kDigits ||
      !std::all_of(text.begin(), text.begin() + kDigits, [](char c) { return c >= '0' && c <= '9'; }))
    return 0;
  return static_cast<unsigned>((text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0'));
}

/// How an attempt ended follows from its place in the dialogue, its reply and what became of the message: one
/// that was tried again was not refused, whatever the code.
AttemptResult result_of(const KeptAttempt& attempt, const MessageFacts& facts) {
  constexpr unsigned kSuccess = 2;
  constexpr unsigned kTemporary = 4;
  const unsigned kind = attempt.code / 100;
  if (attempt.stage == smtp::Stage::dot && kind == kSuccess) return AttemptResult::delivered;
  if (attempt.stage == smtp::Stage::dot && kind < kTemporary) return AttemptResult::uncertain;
  const bool last = attempt.number >= facts.attempts;
  if (last && facts.status == DeliverStatus::refused) return AttemptResult::refused;
  return AttemptResult::deferred;
}

/// The attempt of a message that was delivered at the first try.
KeptAttempt plain_delivery(MessageFacts facts) {
  KeptAttempt attempt;
  attempt.number = 1;
  attempt.at_ms = facts.delivered_ms;
  attempt.host = std::move(facts.host);
  attempt.source_id = facts.source_id;
  attempt.tls = facts.tls;
  attempt.result = AttemptResult::delivered;
  // A mail that was returned has the words of the returned mail there.
  if (facts.status != DeliverStatus::delivered) return attempt;
  attempt.code = code_of(facts.text);
  attempt.text = std::move(facts.text);
  return attempt;
}

}  // namespace

std::vector<KeptAttempt> list_attempts(storage::Reader& reader, std::int64_t row_id) {
  std::optional<MessageFacts> facts = find_facts(reader, row_id);
  std::vector<KeptAttempt> kept;
  if (!facts) return kept;
  const auto rows = reader.query(kListAttempts, row_id);
  while (rows->next()) {
    KeptAttempt& attempt = kept.emplace_back(read_attempt(*rows));
    attempt.result = result_of(attempt, *facts);
  }
  if (kept.empty() && facts->attempts == 1 && facts->delivered_ms != 0)
    kept.push_back(plain_delivery(std::move(*facts)));
  return kept;
}

std::int64_t AttemptWriter::host_id(const std::string& name) {
  if (name.empty()) return 0;
  std::int64_t& id = hosts_[name];
  if (id != 0) return id;
  const auto find = [&] {
    const auto row = writer_.query(kFindHost, name);
    return row->next() ? row->next_integer() : 0;
  };
  id = find();
  if (id == 0) {
    writer_.run(kInsertHost, name);
    id = find();
  }
  return id;
}

void AttemptWriter::add(std::int64_t row_id, const Outcome& outcome) {
  if (!outcome.attempt || outcome.attempt->plain) return;
  const AttemptTrace& attempt = *outcome.attempt;
  const unsigned number = outcome.attempts;
  writer_.run(kInsertAttempt, outcome.scope.account_id, row_id, number, outcome.happened_ms,
              attempt.source_id, attempt.host, attempt.stage, attempt.code, attempt.text, attempt.tls,
              attempt.ms);
  if (number > kFirstAttemptsKept + kNewestAttemptsKept)
    writer_.run(kDropMiddle, row_id, kFirstAttemptsKept, number - kNewestAttemptsKept);
}

}  // namespace sesame::messages

#include "messages/pauses.hpp"

#include <xxhash.h>

#include "messages/errors.hpp"
#include "messages/queues.hpp"
#include "storage/sql_text.hpp"

namespace sesame::messages {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::SqlText;

constexpr SqlText kSelect{"SELECT domain, account_id, since_ms, until_ms, reason FROM delivery_pause "};
constexpr SqlText kInForce{"(until_ms IS NULL OR until_ms > ?1)"};

constexpr Sql kCount{"messages.count_pauses", sql_join<"SELECT count(*) FROM delivery_pause WHERE ", kInForce,
                                                       " AND account_id = ?2 AND domain <> ?3">};
constexpr Sql kPut{"messages.put_pause",
                   "INSERT INTO delivery_pause (domain, account_id, since_ms, until_ms, reason) VALUES (?1, "
                   "?2, ?3, ?4, ?5) ON CONFLICT (domain, account_id) DO UPDATE SET since_ms = "
                   "excluded.since_ms, until_ms = excluded.until_ms, reason = excluded.reason"};
constexpr Sql kFind{"messages.find_pause",
                    sql_join<kSelect, "WHERE ", kInForce, " AND domain = ?2 AND account_id = ?3">};
constexpr Sql kEnd{"messages.end_pause", "DELETE FROM delivery_pause WHERE domain = ?1 AND account_id = ?2"};
// Queues that were put off while it lasted, by a minute at most; a look corrects times that are too early.
// The first conditions are those of the index outbound_queue_due.
constexpr SqlText kPutOff{
    "UPDATE outbound_queue SET next_due_ms = ?3 WHERE queue_id IN (SELECT queue_id FROM outbound_queue WHERE "
    "waiting > 0 AND paused = 0 AND next_due_ms > ?3 AND next_due_ms <= ?3 + 60000 AND (?2 = 0 OR account_id "
    "= ?2) AND "};
constexpr SqlText kSoonest{" ORDER BY next_due_ms LIMIT ?4)"};
constexpr Sql kForward{"messages.bring_paused_forward", sql_join<kPutOff, "?1 = ''", kSoonest>};
constexpr Sql kForwardDomain{"messages.bring_paused_domain_forward",
                             sql_join<kPutOff, "domain = ?1", kSoonest>};
// Queues beyond it are looked at within a minute all the same.
constexpr std::int64_t kForwardMost = 1'000;
constexpr Sql kDeleteEnded{
    "messages.delete_ended_pauses",
    "DELETE FROM delivery_pause WHERE pause_id IN (SELECT pause_id FROM delivery_pause WHERE until_ms < ?1 "
    "LIMIT ?2)"};
constexpr Sql kAll{"messages.read_pauses", sql_join<kSelect, "">};
constexpr Sql kAny{"messages.any_pause",
                   sql_join<"SELECT 1 FROM delivery_pause WHERE ", kInForce, " LIMIT 1">};
constexpr Sql kHolding{"messages.holding_pauses",
                       sql_join<kSelect, "WHERE ", kInForce,
                                " AND domain IN ('', ?2) AND account_id IN (0, ?3) ORDER BY until_ms IS NULL "
                                "DESC, until_ms DESC LIMIT 1">};

constexpr SqlText kListed{" AND (?2 = '' OR domain IN ('', ?2)) AND (?3 = 0 OR account_id IN (0, ?3))"};
constexpr Sql kTotal{"messages.total_pauses",
                     sql_join<"SELECT count(*) FROM delivery_pause WHERE ", kInForce, kListed>};
constexpr Sql kList{"messages.list_pauses",
                    sql_join<kSelect, "WHERE ", kInForce, kListed,
                             " ORDER BY since_ms DESC, pause_id DESC LIMIT ?4 OFFSET ?5">};

Pause read_pause(storage::Rows& rows) {
  Pause pause;
  pause.domain = rows.next_text();
  pause.account_id = rows.next_integer();
  pause.since_ms = rows.next_integer();
  pause.until_ms = rows.next_optional_integer();
  pause.reason = rows.next_text();
  return pause;
}

constexpr std::uint64_t kDomainSeed = 0x70617573655f646fU;
constexpr std::uint64_t kAccountSeed = 0x70617573655f6163U;

}  // namespace

std::uint64_t change_key_of_domain(std::string_view domain) {
  const std::string key = queue_domain(domain);
  return XXH3_64bits_withSeed(key.data(), key.size(), kDomainSeed);
}

std::uint64_t change_key_of_account(std::int64_t account_id) {
  return XXH3_64bits_withSeed(&account_id, sizeof account_id, kAccountSeed);
}

Status begin_pause(storage::Writer& writer, const Pause& pause, std::int64_t now_ms) {
  {
    const auto row = writer.query(kCount, now_ms, pause.account_id, pause.domain);
    if (row->next() && row->next_integer() >= kPausesMax)
      return Error(errors::kTooManyPauses).with("limit", std::to_string(kPausesMax));
  }
  writer.run(kPut, pause.domain, pause.account_id, pause.since_ms, pause.until_ms, pause.reason);
  writer.publish({kPausesChanged, pause.domain.empty() ? change_key_of_account(pause.account_id)
                                                       : change_key_of_domain(pause.domain)});
  return Done{};
}

std::optional<Pause> end_pause(storage::Writer& writer, const PauseKey& key, std::int64_t now_ms) {
  std::optional<Pause> ended;
  {
    const auto row = writer.query(kFind, now_ms, key.domain, key.account_id);
    if (!row->next()) return std::nullopt;
    ended = read_pause(*row);
  }
  writer.run(kEnd, key.domain, key.account_id);
  writer.run(key.domain.empty() ? kForward : kForwardDomain, key.domain, key.account_id, now_ms,
             kForwardMost);
  writer.publish({kPausesChanged});
  return ended;
}

std::int64_t delete_ended_pauses(storage::Writer& writer, std::int64_t before_ms, std::int64_t most) {
  return writer.run(kDeleteEnded, before_ms, most);
}

std::vector<Pause> read_pauses(storage::Reader& reader) {
  std::vector<Pause> pauses;
  const auto rows = reader.query(kAll);
  while (rows->next()) pauses.push_back(read_pause(*rows));
  return pauses;
}

PausePage list_pauses(storage::Reader& reader, const PauseListQuery& query) {
  PausePage page;
  {
    const auto row = reader.query(kTotal, query.now_ms, query.domain, query.account_id);
    if (row->next()) page.total = row->next_integer();
  }
  const auto rows =
      reader.query(kList, query.now_ms, query.domain, query.account_id, query.limit, query.offset);
  while (rows->next()) page.pauses.push_back(read_pause(*rows));
  return page;
}

PauseLookup::PauseLookup(storage::Reader& reader, std::int64_t now_ms) : reader_(reader), now_ms_(now_ms) {
  any_ = reader.query(kAny, now_ms)->next();
}

const Pause* PauseLookup::find(std::int64_t account_id, std::string_view domain) {
  if (!any_) return nullptr;
  const auto [known, is_new] = found_.try_emplace({queue_domain(domain), account_id});
  if (is_new) {
    const auto row = reader_.query(kHolding, now_ms_, known->first.domain, account_id);
    if (row->next()) known->second = read_pause(*row);
  }
  return known->second ? &*known->second : nullptr;
}

}  // namespace sesame::messages

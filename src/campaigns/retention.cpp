#include "campaigns/retention.hpp"

#include "accounts/mail_id.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kForgetMailings{
    "campaigns.forget_mailings",
    "UPDATE run SET mailing = ?3 WHERE run_id IN (SELECT run_id FROM run WHERE finished_ms < ?1 AND "
    "finished_ms IS NOT NULL AND length(mailing) > 0 AND deferred = 0 ORDER BY finished_ms LIMIT ?2)"};
constexpr storage::Sql kForgetLedgers{
    "campaigns.forget_ledgers",
    "DELETE FROM run_block WHERE run_id IN (SELECT run_id FROM run WHERE finished_ms < ?1 AND finished_ms "
    "IS NOT NULL AND ledger_kept = 1 AND deferred = 0 ORDER BY finished_ms LIMIT ?2)"};
constexpr storage::Sql kMarkForgotten{
    "campaigns.mark_ledgers_forgotten",
    "UPDATE run SET ledger_kept = 0 WHERE run_id IN (SELECT run_id FROM run WHERE finished_ms < ?1 AND "
    "finished_ms "
    "IS NOT NULL AND ledger_kept = 1 AND deferred = 0 ORDER BY finished_ms LIMIT ?2)"};
constexpr storage::Sql kForgetSends{
    "campaigns.forget_sends",
    "DELETE FROM send WHERE send_id IN (SELECT send_id FROM send WHERE send_id < (SELECT min(send_id) FROM "
    "send) + 100000 AND created_ms < ?1 AND mailing IS NULL AND NOT EXISTS (SELECT 1 FROM message WHERE "
    "message.parent_id = send.send_id AND message.kind = ?3) ORDER BY send_id LIMIT ?2)"};

}  // namespace

std::int64_t delete_expired_mailings(storage::Writer& writer, std::int64_t ended_before_ms,
                                     std::int64_t most) {
  return writer.run(kForgetMailings, ended_before_ms, most, storage::Blob());
}

std::int64_t delete_expired_ledgers(storage::Writer& writer, std::int64_t ended_before_ms,
                                    std::int64_t most) {
  writer.run(kForgetLedgers, ended_before_ms, most);
  return writer.run(kMarkForgotten, ended_before_ms, most);
}

std::int64_t delete_expired_sends(storage::Writer& writer, std::int64_t accepted_before_ms,
                                  std::int64_t most) {
  return writer.run(kForgetSends, accepted_before_ms, most, accounts::MailId::Kind::send);
}

}  // namespace sesame::campaigns

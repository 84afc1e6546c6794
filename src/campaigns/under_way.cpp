#include "campaigns/under_way.hpp"

#include "mime/address.hpp"
#include "senders/domains.hpp"

namespace sesame::campaigns {
namespace {

// The conditions are those of the indexes run_under_way and send_under_way.
constexpr storage::Sql kDomainIsMailed{
    "campaigns.domain_is_mailed",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM run WHERE account_id = ?1 AND region = ?2 AND sender_domain = ?3 "
    "AND (finished_ms IS NULL OR deferred > 0)) "
    "OR EXISTS (SELECT 1 FROM send WHERE account_id = ?1 AND region = ?2 AND sender_domain = ?3 "
    "AND mailing IS NOT NULL)"};

constexpr storage::Sql kSendersUnderWay{
    "campaigns.senders_under_way",
    "SELECT t.sender FROM run r JOIN send_task t ON t.task_id = r.task_id WHERE r.account_id = ?1 AND "
    "r.region = ?2 AND r.sender_domain = ?3 AND (r.finished_ms IS NULL OR r.deferred > 0)"};

}  // namespace

bool domain_is_mailed(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain) {
  return reader.query(kDomainIsMailed, scope.account_id, scope.region, domain)->next();
}

bool address_is_mailed(storage::Reader& reader, const accounts::Scope& scope, std::string_view address) {
  const Result<std::string> domain = senders::domain_name(mime::domain_of(address));
  if (!domain) return false;
  const std::string canonical = mime::canonical_address(address);
  const auto rows = reader.query(kSendersUnderWay, scope.account_id, scope.region, *domain);
  while (rows->next()) {
    const Result<mime::Mailbox> sender = mime::parse_mailbox(rows->next_text());
    if (sender && mime::canonical_address(sender->address) == canonical) return true;
  }
  return false;
}

}  // namespace sesame::campaigns

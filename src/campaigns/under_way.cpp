#include "campaigns/under_way.hpp"

namespace sesame::campaigns {
namespace {

// The conditions are those of the indexes run_under_way and send_under_way.
constexpr storage::Sql kDomainIsMailed{
    "campaigns.domain_is_mailed",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM run WHERE account_id = ?1 AND region = ?2 AND sender_domain = ?3 "
    "AND (finished_ms IS NULL OR deferred > 0)) "
    "OR EXISTS (SELECT 1 FROM send WHERE account_id = ?1 AND region = ?2 AND sender_domain = ?3 "
    "AND mailing IS NOT NULL)"};

}  // namespace

bool domain_is_mailed(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain) {
  return reader.query(kDomainIsMailed, scope.account_id, scope.region, domain)->next();
}

}  // namespace sesame::campaigns

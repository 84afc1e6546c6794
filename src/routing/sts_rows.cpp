#include "routing/sts_rows.hpp"

#include <algorithm>
#include <string_view>

#include "base/ascii.hpp"

namespace sesame::routing {
namespace {

using storage::Sql;

constexpr Sql kRead{
    "routing.read_sts_policies",
    "SELECT destination, policy_id, mode, mx, max_age_s, fetched_ms, expires_ms FROM sts_policy "
    "WHERE expires_ms > ?1 ORDER BY fetched_ms DESC LIMIT ?2"};
constexpr Sql kWrite{
    "routing.write_sts_policy",
    "INSERT INTO sts_policy (destination, policy_id, mode, mx, max_age_s, fetched_ms, expires_ms) VALUES "
    "(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (destination) DO UPDATE SET policy_id = excluded.policy_id, "
    "mode = excluded.mode, mx = excluded.mx, max_age_s = excluded.max_age_s, fetched_ms = "
    "excluded.fetched_ms, expires_ms = excluded.expires_ms"};
constexpr Sql kDelete{"routing.delete_sts_policy", "DELETE FROM sts_policy WHERE destination = ?1"};
constexpr Sql kDeleteExpired{
    "routing.delete_expired_sts_policies",
    "DELETE FROM sts_policy WHERE destination IN (SELECT destination FROM sts_policy WHERE expires_ms <= ?1 "
    "ORDER BY expires_ms LIMIT ?2)"};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    if (!text.empty()) text += '\n';
    text += line;
  }
  return text;
}

}  // namespace

StsPolicyRows read_sts_policies(storage::Reader& reader, std::int64_t now_ms, std::size_t most) {
  StsPolicyRows policies;
  const auto rows = reader.query(kRead, now_ms, static_cast<std::int64_t>(most));
  while (rows->next()) {
    std::string destination(rows->next_text());
    StoredPolicy row;
    row.policy.id = rows->next_text();
    row.policy.mode = static_cast<StsPolicy::Mode>(rows->next_integer());
    const std::string hosts(rows->next_text());
    for (const std::string_view host : ascii::split(hosts, '\n')) {
      if (!host.empty()) row.policy.mx.emplace_back(host);
    }
    row.policy.max_age_s = rows->next_integer();
    row.fetched_ms = std::min(rows->next_integer(), now_ms);
    row.expires_ms = std::min(rows->next_integer(), now_ms + row.policy.max_age_s * 1000);
    policies.emplace(std::move(destination), std::move(row));
  }
  return policies;
}

void write_sts_policies(storage::Writer& writer, const StsPolicyRows& rows) {
  for (const auto& [destination, row] : rows) {
    if (!row) {
      writer.run(kDelete, destination);
      continue;
    }
    writer.run(kWrite, destination, row->policy.id, row->policy.mode, joined(row->policy.mx),
               row->policy.max_age_s, row->fetched_ms, row->expires_ms);
  }
}

std::int64_t delete_expired_sts_policies(storage::Writer& writer, std::int64_t now_ms, std::int64_t most) {
  return writer.run(kDeleteExpired, now_ms, most);
}

}  // namespace sesame::routing

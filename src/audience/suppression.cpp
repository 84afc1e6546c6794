#include "audience/suppression.hpp"

#include <algorithm>
#include <string>

#include "audience/installation.hpp"
#include "audience/recipient_key.hpp"
#include "base/beijing_time.hpp"
#include "mime/address.hpp"

namespace sesame::audience {
namespace {

using storage::Sql;

constexpr Sql kAnyBounce{"audience.any_bounce", "SELECT 1 FROM hard_bounce LIMIT 1"};
constexpr Sql kBounce{
    "audience.bounce_of",
    "SELECT heard_by, bounced_ms, canonical FROM hard_bounce WHERE hash = ?1 AND bounced_ms > ?2 AND "
    "simulated <= ?3"};
constexpr Sql kAnyBlock{"audience.any_block",
                        "SELECT 1 FROM custom_block WHERE account_id = ?1 AND region = ?2 LIMIT 1"};
// The scope is compared in code: with the scope in the condition SQLite would use its index and read the
// whole list.
constexpr Sql kBlock{"audience.block_of",
                     "SELECT account_id, region, canonical FROM custom_block WHERE hash = ?1 AND "
                     "(last_day IS NULL OR last_day >= ?2)"};

constexpr Sql kAnyUnsubscribe{"audience.any_unsubscribe",
                              "SELECT 1 FROM unsubscribe WHERE account_id = ?1 AND region = ?2 LIMIT 1"};
constexpr Sql kUnsubscribe{"audience.unsubscribe_of",
                           "SELECT canonical FROM unsubscribe WHERE hash = ?1 AND account_id = ?2 AND "
                           "region = ?3 AND sender_domain = ?4 AND simulated <= ?5"};

struct Probe {
  std::uint64_t hash;
  std::uint32_t index;
};

/// The probes in the order of their hashes, which is the order of the index: its pages are read once.
std::vector<Probe> probes_of(std::span<const std::string_view> addresses, std::uint64_t seed) {
  std::vector<Probe> probes;
  probes.reserve(addresses.size());
  std::string scratch;
  for (std::uint32_t i = 0; i < addresses.size(); ++i) {
    probes.push_back({hash_of_address(addresses[i], seed, scratch), i});
  }
  // The database compares its numbers as signed ones.
  std::ranges::sort(probes, {}, [](const Probe& probe) { return static_cast<std::int64_t>(probe.hash); });
  return probes;
}

bool is_bounced(storage::Reader& reader, const Probe& probe, std::string_view address,
                const accounts::Scope& scope, const SuppressionRules& rules, std::int64_t end_ms) {
  const auto rows = reader.query(kBounce, probe.hash, end_ms, rules.sandbox);
  while (rows->next()) {
    const std::int64_t owner = rows->next_integer();
    const std::int64_t bounced_ms = rows->next_integer();
    const std::string_view canonical = rows->next_text();
    const bool ours = owner == scope.account_id;
    if (!ours && owner != kAllAccounts) continue;
    if (canonical != mime::canonical_address(address)) continue;
    if (ours || !is_exempt(reader, scope, canonical, probe.hash, bounced_ms)) return true;
  }
  return false;
}

bool is_blocked(storage::Reader& reader, const Probe& probe, std::string_view address,
                const accounts::Scope& scope, std::int64_t today) {
  const auto rows = reader.query(kBlock, probe.hash, today);
  while (rows->next()) {
    const bool of_account = rows->next_integer() == scope.account_id;
    const bool of_region = rows->next_text() == scope.region;
    const std::string_view canonical = rows->next_text();
    if (of_account && of_region && canonical == mime::canonical_address(address)) return true;
  }
  return false;
}

bool is_unsubscribed(storage::Reader& reader, const Probe& probe, std::string_view address,
                     const accounts::Scope& scope, std::string_view sender_domain,
                     const SuppressionRules& rules) {
  const auto rows =
      reader.query(kUnsubscribe, probe.hash, scope.account_id, scope.region, sender_domain, rules.sandbox);
  while (rows->next()) {
    if (rows->next_text() == mime::canonical_address(address)) return true;
  }
  return false;
}

}  // namespace

std::string_view explain(Suppression suppression) {
  switch (suppression) {
    case Suppression::none:
      return "";
    case Suppression::bounced:
      return "not sent: the address is on the list of addresses that do not exist";
    case Suppression::unsubscribed:
      return "not sent: the recipient does not want mail from this sender domain any more";
    case Suppression::blocked:
      return "not sent: the address is on the account's block list";
  }
  return "";
}

std::vector<Suppression> find_suppressed(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view sender_domain,
                                         std::span<const std::string_view> addresses,
                                         const SuppressionRules& rules, std::int64_t now_ms) {
  std::vector<Suppression> found(addresses.size(), Suppression::none);
  const bool bounces = reader.query(kAnyBounce)->next();
  const bool blocks = reader.query(kAnyBlock, scope.account_id, scope.region)->next();
  const bool unsubscribes = reader.query(kAnyUnsubscribe, scope.account_id, scope.region)->next();
  if (!bounces && !blocks && !unsubscribes) return found;
  const std::vector<Probe> probes = probes_of(addresses, hash_seed(reader).value_or(0));
  const std::int64_t today = beijing_day(now_ms);
  for (const Probe& probe : probes) {
    if (!unsubscribes) break;
    if (is_unsubscribed(reader, probe, addresses[probe.index], scope, sender_domain, rules))
      found[probe.index] = Suppression::unsubscribed;
  }
  for (const Probe& probe : probes) {
    if (!blocks) break;
    if (is_blocked(reader, probe, addresses[probe.index], scope, today))
      found[probe.index] = Suppression::blocked;
  }
  const std::int64_t end_ms = rules.bounces_end_ms(now_ms);
  for (const Probe& probe : probes) {
    if (!bounces) break;
    if (is_bounced(reader, probe, addresses[probe.index], scope, rules, end_ms))
      found[probe.index] = Suppression::bounced;
  }
  return found;
}

}  // namespace sesame::audience

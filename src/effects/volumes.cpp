#include "effects/volumes.hpp"

#include <map>
#include <tuple>
#include <utility>

#include "base/ascii.hpp"
#include "mime/address.hpp"
#include "storage/sql_text.hpp"

namespace sesame::effects {
namespace {

using storage::Sql;
using storage::sql_join;
using storage::sql_parameters;
using storage::SqlText;

constexpr SqlText kInserted{
    "account_id, region, recipient_domain, day, sender_domain, requested, accepted, delivered, bounced, "
    "opened, clicked, unsubscribed, complained, machine_opened, machine_clicked"};
constexpr Sql kAdd{
    "effects.add_volume",
    sql_join<"INSERT INTO daily_volume (", kInserted, ") VALUES (", sql_parameters<kInserted>,
             ") ON CONFLICT (account_id, region, recipient_domain, day, sender_domain) DO UPDATE SET "
             "requested = daily_volume.requested + excluded.requested, "
             "accepted = daily_volume.accepted + excluded.accepted, "
             "delivered = daily_volume.delivered + excluded.delivered, "
             "bounced = daily_volume.bounced + excluded.bounced, "
             "opened = daily_volume.opened + excluded.opened, "
             "clicked = daily_volume.clicked + excluded.clicked, "
             "unsubscribed = daily_volume.unsubscribed + excluded.unsubscribed, "
             "complained = daily_volume.complained + excluded.complained, "
             "machine_opened = daily_volume.machine_opened + excluded.machine_opened, "
             "machine_clicked = daily_volume.machine_clicked + excluded.machine_clicked">};
constexpr Sql kDaily{
    "effects.daily_volumes",
    "SELECT day, CAST(sum(requested) AS bigint), CAST(sum(accepted) AS bigint), CAST(sum(delivered) AS "
    "bigint), CAST(sum(bounced) AS bigint), CAST(sum(opened) AS bigint), CAST(sum(clicked) AS bigint), "
    "CAST(sum(unsubscribed) AS bigint), CAST(sum(complained) AS bigint), CAST(sum(machine_opened) AS "
    "bigint), CAST(sum(machine_clicked) AS bigint) FROM daily_volume WHERE "
    "account_id = ?1 AND region = ?2 AND "
    "recipient_domain = ?3 AND day BETWEEN ?4 AND ?5 AND (?6 = '' OR sender_domain = ?6) GROUP BY day ORDER "
    "BY day"};

// Each query finds the next domain by one step in the index; its first row is the oldest day.
constexpr SqlText kNext{"SELECT account_id, region, recipient_domain, day FROM daily_volume WHERE "};
constexpr Sql kNextDomain{"effects.next_volume_domain",
                          sql_join<kNext,
                                   "account_id = ?1 AND region = ?2 AND recipient_domain > ?3 ORDER BY "
                                   "recipient_domain, day LIMIT 1">};
constexpr Sql kNextRegion{
    "effects.next_volume_region",
    sql_join<kNext, "account_id = ?1 AND region > ?2 ORDER BY region, recipient_domain, day LIMIT 1">};
constexpr Sql kNextAccount{
    "effects.next_volume_account",
    sql_join<kNext, "account_id > ?1 ORDER BY account_id, region, recipient_domain, day LIMIT 1">};
constexpr Sql kDeleteExpired{
    "effects.delete_expired_volumes",
    "DELETE FROM daily_volume WHERE account_id = ?1 AND region = ?2 AND recipient_domain = "
    "?3 AND day < ?4"};

constexpr std::string_view kAllRecipients = "";

using Place = std::tuple<std::int64_t, std::string_view, std::string_view, std::int64_t, std::string_view>;

struct OldestDay {
  VolumePlace place;
  std::int64_t day = 0;
};

std::optional<OldestDay> read_oldest(storage::Rows& rows) {
  return OldestDay{{{rows.next_integer(), std::string(rows.next_text())}, std::string(rows.next_text())},
                   rows.next_integer()};
}

std::optional<OldestDay> oldest_behind(storage::Reader& reader, const VolumePlace& place) {
  const auto& [scope, domain] = place;
  if (const auto row = reader.query(kNextDomain, scope.account_id, scope.region, domain); row->next())
    return read_oldest(*row);
  if (const auto row = reader.query(kNextRegion, scope.account_id, scope.region); row->next())
    return read_oldest(*row);
  if (const auto row = reader.query(kNextAccount, scope.account_id); row->next()) return read_oldest(*row);
  return std::nullopt;
}

}  // namespace

Volume& Volume::operator+=(const Volume& more) {
  requested += more.requested;
  accepted += more.accepted;
  delivered += more.delivered;
  bounced += more.bounced;
  opened += more.opened;
  clicked += more.clicked;
  unsubscribed += more.unsubscribed;
  complained += more.complained;
  machine_opened += more.machine_opened;
  machine_clicked += more.machine_clicked;
  return *this;
}

std::string counted_domain(std::string_view address) {
  const std::size_t at = address.rfind('@');
  const std::string_view domain = at == address.npos ? std::string_view() : address.substr(at + 1);
  return mime::ascii_domain(domain).value_or(ascii::lower(domain));
}

void add_volumes(storage::Writer& writer, std::span<const VolumeChange> changes) {
  std::map<Place, Volume> sums;
  for (const VolumeChange& change : changes) {
    const accounts::Scope& scope = change.scope;
    for (const std::string_view recipients : {std::string_view(change.recipient_domain), kAllRecipients}) {
      sums[Place(scope.account_id, scope.region, recipients, change.day, change.sender_domain)] +=
          change.volume;
    }
  }
  for (const auto& [place, sum] : sums) {
    if (sum == Volume{}) continue;
    const auto& [account_id, region, recipients, day, sender] = place;
    writer.run(kAdd, account_id, region, recipients, day, sender, sum.requested, sum.accepted, sum.delivered,
               sum.bounced, sum.opened, sum.clicked, sum.unsubscribed, sum.complained, sum.machine_opened,
               sum.machine_clicked);
  }
}

std::vector<DailyVolume> daily_volumes(storage::Reader& reader, const VolumeQuery& query) {
  std::vector<DailyVolume> days;
  const auto rows = reader.query(kDaily, query.scope.account_id, query.scope.region, query.recipient_domain,
                                 query.first_day, query.last_day, query.sender_domain);
  while (rows->next()) {
    const std::int64_t day = rows->next_integer();
    const Volume volume{.requested = rows->next_integer(),
                        .accepted = rows->next_integer(),
                        .delivered = rows->next_integer(),
                        .bounced = rows->next_integer(),
                        .opened = rows->next_integer(),
                        .clicked = rows->next_integer(),
                        .unsubscribed = rows->next_integer(),
                        .complained = rows->next_integer(),
                        .machine_opened = rows->next_integer(),
                        .machine_clicked = rows->next_integer()};
    days.push_back({day, volume});
  }
  return days;
}

ExpiredVolumes delete_expired_volumes(storage::Writer& writer, std::int64_t first_day,
                                      const VolumePlace& after, std::int64_t most) {
  ExpiredVolumes expired{0, after};
  for (std::int64_t domains = 0; domains < most; ++domains) {
    std::optional<OldestDay> oldest = oldest_behind(writer, *expired.next);
    if (!oldest) return {expired.rows, std::nullopt};
    const auto& [scope, domain] = oldest->place;
    if (oldest->day < first_day)
      expired.rows += writer.run(kDeleteExpired, scope.account_id, scope.region, domain, first_day);
    expired.next = std::move(oldest->place);
  }
  return expired;
}

}  // namespace sesame::effects

#include "senders/tracking.hpp"

#include <string>

#include "mime/address.hpp"
#include "senders/addresses.hpp"
#include "senders/errors.hpp"

namespace sesame::senders {

namespace {

using storage::Sql;

constexpr std::int64_t kAccountLevel = 0;

// The row of the sender, if it exists, stands before that of the scope.
constexpr Sql kHolds{
    "senders.tracking_of",
    "SELECT opens, clicks FROM tracking_setting WHERE account_id = ?1 AND region = ?2 AND address_id IN "
    "(0, (SELECT id FROM sender_address WHERE account_id = ?1 AND region = ?2 AND canonical = ?3)) "
    "ORDER BY address_id DESC"};
constexpr Sql kFind{"senders.find_tracking",
                    "SELECT opens, clicks FROM tracking_setting WHERE account_id = ?1 AND region = ?2 AND "
                    "address_id = ?3"};
constexpr Sql kSet{"senders.set_tracking",
                   "INSERT INTO tracking_setting (account_id, region, address_id, opens, clicks) VALUES "
                   "(?1, ?2, ?3, ?4, ?5) ON CONFLICT (account_id, region, address_id) DO UPDATE SET "
                   "opens = excluded.opens, clicks = excluded.clicks"};

TrackingSetting setting_from(storage::Rows& row) {
  return {.opens = row.next_optional_integer<bool>(), .clicks = row.next_optional_integer<bool>()};
}

Result<std::int64_t> level_of(storage::Reader& reader, const accounts::Scope& scope,
                              std::string_view address) {
  if (address.empty()) return kAccountLevel;
  if (mime::check_address(address) != mime::AddressFault::none)
    return Error(errors::kAddressIllegal).with("value", std::string(address));
  const std::optional<SenderAddress> found = find_address(reader, scope, address);
  if (!found) return Error(errors::kAddressMissing).with("value", std::string(address));
  return found->id;
}

}  // namespace

Tracking tracking_of(storage::Reader& reader, const accounts::Scope& scope, std::string_view address,
                     const Tracking& server) {
  TrackingSetting said;
  const auto rows = reader.query(kHolds, scope.account_id, scope.region, mime::canonical_address(address));
  while (rows->next()) {
    const TrackingSetting level = setting_from(*rows);
    if (!said.opens) said.opens = level.opens;
    if (!said.clicks) said.clicks = level.clicks;
  }
  return {said.opens.value_or(server.opens), said.clicks.value_or(server.clicks)};
}

Result<TrackingSetting> find_tracking(storage::Reader& reader, const accounts::Scope& scope,
                                      std::string_view address) {
  const Result<std::int64_t> level = level_of(reader, scope, address);
  if (!level) return level.error();
  const auto row = reader.query(kFind, scope.account_id, scope.region, *level);
  return row->next() ? setting_from(*row) : TrackingSetting{};
}

Status set_tracking(storage::Writer& writer, const accounts::Scope& scope, std::string_view address,
                    const TrackingSetting& setting) {
  const Result<std::int64_t> level = level_of(writer, scope, address);
  if (!level) return level.error();
  writer.run(kSet, scope.account_id, scope.region, *level, setting.opens, setting.clicks);
  return Done{};
}

}  // namespace sesame::senders

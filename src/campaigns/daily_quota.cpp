#include "campaigns/daily_quota.hpp"

#include <algorithm>
#include <string>

#include "base/beijing_time.hpp"
#include "campaigns/errors.hpp"

namespace sesame::campaigns {

namespace {

constexpr storage::Sql kSentToday{
    "campaigns.sent_today",
    "SELECT mails FROM domain_day WHERE account_id = ?1 AND region = ?2 AND domain = ?3 AND day = ?4"};
constexpr storage::Sql kCountMails{
    "campaigns.count_mails",
    "INSERT INTO domain_day (account_id, region, domain, day, mails) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT (account_id, region, domain, day) DO UPDATE SET mails = domain_day.mails + excluded.mails"};
constexpr storage::Sql kForgetDays{
    "campaigns.forget_days",
    "DELETE FROM domain_day WHERE account_id = ?1 AND region = ?2 AND domain = ?3 AND day < ?4"};
/// Days are kept this long: a clock that is set back by less finds its day's count again.
constexpr std::int64_t kDaysKept = 40;

std::int64_t sent_on(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain,
                     std::int64_t day) {
  const auto row = reader.query(kSentToday, scope.account_id, scope.region, domain, day);
  return row->next() ? row->next_integer() : 0;
}

}  // namespace

std::int64_t DailyQuota::left(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain,
                              std::int64_t now_ms) const {
  return std::max<std::int64_t>(0, mails_max_ - sent_on(reader, scope, domain, beijing_day(now_ms)));
}

std::int64_t DailyQuota::take_some(storage::Writer& writer, const accounts::Scope& scope,
                                   std::string_view domain, std::int64_t wanted, std::int64_t now_ms) const {
  if (!limited() || wanted <= 0) return wanted;
  const std::int64_t day = beijing_day(now_ms);
  const std::int64_t sent = sent_on(writer, scope, domain, day);
  const std::int64_t taken = std::clamp<std::int64_t>(mails_max_ - sent, 0, wanted);
  if (taken == 0) return 0;
  if (sent == 0) writer.run(kForgetDays, scope.account_id, scope.region, domain, day - kDaysKept);
  writer.run(kCountMails, scope.account_id, scope.region, domain, day, taken);
  return taken;
}

Status DailyQuota::take_all(storage::Writer& writer, const accounts::Scope& scope, std::string_view domain,
                            std::int64_t wanted, std::int64_t now_ms) const {
  // The job's savepoint undoes a partial count: an Error leaves nothing behind.
  if (take_some(writer, scope, domain, wanted, now_ms) == wanted) return Done{};
  return Error(errors::kQuotaExceeded)
      .with("value", std::string(domain))
      .with("limit", std::to_string(mails_max_));
}

std::int64_t DailyQuota::renewed_ms(std::int64_t now_ms) {
  return beijing_day_start_ms(beijing_day(now_ms) + 1);
}

}  // namespace sesame::campaigns

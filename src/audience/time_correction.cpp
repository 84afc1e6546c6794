#include "audience/time_correction.hpp"

#include "base/earliest_time.hpp"

namespace sesame::audience {

namespace {

constexpr storage::Sql kCorrectBounces{
    "audience.correct_bounce_times",
    "UPDATE hard_bounce SET bounced_ms = ?1 WHERE id IN (SELECT id FROM hard_bounce WHERE bounced_ms > ?2 "
    "ORDER BY bounced_ms LIMIT ?3)"};
constexpr storage::Sql kCorrectExemptions{
    "audience.correct_exemption_times", "UPDATE hard_bounce_exemption SET until_ms = ?1 WHERE until_ms > ?2"};

}  // namespace

std::int64_t correct_bounce_times(storage::Writer& writer, std::int64_t now_ms, std::int64_t most) {
  const std::int64_t corrected = writer.run(kCorrectBounces, now_ms, now_ms + kClockSlackMs, most);
  // An exemption must not end before the bounce that it is from.
  if (corrected < most) writer.run(kCorrectExemptions, now_ms, now_ms + kClockSlackMs);
  return corrected;
}

}  // namespace sesame::audience

#include "console/doctor_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "cloudapi/description.hpp"
#include "cloudapi/signature.hpp"

namespace sesame::console {
namespace {

constexpr std::int64_t kWindowS = 300;
constexpr std::int64_t kHalfHourS = 1800;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

std::string hash_of(std::string_view bytes) { return cloudapi::hex_digest(cloudapi::sha256(bytes)); }

void examine_clock(Report& report, std::string_view timestamp, std::int64_t now_s) {
  const auto seconds = number_in(timestamp);
  if (!seconds) {
    report.rule("clock", false,
                fmt::format("The timestamp `{}` is no number of seconds.", timestamp.substr(0, 40)),
                timestamp);
    return;
  }
  const std::int64_t ahead = *seconds - now_s;
  const std::int64_t distance = ahead < 0 ? -ahead : ahead;
  std::string why = fmt::format("The timestamp is {} s {} the server's clock; {} s are allowed.", distance,
                                ahead < 0 ? "behind" : "ahead of", kWindowS);
  const std::int64_t halves = (distance + kHalfHourS / 2) / kHalfHourS;
  const std::int64_t off = distance - halves * kHalfHourS;
  if (*seconds > now_s * 100)
    why = "The timestamp is in milliseconds; it must be in seconds.";
  else if (halves > 0 && halves <= 28 && off > -kWindowS && off < kWindowS)
    why += fmt::format(" That is {}{} h {:02} min: a local time was sent as UTC.", ahead < 0 ? "-" : "+",
                       halves / 2, halves % 2 * 30);
  report.rule("clock", distance <= kWindowS,
              distance <= kWindowS ? "The timestamp fits the server's clock." : why, timestamp);
}

void examine_date(Report& report, std::string_view date, std::string_view timestamp) {
  const auto seconds = number_in(timestamp);
  if (!seconds) return;
  const std::string utc = cloudapi::scope_date(*seconds);
  if (date == utc)
    return report.rule("scope_date", true, "The scope's date is the UTC date of the timestamp.");
  constexpr std::int64_t kFarthestS = 14 * 3600;
  const bool local = date == cloudapi::scope_date(*seconds + kFarthestS) ||
                     date == cloudapi::scope_date(std::max<std::int64_t>(0, *seconds - kFarthestS));
  report.rule("scope_date", false,
              fmt::format("The scope's date is {}, the UTC date of the timestamp {}{}.", date.substr(0, 20),
                          utc, local ? ": you used the local date" : ""),
              date);
}

std::shared_ptr<const accounts::Credential> examine_key(Report& report, std::string_view secret_id,
                                                        const accounts::Keyring& keyring,
                                                        const DoctorFacts& facts) {
  const std::string_view plain = ascii::trim(secret_id);
  auto credential = keyring.find(plain);
  if (credential && credential->account_id != facts.account_id) credential = nullptr;
  if (plain != secret_id) {
    report.rule("key", false, "There are blanks around the SecretId.", secret_id);
  } else if (!credential) {
    report.rule("key", false,
                "Your account has no such SecretId. Was the SecretKey put there, or an id of another server?",
                secret_id);
  } else if (!credential->enabled) {
    report.rule("key", false, "The credential is disabled.", secret_id);
  } else {
    report.rule("key", true, "The credential is known and enabled.");
  }
  return credential;
}

std::string authorization_fault(const Error& error) {
  const std::string rule = error.facts().empty() ? std::string() : error.facts().front().value;
  const auto known = cloudapi::description().rules.find(rule);
  return "The Authorization header cannot be read: " +
         (known != cloudapi::description().rules.end() ? known->second.en : rule);
}

}  // namespace sesame::console

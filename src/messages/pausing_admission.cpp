#include "messages/pausing_admission.hpp"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/log.hpp"
#include "messages/queues.hpp"

namespace sesame::messages {
namespace {

// The crowds of outlets are small numbers.
constexpr Crowd kPauseBit = Crowd{1} << 63;
constexpr Crowd kUnknown = kPauseBit;  // The crowd of all mail while the pauses can't be read.

/// Equal pauses have equal crowds: mail that waits for one which was ended and began again waits for the new
/// one.
Crowd crowd_of_key(const PauseKey& key) {
  const auto seed = static_cast<std::uint64_t>(key.account_id);
  const Crowd crowd = XXH3_64bits_withSeed(key.domain.data(), key.domain.size(), seed) | kPauseBit;
  return crowd == kUnknown ? crowd + 1 : crowd;
}

constexpr std::size_t kMuchRoom = 1'000'000;
// For mail of a pause that has ended, so that it does not all come in one look.
constexpr std::size_t kRoomAfterPause = 1'000;

}  // namespace

void PausingAdmission::begin_look() {
  if (known_) {
    refresh();
  } else {
    checked_ = changes_.number();
    read();
  }
  if (outlet_ != nullptr) outlet_->begin_look();
}

/// Costs one comparison when nothing was published since. Pauses that can't be read are read again in the
/// next look.
void PausingAdmission::refresh() {
  const std::uint64_t number = changes_.number();
  if (!known_ || number == checked_) return;
  if (changes_.any_since(checked_, kPausesChanged)) read();
  checked_ = number;
}

void PausingAdmission::read() {
  const auto found = database_.get<std::vector<Pause>>(
      [](storage::Reader& reader) { return Result<std::vector<Pause>>(read_pauses(reader)); });
  known_ = static_cast<bool>(found);
  pauses_.clear();
  by_crowd_.clear();
  last_until_ms_ = INT64_MIN;
  if (!found) {
    log_warning("delivery.pauses_not_read",
                {{"reason", found.error().reason()}, {"cause", found.error().cause()}});
    return;
  }
  for (const Pause& pause : *found) {
    const InForce one{crowd_of_key(pause), pause.until_ms.value_or(INT64_MAX)};
    pauses_.emplace(pause, one);
    by_crowd_.emplace(one.crowd, Known{one.until_ms, {pause.reason, pause.since_ms}});
    last_until_ms_ = std::max(last_until_ms_, one.until_ms);
  }
}

std::optional<Crowd> PausingAdmission::ask(const PlaceRequest& mail) {
  refresh();
  if (!known_) return kUnknown;
  if (any_in_force()) {
    if (const auto crowd = crowd_of(mail.account_id, mail.domain)) return crowd;
  }
  return outlet_ == nullptr ? std::nullopt : outlet_->ask(mail);
}

std::optional<Crowd> PausingAdmission::crowd_of(std::int64_t account_id, std::string_view domain) {
  const std::int64_t now_ms = clock_.now_ms();
  PauseKey key{queue_domain(domain), account_id};
  for (const bool any_domain : {false, true}) {
    if (any_domain) key.domain.clear();
    for (const std::int64_t account : {account_id, std::int64_t{0}}) {
      key.account_id = account;
      const auto found = pauses_.find(key);
      if (found != pauses_.end() && found->second.until_ms > now_ms) return found->second.crowd;
    }
  }
  return std::nullopt;
}

std::size_t PausingAdmission::room(Crowd crowd) {
  refresh();
  if ((crowd & kPauseBit) == 0) return outlet_ == nullptr ? kMuchRoom : outlet_->room(crowd);
  if (!known_) return 0;
  const auto found = by_crowd_.find(crowd);
  return found != by_crowd_.end() && found->second.until_ms > clock_.now_ms() ? 0 : kRoomAfterPause;
}

CrowdReason PausingAdmission::reason_of(Crowd crowd) {
  if ((crowd & kPauseBit) == 0) return outlet_ == nullptr ? CrowdReason{} : outlet_->reason_of(crowd);
  const auto found = by_crowd_.find(crowd);
  return found == by_crowd_.end() ? CrowdReason{} : found->second.reason;
}

bool PausingAdmission::may_refuse() {
  refresh();
  return !known_ || any_in_force() || (outlet_ != nullptr && outlet_->may_refuse());
}

bool PausingAdmission::pauses_account(std::int64_t account_id) {
  refresh();
  return !known_ || (any_in_force() && in_force({"", account_id}));
}

bool PausingAdmission::in_force(const PauseKey& key) {
  const auto found = pauses_.find(key);
  return found != pauses_.end() && found->second.until_ms > clock_.now_ms();
}

}  // namespace sesame::messages

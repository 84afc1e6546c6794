#include "console/content_parts.hpp"

#include <algorithm>
#include <utility>

#include "accounts/console_sessions.hpp"
#include "base/secret.hpp"
#include "console/errors.hpp"

namespace sesame::console {

Result<std::string> ContentParts::keep(std::string session_digest, ContentPart part, Random& random,
                                       Time now) {
  if (part.bytes.size() > kPartBytesMax)
    return Error(errors::kPartTooLarge).with("limit", std::to_string(kPartBytesMax));
  std::string capability = accounts::make_link_token(random);
  const MutexLock lock(mutex_);
  make_room(session_digest, part.bytes.size(), now);
  bytes_ += part.bytes.size();
  kept_.push_back({capability, std::move(session_digest), std::move(part), now + kLifetime});
  return capability;
}

std::optional<ContentPart> ContentParts::find(std::string_view capability, std::string_view session_digest,
                                              Time now) {
  const MutexLock lock(mutex_);
  for (const Kept& kept : kept_) {
    if (!constant_time_equal(kept.capability, capability)) continue;
    if (kept.until <= now || kept.session != session_digest) return std::nullopt;
    return kept.part;
  }
  return std::nullopt;
}

void ContentParts::drop_front() {
  bytes_ -= kept_.front().part.bytes.size();
  kept_.pop_front();
}

void ContentParts::drop_expired(Time now) {
  const MutexLock lock(mutex_);
  while (!kept_.empty() && kept_.front().until <= now) drop_front();
}

std::size_t ContentParts::bytes() const {
  const MutexLock lock(mutex_);
  return bytes_;
}

void ContentParts::make_room(const std::string& session, std::size_t bytes, Time now) {
  while (!kept_.empty() &&
         (kept_.front().until <= now || kept_.size() >= kPartsMax || bytes_ + bytes > kBytesMax))
    drop_front();
  const auto own = [&](const Kept& kept) { return kept.session == session; };
  if (static_cast<std::size_t>(std::ranges::count_if(kept_, own)) < kPartsPerSessionMax) return;
  const auto oldest = std::ranges::find_if(kept_, own);
  bytes_ -= oldest->part.bytes.size();
  kept_.erase(oldest);
}

}  // namespace sesame::console

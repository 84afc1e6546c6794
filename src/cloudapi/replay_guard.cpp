#include "cloudapi/replay_guard.hpp"

#include <algorithm>

#include "cloudapi/errors.hpp"
#include "cloudapi/signature.hpp"
#include "net/errors.hpp"

namespace sesame::cloudapi {

ReplayGuard::Key ReplayGuard::key_of(const net::HttpRequest& request, const RequestHead& head,
                                     std::string_view signature) {
  std::string text(signature);
  for (const std::string* part : {&head.version, &head.action, &head.region}) text.append("\n").append(*part);
  // Elsewhere the signature covers the body.
  if (request.header("x-tc-content-sha256") == kUnsignedPayload)
    text.append("\n").append(hex_digest(sha256(request.body)));
  const Digest digest = sha256(text);
  Key key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

Status ReplayGuard::enter(const Key& key, Clock::time_point now) {
  const MutexLock lock(mutex_);
  for (; !kept_.empty() && kept_.front().until <= now; kept_.pop_front()) {
    const auto found = until_.find(kept_.front().key);
    if (found != until_.end() && found->second == kept_.front().until) until_.erase(found);
  }
  if (until_.contains(key)) return Error(errors::kReplayed);
  if (kept_.size() >= kept_max_) return Error(net::errors::kOverloaded);
  kept_.push_back({now + kept_for_, key});
  until_.emplace(key, now + kept_for_);
  return Done{};
}

void ReplayGuard::forget(const Key& key) {
  const MutexLock lock(mutex_);
  until_.erase(key);
}

}  // namespace sesame::cloudapi

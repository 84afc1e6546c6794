#include "accounts/keyring.hpp"

namespace sesame::accounts {

void Keyring::replace(std::vector<Credential> credentials) {
  decltype(by_secret_id_) fresh;
  for (Credential& credential : credentials) {
    std::string id = credential.secret_id;
    fresh.insert_or_assign(std::move(id), std::make_shared<const Credential>(std::move(credential)));
  }
  const ExclusiveLock lock(mutex_);
  by_secret_id_.swap(fresh);
  enabled_.clear();
  for (const auto& [id, credential] : by_secret_id_) count(*credential, true);
}

void Keyring::put(Credential credential) {
  std::string id = credential.secret_id;
  auto shared = std::make_shared<const Credential>(std::move(credential));
  const ExclusiveLock lock(mutex_);
  std::shared_ptr<const Credential>& place = by_secret_id_[std::move(id)];
  if (place) count(*place, false);
  count(*shared, true);
  place = std::move(shared);
}

void Keyring::remove(std::string_view secret_id) {
  const ExclusiveLock lock(mutex_);
  const auto found = by_secret_id_.find(secret_id);
  if (found == by_secret_id_.end()) return;
  count(*found->second, false);
  by_secret_id_.erase(found);
}

void Keyring::count(const Credential& credential, bool added) {
  if (!credential.enabled) return;
  if (added)
    ++enabled_[credential.account_id];
  else if (--enabled_[credential.account_id] == 0)
    enabled_.erase(credential.account_id);
}

bool Keyring::is_enabled(std::int64_t account_id) const {
  const SharedLock lock(mutex_);
  return enabled_.contains(account_id);
}

std::shared_ptr<const Credential> Keyring::find(std::string_view secret_id) const {
  const SharedLock lock(mutex_);
  const auto found = by_secret_id_.find(secret_id);
  return found == by_secret_id_.end() ? nullptr : found->second;
}

}  // namespace sesame::accounts

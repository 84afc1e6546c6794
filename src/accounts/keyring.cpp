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
}

void Keyring::put(Credential credential) {
  std::string id = credential.secret_id;
  auto shared = std::make_shared<const Credential>(std::move(credential));
  const ExclusiveLock lock(mutex_);
  by_secret_id_.insert_or_assign(std::move(id), std::move(shared));
}

void Keyring::remove(std::string_view secret_id) {
  const ExclusiveLock lock(mutex_);
  const auto found = by_secret_id_.find(secret_id);
  if (found != by_secret_id_.end()) by_secret_id_.erase(found);
}

std::shared_ptr<const Credential> Keyring::find(std::string_view secret_id) const {
  const SharedLock lock(mutex_);
  const auto found = by_secret_id_.find(secret_id);
  return found == by_secret_id_.end() ? nullptr : found->second;
}

}  // namespace sesame::accounts

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "accounts/scope.hpp"
#include "accounts/secret_box.hpp"
#include "base/result.hpp"
#include "base/thread_safety.hpp"
#include "dkim/signer.hpp"
#include "storage/database.hpp"

namespace sesame::senders {

using Signers = std::vector<std::shared_ptr<const dkim::Signer>>;

/// A signer per active key of the domain, 2048 bits before 1024. Opens the sealed keys: about a millisecond.
/// Errors: errors::kDomainMissing, errors::kKeyUnreadable (sealed with another master key). Job: read.
Result<Signers> signers_for(storage::Reader& reader, const accounts::SecretBox& box,
                            const accounts::Scope& scope, std::string_view domain);

/// A cache of opened keys before signers_for. The box must outlive it. Thread: any.
///
/// The active keys are read from the database in each call and a key never changes, so a change of the domain
/// shows in the next call and the cache needs no eviction.
class SignerCache {
 public:
  explicit SignerCache(const accounts::SecretBox& box, std::size_t signers_max = 1000);

  /// Errors: those of the function signers_for. Job: read.
  Result<Signers> signers_for(storage::Reader& reader, const accounts::Scope& scope, std::string_view domain);

  std::size_t size() const;

 private:
  std::shared_ptr<const dkim::Signer> find(const std::string& public_key) const;
  void remember(const std::string& public_key, std::shared_ptr<const dkim::Signer> signer);

  const accounts::SecretBox& box_;
  const std::size_t signers_max_;  // At the bound all are dropped: opening them again costs little.

  mutable Mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const dkim::Signer>> by_public_key_
      SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::senders

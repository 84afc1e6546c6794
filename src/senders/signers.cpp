#include "senders/signers.hpp"

#include <optional>

#include "base/secret.hpp"
#include "dkim/key.hpp"
#include "senders/errors.hpp"
#include "senders/rows.hpp"

namespace sesame::senders {
namespace {

constexpr storage::Sql kKeys{"senders.list_sealed_keys",
                             "SELECT bits, selector, public_key, sealed_key FROM sender_domain_key "
                             "WHERE domain_id = ?1 ORDER BY bits DESC"};

struct SealedKey {
  std::string selector;
  std::string public_key;
  std::string sealed;
};

struct ActiveKeys {
  std::string domain;
  std::vector<SealedKey> keys;
};

Result<ActiveKeys> active_keys(storage::Reader& reader, const accounts::Scope& scope,
                               std::string_view domain) {
  const std::optional<DomainRow> row = find_domain_row(reader, scope, domain);
  if (!row) return Error(errors::kDomainMissing).with("value", std::string(domain));
  ActiveKeys active{row->name, {}};
  const auto rows = reader.query(kKeys, row->id);
  while (rows->next()) {
    const bool used = uses_key(row->dkim_option, rows->next_integer());
    SealedKey key{.selector = std::string(rows->next_text()), .public_key = std::string(rows->next_text())};
    const storage::Blob sealed = rows->next_blob();
    key.sealed.assign(reinterpret_cast<const char*>(sealed.data()), sealed.size());
    if (used) active.keys.push_back(std::move(key));
  }
  return active;
}

Result<std::shared_ptr<const dkim::Signer>> open_key(const accounts::SecretBox& box,
                                                     const std::string& domain, const SealedKey& key) {
  Result<std::string> opened = box.open_sealed(key.sealed, key_context(key.public_key));
  if (!opened) return Error(errors::kKeyUnreadable).because(std::string(opened.error().reason()));
  const Secret pem(std::move(*opened));
  Result<dkim::PrivateKey> parsed = dkim::PrivateKey::from_pem(pem.reveal());
  if (!parsed) return Error(errors::kKeyUnreadable).because(std::string(parsed.error().reason()));
  return std::make_shared<const dkim::Signer>(domain, key.selector,
                                              std::make_shared<const dkim::PrivateKey>(std::move(*parsed)));
}

}  // namespace

Result<Signers> signers_for(storage::Reader& reader, const accounts::SecretBox& box,
                            const accounts::Scope& scope, std::string_view domain) {
  return SignerCache(box).signers_for(reader, scope, domain);
}

SignerCache::SignerCache(const accounts::SecretBox& box, std::size_t signers_max)
    : box_(box), signers_max_(signers_max) {}

Result<Signers> SignerCache::signers_for(storage::Reader& reader, const accounts::Scope& scope,
                                         std::string_view domain) {
  const Result<ActiveKeys> active = active_keys(reader, scope, domain);
  if (!active) return Error(active.error());
  Signers signers;
  for (const SealedKey& key : active->keys) {
    if (auto known = find(key.public_key)) {
      signers.push_back(std::move(known));
      continue;
    }
    auto opened = open_key(box_, active->domain, key);
    if (!opened) return std::move(opened).error();
    remember(key.public_key, *opened);
    signers.push_back(std::move(*opened));
  }
  return signers;
}

std::shared_ptr<const dkim::Signer> SignerCache::find(const std::string& public_key) const {
  const MutexLock lock(mutex_);
  const auto found = by_public_key_.find(public_key);
  return found == by_public_key_.end() ? nullptr : found->second;
}

void SignerCache::remember(const std::string& public_key, std::shared_ptr<const dkim::Signer> signer) {
  const MutexLock lock(mutex_);
  if (by_public_key_.size() >= signers_max_) by_public_key_.clear();
  by_public_key_[public_key] = std::move(signer);
}

std::size_t SignerCache::size() const {
  const MutexLock lock(mutex_);
  return by_public_key_.size();
}

}  // namespace sesame::senders

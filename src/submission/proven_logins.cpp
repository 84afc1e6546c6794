#include "submission/proven_logins.hpp"

#include <sodium.h>

#include <new>
#include <span>

namespace sesame::submission {

namespace {

/// Hashes a text behind its length, so that different lists of texts have different hashes.
void absorb(crypto_generichash_state& state, std::string_view text) {
  const std::uint64_t size = text.size();
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

}  // namespace

ProvenLogins::ProvenLogins(Random& random) {
  if (sodium_init() < 0) throw std::bad_alloc();
  random.fill(std::as_writable_bytes(std::span(key_)));
}

ProvenLogins::~ProvenLogins() { sodium_memzero(key_.data(), key_.size()); }

std::optional<std::size_t> ProvenLogins::find(const std::vector<senders::SmtpLogin>& candidates,
                                              std::string_view password, Time now) {
  if (candidates.empty()) return std::nullopt;
  const Digest digest = digest_of(candidates, password);
  const MutexLock lock(mutex_);
  const auto found = proofs_.find(digest);
  if (found == proofs_.end()) return std::nullopt;
  if (now < found->second.end) return found->second.which;
  proofs_.erase(found);
  return std::nullopt;
}

void ProvenLogins::add(const std::vector<senders::SmtpLogin>& candidates, std::string_view password,
                       std::size_t which, Time now) {
  const Digest digest = digest_of(candidates, password);
  const MutexLock lock(mutex_);
  if (proofs_.size() >= kLoginsMax) {
    std::erase_if(proofs_, [&](const auto& proof) { return now >= proof.second.end; });
    if (proofs_.size() >= kLoginsMax) proofs_.clear();
  }
  proofs_[digest] = {which, now + kLifetime};
}

ProvenLogins::Digest ProvenLogins::digest_of(const std::vector<senders::SmtpLogin>& candidates,
                                             std::string_view password) const {
  Digest digest;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
  for (const senders::SmtpLogin& candidate : candidates) absorb(state, candidate.hash);
  absorb(state, password);
  crypto_generichash_final(&state, digest.data(), digest.size());
  sodium_memzero(&state, sizeof state);
  return digest;
}

}  // namespace sesame::submission

#include "messages/changes.hpp"

#include "audience/recipient_key.hpp"
#include "messages/pauses.hpp"

namespace sesame::messages {

std::uint64_t change_key_of_run(std::int64_t run_id) {
  // The finalizer of MurmurHash3, so that runs and addresses do not share keys but by accident.
  auto key = static_cast<std::uint64_t>(run_id) ^ 0x72756e5f6b657973U;
  key = (key ^ (key >> 33)) * 0xff51afd7ed558ccdU;
  key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53U;
  return key ^ (key >> 33);
}

Changes::Changes(storage::Database& database) : state_(std::make_shared<State>()) {
  database.on_changes([state = state_](std::span<const std::uint64_t> keys) { state->add(keys); });
}

void Changes::State::add(std::span<const std::uint64_t> keys) {
  const MutexLock lock(mutex);
  const std::uint64_t now = number.load(std::memory_order_relaxed) + 1;
  if (last.size() + keys.size() > kKeptMax) {
    last.clear();
    complete_since = now;
  } else {
    for (const std::uint64_t key : keys) last[key] = now;
  }
  number.store(now, std::memory_order_release);
}

bool Changes::State::changed_since(std::uint64_t judged_at, std::uint64_t key) const {
  const auto found = last.find(key);
  return found != last.end() && found->second > judged_at;
}

bool Changes::any_since(std::uint64_t judged_at, const Envelope& mail) const {
  if (judged_at == number()) return false;
  std::string scratch;
  const std::uint64_t address = audience::change_key(mail.to_address, scratch);
  const std::uint64_t domain = change_key_of_domain(domain_of(mail.to_address));
  const std::uint64_t account = change_key_of_account(mail.scope.account_id);
  const MutexLock lock(state_->mutex);
  if (judged_at < state_->complete_since) return true;
  if (state_->changed_since(judged_at, address) || state_->changed_since(judged_at, domain) ||
      state_->changed_since(judged_at, account))
    return true;
  const bool of_run = mail.id.kind == accounts::MailId::Kind::run;
  return of_run && state_->changed_since(judged_at, change_key_of_run(mail.id.parent_id));
}

bool Changes::any_since(std::uint64_t after, std::uint64_t key) const {
  if (after == number()) return false;
  const MutexLock lock(state_->mutex);
  return after < state_->complete_since || state_->changed_since(after, key);
}

}  // namespace sesame::messages

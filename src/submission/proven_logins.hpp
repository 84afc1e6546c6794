#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "senders/smtp_passwords.hpp"

namespace sesame::submission {

/// Remembers for a minute which password belonged to which of several stored hashes, so that a program that
/// connects anew for each mail does not cost an argon2id comparison each time. Kept is a keyed hash of the
/// password and of all the stored hashes it was compared with: a password that was changed is not known any
/// more. Failures are not remembered. Safe from any thread.
class ProvenLogins {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kLifetime{60};
  static constexpr std::size_t kLoginsMax = 10'000;

  explicit ProvenLogins(Random& random);
  ~ProvenLogins();  // The key is wiped.
  ProvenLogins(const ProvenLogins&) = delete;
  ProvenLogins& operator=(const ProvenLogins&) = delete;

  /// Which of the candidates it was.
  std::optional<std::size_t> find(const std::vector<senders::SmtpLogin>& candidates,
                                  std::string_view password, Time now);
  void add(const std::vector<senders::SmtpLogin>& candidates, std::string_view password, std::size_t which,
           Time now);

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Proof {
    std::size_t which = 0;
    Time end;
  };

  Digest digest_of(const std::vector<senders::SmtpLogin>& candidates, std::string_view password) const;

  std::array<unsigned char, 32> key_;
  Mutex mutex_;
  std::map<Digest, Proof> proofs_ SESAME_GUARDED_BY(mutex_);
};

}  // namespace sesame::submission

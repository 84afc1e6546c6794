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

/// A cache of successful logins: for a minute, the stored hash that a password matched, so that a program
/// that connects anew for each mail does not cost an argon2id comparison each time. The key of an entry is a
/// keyed hash of the password and of all the stored hashes it was compared with: after a change of the
/// password it is no longer found. Failures are not cached. Thread: any.
class ProvenLogins {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kLifetime{60};
  static constexpr std::size_t kLoginsMax = 10'000;

  explicit ProvenLogins(Random& random);
  ~ProvenLogins();  // The key is wiped.
  ProvenLogins(const ProvenLogins&) = delete;
  ProvenLogins& operator=(const ProvenLogins&) = delete;

  /// The index of the candidate that the password matched; nullopt when it is not cached.
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

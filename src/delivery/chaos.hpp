#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/thread_safety.hpp"
#include "smtp/attempt.hpp"

namespace sesame::delivery {

/// A fault of the sandbox at a stage of a mail's dialogue, in the place of a receiving server.
struct ChaosFault {
  smtp::Stage stage = smtp::Stage::rcpt;
  unsigned percent = 100;              // The share of the dialogues that reach the stage: 1 to 100.
  unsigned code = 0;                   // The reply: 400 to 599. 0: the stage succeeds.
  bool closes = false;                 // Closes the connection without a reply; the code is not given then.
  std::chrono::milliseconds delay{0};  // Waits before the reply; at most kChaosDelayMax.
  std::string words;                   // Behind the code; empty: usual words for it.
};

/// The faults that an account has chosen. Empty: none.
struct ChaosRules {
  std::vector<ChaosFault> faults;  // In the order of the dialogue's stages; at most kChaosFaultsMax.
  std::string call_code;           // The API's code with which signed calls are refused; empty: none is.
  unsigned call_percent = 0;       // The share of the account's signed calls.

  bool empty() const { return faults.empty() && call_code.empty(); }
};

inline constexpr std::chrono::milliseconds kChaosDelayMax{10'000};
inline constexpr std::chrono::minutes kChaosTimeMax{60};
inline constexpr std::size_t kChaosFaultsMax = 20;

/// The faults that accounts have chosen for their own mail and calls in the sandbox, so that they see how
/// their programs take them. Kept in memory only: they end with their time, and with the program. While no
/// account has any, a mail or a call costs one read of an atomic number. `clock` and `random` outlive it.
/// Thread: any.
class Chaos {
 public:
  Chaos(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  /// Chooses the faults of an account for a time of at most kChaosTimeMax; empty rules end them.
  void set(std::int64_t account_id, ChaosRules rules, std::chrono::milliseconds time);

  struct State {
    ChaosRules rules;
    std::int64_t ends_ms = 0;
  };
  /// The faults of an account; nullopt when it has none.
  std::optional<State> find(std::int64_t account_id) const;

  struct MailAnswer {
    std::chrono::milliseconds delay{0};    // The sum over the stages that the dialogue reached.
    std::optional<smtp::Attempt> attempt;  // nullopt: the mail is taken.
  };
  /// The answer to one mail of the account, stage by stage; nullopt when it has no faults.
  std::optional<MailAnswer> answer_mail(std::int64_t account_id) const;

  /// The code with which this signed call of the account is refused; nullopt: it is carried out.
  std::optional<std::string> answer_call(std::int64_t account_id) const;

 private:
  struct Entry {
    ChaosRules rules;
    std::chrono::steady_clock::time_point ends;
  };
  const Entry* entry_of(std::int64_t account_id) const SESAME_REQUIRES(mutex_);
  bool strikes(unsigned percent) const;

  const Clock& clock_;
  Random& random_;
  std::atomic<std::size_t> accounts_{0};  // The size of entries_.
  mutable Mutex mutex_;
  std::map<std::int64_t, Entry> entries_ SESAME_GUARDED_BY(mutex_);
};

/// The attempt as the faulty stage ends it: replies to MAIL or a later command are about the mail, earlier
/// ones and lost connections defer it (smtp::Client judges real servers the same way). Its text ends with
/// "[chaos]". Pure. Thread: any.
smtp::Attempt faulty_attempt(const ChaosFault& fault);

}  // namespace sesame::delivery

#include "delivery/chaos.hpp"

#include <algorithm>
#include <utility>

namespace sesame::delivery {
namespace {

constexpr std::string_view kMark = "[chaos]";

/// The words of common replies, with their enhanced status code (RFC 3463).
std::string_view usual_words(const ChaosFault& fault) {
  const bool about_recipient = fault.stage == smtp::Stage::rcpt;
  switch (fault.code) {
    case 421:
      return "4.3.2 service not available, closing the connection";
    case 450:
      return about_recipient ? "4.2.1 mailbox busy" : "4.7.1 try again later";
    case 451:
      return about_recipient ? "4.7.1 greylisted, try again later" : "4.3.0 local error";
    case 452:
      return about_recipient ? "4.2.2 mailbox full" : "4.3.1 too little storage";
    case 535:
      return "5.7.8 user name or password refused";
    case 550:
      return about_recipient ? "5.1.1 no such user" : "5.7.1 refused by policy";
    case 552:
      return about_recipient ? "5.2.2 mailbox full" : "5.3.4 message too large";
    case 553:
      return "5.1.3 address not allowed";
    case 554:
      return "5.7.1 refused by policy";
    default:
      return fault.code < 500 ? "4.0.0 not now" : "5.0.0 refused";
  }
}

}  // namespace

smtp::Attempt faulty_attempt(const ChaosFault& fault) {
  smtp::Attempt attempt;
  attempt.stage = fault.stage;
  attempt.remote = "sandbox";
  attempt.simulated = true;
  if (fault.closes) {
    attempt.enhanced = "4.4.2";
    attempt.text = "4.4.2 the connection was closed (";
    attempt.text.append(smtp::stage_name(fault.stage)).append(") ").append(kMark);
    return attempt;
  }
  const std::string_view words = fault.words.empty() ? usual_words(fault) : std::string_view(fault.words);
  attempt.code = fault.code;
  attempt.text = std::to_string(fault.code);
  attempt.text.append(" ").append(words).append(" ").append(kMark);
  constexpr unsigned kPermanent = 500;
  constexpr unsigned kWrongOrder = 503;  // Client and server disagree about the dialogue, not about the mail.
  const bool about_server = fault.stage <= smtp::Stage::auth || (fault.code >= 530 && fault.code <= 538);
  if (fault.code >= kPermanent && fault.code != kWrongOrder && !about_server)
    attempt.verdict = smtp::Verdict::refused;
  return attempt;
}

void Chaos::set(std::int64_t account_id, ChaosRules rules, std::chrono::milliseconds time) {
  const auto now = clock_.steady_now();
  const auto lasts = std::min<std::chrono::milliseconds>(time, kChaosTimeMax);
  const MutexLock lock(mutex_);
  std::erase_if(entries_, [&](const auto& each) { return each.second.ends <= now; });
  if (rules.empty()) {
    entries_.erase(account_id);
  } else {
    std::ranges::stable_sort(rules.faults, {}, &ChaosFault::stage);
    entries_[account_id] = {std::move(rules), now + lasts};
  }
  accounts_ = entries_.size();
}

const Chaos::Entry* Chaos::entry_of(std::int64_t account_id) const {
  const auto found = entries_.find(account_id);
  if (found == entries_.end() || found->second.ends <= clock_.steady_now()) return nullptr;
  return &found->second;
}

std::optional<Chaos::State> Chaos::find(std::int64_t account_id) const {
  if (accounts_ == 0) return std::nullopt;
  const MutexLock lock(mutex_);
  const Entry* const entry = entry_of(account_id);
  if (entry == nullptr) return std::nullopt;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(entry->ends - clock_.steady_now());
  return State{entry->rules, clock_.now_ms() + left.count()};
}

bool Chaos::strikes(unsigned percent) const {
  constexpr unsigned kAlways = 100;
  return percent >= kAlways || random_.next() % kAlways < percent;
}

std::optional<Chaos::MailAnswer> Chaos::answer_mail(std::int64_t account_id) const {
  if (accounts_ == 0) return std::nullopt;
  const MutexLock lock(mutex_);
  const Entry* const entry = entry_of(account_id);
  if (entry == nullptr || entry->rules.faults.empty()) return std::nullopt;
  MailAnswer answer;
  for (const ChaosFault& fault : entry->rules.faults) {
    if (!strikes(fault.percent)) continue;
    answer.delay += std::min(fault.delay, kChaosDelayMax);
    if (fault.code == 0 && !fault.closes) continue;
    answer.attempt = faulty_attempt(fault);
    break;
  }
  answer.delay = std::min(answer.delay, kChaosDelayMax);
  return answer;
}

std::optional<std::string> Chaos::answer_call(std::int64_t account_id) const {
  if (accounts_ == 0) return std::nullopt;
  const MutexLock lock(mutex_);
  const Entry* const entry = entry_of(account_id);
  if (entry == nullptr || entry->rules.call_code.empty() || !strikes(entry->rules.call_percent))
    return std::nullopt;
  return entry->rules.call_code;
}

}  // namespace sesame::delivery

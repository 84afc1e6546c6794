#include "shaping/pace.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sesame::shaping {
namespace {

using namespace std::chrono_literals;
using bounces::Signal;

constexpr double kSlowest = 1.0 / 60;  // Mails per second.

/// Once something was refused, mails may be early by what timers and busy loops are late.
constexpr std::chrono::milliseconds kTimerTolerance{20};

/// A rate that is refused is cut to a little less than what was accepted in the last seconds, since that is
/// what the servers take; by half when too few seconds were measured, or they refuse everything.
constexpr double kBelowAccepted = 0.9;
constexpr double kHalf = 0.5;
constexpr std::chrono::seconds kMeasured{5};

/// When they refuse everything, pauses that double give them time. Longer ones are kept over a restart.
constexpr std::chrono::seconds kPauseFirst{10};
constexpr std::chrono::minutes kPauseLongest{10};
constexpr std::chrono::minutes kPauseKept{1};

/// A rate grows fast up to a little less than what was refused, then rests, then grows slowly beyond.
constexpr std::chrono::seconds kGrowthEach{10};
constexpr double kFastGrowth = 1.1;
constexpr double kBelowRefused = 0.9;
constexpr std::chrono::minutes kRest{10};
constexpr double kSlowGrowth = 1.01;
constexpr double kUsedShare = 0.8;  // A rate that is used less need not grow.

constexpr std::chrono::seconds kFewerEach{30};
constexpr double kProbeShare = 0.05;  // A share of the rate before a hold.
constexpr std::chrono::hours kSessionMemory{24};
constexpr std::size_t kSendersMax = 1'000;
constexpr unsigned kOddRefusals = 3;
constexpr double kNoRate = 100'000;  // Per second.

/// The holds of a path that is refused as such, where no rule names others.
const bounces::Hold& blocked_hold() {
  static const bounces::Hold hold{.steps = {{1h}, {2h}, {4h}, {8h}, {24h}}};
  return hold;
}

/// The holds of a sender domain that sends too much there, where no rule names others.
const bounces::Hold& sender_rate_hold() {
  static const bounces::Hold hold{.steps = {{30min}, {1h}, {2h}, {4h}}};
  return hold;
}

const bounces::HoldStep& step_of(const bounces::Hold& hold, unsigned holds_before) {
  return hold.steps[std::min<std::size_t>(holds_before, hold.steps.size() - 1)];
}

bool is_about_path(bounces::Scope scope) {
  return scope == bounces::Scope::path || scope == bounces::Scope::provider;
}

}  // namespace

Pace::Pace(const Limits& limits, PathMemory remembered, const Clock& clock)
    : clock_(clock),
      limits_(limits),
      memory_(std::move(remembered)),
      kept_(memory_),
      connections_(range().start),
      rate_(rate_max()) {
  if (memory_.connections > 0) connections_ = std::min<double>(memory_.connections, range().max);
  if (memory_.mails_per_second > 0) set_rate(memory_.mails_per_second);
  probing_ = memory_.held_since_ms != 0;  // Its rate is that of a probe already.
}

Range Pace::range() const { return limits_.shared.connections.value_or(limits_.connections); }

double Pace::rate_max() const {
  if (limits_.shared.any()) return limits_.shared.mails ? limits_.shared.mails->per_second() : kNoRate;
  return limits_.mails.per_second();
}

/// The rate that is the most the sites can use: where it is not shared, each has its own.
double Pace::rate_in_use() const {
  const bool shared = !limits_.shared.any() || limits_.shared.mails;
  return shared ? rate_ : std::min(rate_, limits_.mails.per_second() * std::max(1U, sites.load()));
}

double Pace::rate_allowed() const {
  const MutexLock lock(mutex_);
  return rate_in_use();
}

Pacer::Duration Pace::mail_tolerance() const { return refused_rate_ > 0 ? kTimerTolerance : kMailTolerance; }

bool Pace::take_connection() {
  const MutexLock lock(mutex_);
  const unsigned allowed = probing_ ? 1 : std::max(1U, static_cast<unsigned>(connections_));
  if (rests() || open_ >= allowed) return false;
  double rate = limits_.connects.per_second();
  if (limits_.shared.any()) rate = limits_.shared.connects ? limits_.shared.connects->per_second() : kNoRate;
  const Time now = clock_.steady_now();
  if (now < paused_until_ || now + kConnectAhead < mails_.next(mail_tolerance())) return false;
  if (connects_.take(rate, connect_tolerance(rate, range().max), now)) return false;
  ++open_;
  return true;
}

void Pace::give_back_connection() {
  const MutexLock lock(mutex_);
  --open_;
}

std::optional<std::chrono::milliseconds> Pace::take_mail() {
  const MutexLock lock(mutex_);
  const std::int64_t now_ms = clock_.now_ms();
  if (const auto rest = hold_of(memory_, now_ms)) return std::chrono::milliseconds(rest->until_ms - now_ms);
  const Time now = clock_.steady_now();
  std::optional<Time> later = paused_until_;
  if (now >= paused_until_) later = mails_.take(rate_, mail_tolerance(), now);
  if (!later) return std::nullopt;
  return std::chrono::ceil<std::chrono::milliseconds>(*later - now);
}

void Pace::give_back_mail() {
  const MutexLock lock(mutex_);
  mails_.give_back();
}

unsigned Pace::messages_per_connection() const {
  const MutexLock lock(mutex_);
  const bool learned = memory_.messages_per_connection > 0 && clock_.now_ms() < memory_.messages_until_ms;
  const unsigned limit = limits_.messages_per_connection;
  return learned ? std::min(limit, memory_.messages_per_connection) : limit;
}

bool Pace::saw(const bounces::Meaning& meaning, std::string_view reply, Time began, std::string_view sender) {
  const MutexLock lock(mutex_);
  if (!sender.empty()) saw_of_sender(meaning, reply, sender);
  const Time now = clock_.steady_now();
  if (meaning.signal == Signal::accepted) accepted(now);
  if (meaning.signal == Signal::accepted || !is_about_path(meaning.scope)) return false;
  const bool refused_as_such = meaning.signal == Signal::blocked || meaning.signal == Signal::auth;
  const bool has_steps = !meaning.hold.steps.empty();
  if (meaning.signal == Signal::connection_limit) fewer_connections(now);
  if (!refused_as_such && !has_steps && meaning.signal != Signal::rate) return false;
  const bool holds = has_steps || refused_as_such;
  if (holds) {
    if (meaning.provider.empty() && ++odd_refusals_ < kOddRefusals) return false;
    if (!begin_hold(memory_, has_steps ? meaning.hold : blocked_hold())) return false;
    begin_probing();
  } else {
    if (began < cut_) return false;
    slow_down(meaning, now);
  }
  if (!holds && held()) return false;  // It was under way when the hold began, whose reason stays.
  memory_.rule = meaning.rule;
  memory_.reply = reply;
  return holds;
}

void Pace::accepted(Time now) {
  if (accepted_.per_second(now) == 0) measured_since_ = now;
  accepted_.count(now);
  refusals_ = 0;
  odd_refusals_ = 0;
  if (held()) return;  // It was under way when the hold began.
  if (std::exchange(probing_, false)) {
    connections_ = range().start;
    memory_.held_since_ms = 0;
    grew_ = now;
  }
  if (now >= fewer_ + kRest) open_more();
  if (now >= grew_ + kGrowthEach) grow(now);
}

void Pace::open_more() {
  if (open_ < kUsedShare * std::floor(connections_)) return;
  connections_ = std::min<double>(range().max, connections_ + 1 / connections_);
  if (memory_.connections > 0) memory_.connections = connections_ < range().max ? connections_ : 0;
}

void Pace::grow(Time now) {
  grew_ = now;
  if (rate_ >= rate_max() || accepted_.per_second(now) < kUsedShare * rate_) return;
  const double known = kBelowRefused * refused_rate_;
  if (rate_ < known) {
    set_rate(std::min(known, rate_ * kFastGrowth));
  } else if (now >= cut_ + kRest) {
    set_rate(rate_ * kSlowGrowth);
  }
}

void Pace::set_rate(double rate) {
  rate_ = std::clamp(rate, std::min(kSlowest, rate_max()), rate_max());
  memory_.mails_per_second = rate_ < rate_max() ? rate_ : 0;
}

void Pace::slow_down(const bounces::Meaning& meaning, Time now) {
  const double taken = accepted_.per_second(now);
  const bool measured = taken > 0 && now - std::max(measured_since_, cut_) >= kMeasured;
  const double rate = rate_in_use();
  std::chrono::milliseconds pause{0};
  if (refusals_++ == 0) {
    refused_rate_ = rate;
    // Servers that were sent much less than they may get refuse something else than the rate.
    set_rate(measured ? std::clamp(kBelowAccepted * taken, kHalf * rate, rate) : kHalf * rate);
  } else {
    set_rate(kHalf * rate);
    pause =
        std::min<std::chrono::milliseconds>(kPauseLongest, kPauseFirst * (1U << std::min(refusals_ - 2, 8U)));
  }
  cut_ = now;
  stop_for(meaning.retry_after ? std::chrono::milliseconds(*meaning.retry_after) : pause, now);
}

void Pace::stop_for(std::chrono::milliseconds pause, Time now) {
  paused_until_ = std::max(paused_until_, now + pause);
  if (pause > kPauseKept)
    memory_.paused_until_ms = std::max(memory_.paused_until_ms, clock_.now_ms() + pause.count());
}

void Pace::fewer_connections(Time now) {
  if (fewer_ != Time{} && now - fewer_ < kFewerEach) return;
  fewer_ = now;
  connections_ = std::max(1.0, std::min<double>(connections_, open_) / 2);
  memory_.connections = connections_;
}

/// False while one lasts: replies to mail that was under way when it began do not lengthen it.
bool Pace::begin_hold(PathMemory& memory, const bounces::Hold& rule) const {
  const std::int64_t now_ms = clock_.now_ms();
  if (is_ahead(memory.held_until_ms)) return false;
  const std::int64_t memory_ms = std::chrono::milliseconds(rule.memory).count();
  if (now_ms > memory.held_until_ms + memory_ms) memory.holds = 0;
  if (memory.held_since_ms == 0) memory.held_since_ms = now_ms;
  memory.hold_began_ms = now_ms;
  memory.held_until_ms = end_of(step_of(rule, memory.holds++), now_ms);
  return true;
}

void Pace::saw_of_sender(const bounces::Meaning& meaning, std::string_view reply, std::string_view sender) {
  const auto known = senders_.find(sender);
  if (meaning.signal == Signal::accepted) {
    if (known != senders_.end() && !is_ahead(known->second.memory.held_until_ms))
      known->second.memory.held_since_ms = 0;
    return;
  }
  const bool is_rate = meaning.signal == Signal::rate;
  const bool holds = is_rate || meaning.signal == Signal::blocked || meaning.signal == Signal::auth;
  if (meaning.scope != bounces::Scope::sender_domain || !holds) return;
  if (known == senders_.end() && senders_.size() >= kSendersMax) {
    const std::int64_t now_ms = clock_.now_ms();
    std::erase_if(senders_, [now_ms](const auto& one) { return one.second.memory.held_until_ms < now_ms; });
    if (senders_.size() >= kSendersMax) return;
  }
  PathMemory& memory = senders_[std::string(sender)].memory;
  const bounces::Hold& usual = is_rate ? sender_rate_hold() : blocked_hold();
  if (!begin_hold(memory, meaning.hold.steps.empty() ? usual : meaning.hold)) return;
  memory.rule = meaning.rule;
  memory.reply = reply;
}

std::optional<HoldState> Pace::sender_hold(std::string_view sender) const {
  return hold_of(memory_of(sender), clock_.now_ms());
}

PathMemory Pace::memory_of(std::string_view sender) const {
  const MutexLock lock(mutex_);
  const auto known = senders_.find(sender);
  return known == senders_.end() ? PathMemory{} : known->second.memory;
}

std::vector<std::string> Pace::held_senders() const {
  const MutexLock lock(mutex_);
  std::vector<std::string> held;
  for (const auto& [sender, one] : senders_) {
    if (is_ahead(one.memory.held_until_ms)) held.push_back(sender);
  }
  return held;
}

bool Pace::end_hold_of(std::string_view sender) {
  const MutexLock lock(mutex_);
  const auto known = senders_.find(sender);
  if (known == senders_.end() || !is_ahead(known->second.memory.held_until_ms)) return false;
  shaping::end_hold(known->second.memory, clock_.now_ms());
  return true;
}

void Pace::remember_sender(const std::string& sender, PathMemory memory) {
  const MutexLock lock(mutex_);
  if (senders_.size() < kSendersMax) senders_[sender] = {memory, memory};
}

std::map<std::string, PathMemory> Pace::take_sender_changes() {
  const MutexLock lock(mutex_);
  std::map<std::string, PathMemory> changed;
  for (auto& [sender, one] : senders_) {
    if (one.memory == one.kept) continue;
    one.kept = one.memory;
    changed.emplace(sender, one.memory);
  }
  return changed;
}

std::int64_t Pace::end_of(const bounces::HoldStep& step, std::int64_t from_ms) const {
  if (!step.until_day_begins) return from_ms + std::chrono::milliseconds(step.time).count();
  constexpr std::int64_t kDayMs = std::chrono::milliseconds(24h).count();
  const std::chrono::milliseconds begin(limits_.day_begin.of_day - limits_.day_begin.offset_from_utc);
  const std::int64_t since_begin = (from_ms - begin.count()) % kDayMs;
  return from_ms + kDayMs - (since_begin < 0 ? since_begin + kDayMs : since_begin);
}

void Pace::shorten_hold(const bounces::Hold& rule) {
  const MutexLock lock(mutex_);
  if (!held() || memory_.holds == 0) return;
  const bounces::Hold& newest = rule.steps.empty() ? blocked_hold() : rule;
  const std::int64_t end_ms = end_of(step_of(newest, memory_.holds - 1), memory_.hold_began_ms);
  memory_.held_until_ms = std::min(memory_.held_until_ms, end_ms);
}

void Pace::begin_probing() {
  if (std::exchange(probing_, true)) return;
  set_rate(kProbeShare * rate_in_use());
}

void Pace::session_ended(unsigned mails, bool said) {
  const MutexLock lock(mutex_);
  // A server that hangs up behind a single mail may be restarting.
  const bool sure = said || (ended_after_ == mails && mails > 1);
  ended_after_ = mails;
  if (mails == 0 || !sure || mails >= limits_.messages_per_connection) return;
  memory_.messages_per_connection = mails;
  memory_.messages_until_ms = clock_.now_ms() + std::chrono::milliseconds(kSessionMemory).count();
}

Pace::Standing Pace::standing() const {
  const MutexLock lock(mutex_);
  const Time now = clock_.steady_now();
  Standing standing;
  standing.connections = open_;
  standing.connections_allowed = probing_ ? 1 : static_cast<unsigned>(connections_);
  standing.mails_per_second = accepted_.per_second(now);
  standing.mails_per_second_allowed = rate_in_use();
  standing.probing = probing_;
  standing.rule = memory_.rule;
  standing.reply = memory_.reply;
  if (const auto hold = hold_of(memory_, clock_.now_ms())) {
    standing.held_since_ms = memory_.held_since_ms;
    standing.held_until_ms = hold->until_ms;
  }
  return standing;
}

std::optional<HoldState> Pace::current_hold() const { return hold_of(memory(), clock_.now_ms()); }

PathMemory Pace::memory() const {
  const MutexLock lock(mutex_);
  return memory_;
}

bool Pace::end_hold() {
  const MutexLock lock(mutex_);
  if (!rests()) return false;
  shaping::end_hold(memory_, clock_.now_ms());
  paused_until_ = {};
  mails_ = {};  // A probe need not wait for its place by the mails before the hold.
  return true;
}

void Pace::set_limits(const Limits& limits) {
  const MutexLock lock(mutex_);
  limits_ = limits;
  set_rate(memory_.mails_per_second > 0 ? memory_.mails_per_second : rate_max());
  mails_.limit_wait(rate_, clock_.steady_now());
  connections_ = std::min<double>(connections_, range().max);
}

std::optional<PathMemory> Pace::take_changes() {
  const MutexLock lock(mutex_);
  if (memory_ == kept_) return std::nullopt;
  kept_ = memory_;
  return memory_;
}

}  // namespace sesame::shaping

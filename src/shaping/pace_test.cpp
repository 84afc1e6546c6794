#include "shaping/pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "testkit/manual_clock.hpp"

namespace sesame::shaping {
namespace {

using namespace std::chrono_literals;
using bounces::Meaning;
using bounces::Scope;
using bounces::Signal;

Meaning meaning_of(Signal signal, bounces::Hold hold = {}) {
  Meaning meaning;
  meaning.signal = signal;
  meaning.scope = Scope::path;
  meaning.hold = std::move(hold);
  meaning.rule = "a-rule";
  meaning.provider = "a-provider";
  return meaning;
}

const Meaning kAccepted = meaning_of(Signal::accepted);
const Meaning kTooFast = meaning_of(Signal::rate);

class Pacing : public testing::Test {
 protected:
  Pacing() { limits.mails = {.count = 50, .per = 1s}; }
  Pace& pace() {
    if (!pace_) pace_.emplace(limits, remembered, clock);
    return *pace_;
  }
  /// The program ends and begins again.
  void restart() {
    if (const auto changes = pace().take_changes()) remembered = *changes;
    pace_.emplace(limits, remembered, clock);
  }
  /// Begins with nothing learned.
  void forget() { pace_.emplace(limits, PathMemory{}, clock); }
  /// The mails that may begin within a time.
  unsigned mails_in(std::chrono::milliseconds time) {
    unsigned mails = 0;
    for (const auto end = clock.steady_now() + time; clock.steady_now() < end; clock.advance(10ms))
      while (!pace().take_mail()) ++mails;
    return mails;
  }
  void saw(const Meaning& meaning, std::string_view reply) { pace().saw(meaning, reply, clock.steady_now()); }
  std::chrono::milliseconds hold_left() {
    const auto hold = pace().current_hold();
    return std::chrono::milliseconds(hold ? hold->until_ms - clock.now_ms() : 0);
  }

  testkit::ManualClock clock;
  Limits limits;
  PathMemory remembered;

 private:
  std::optional<Pace> pace_;
};

TEST_F(Pacing, spreads_mails_by_the_rate_in_force) {
  EXPECT_NEAR(mails_in(10s), 500, 20);
  limits.mails = {.count = 6, .per = 60s};
  pace().set_limits(limits);
  clock.advance(10s);
  EXPECT_NEAR(mails_in(60s), 6, 1);
}

TEST_F(Pacing, says_when_the_next_mail_may_begin) {
  limits.mails = {.count = 6, .per = 60s};
  EXPECT_EQ(pace().take_mail(), std::nullopt);
  EXPECT_EQ(pace().take_mail(), 9'800ms) << "a little earlier than evenly";
  pace().give_back_mail();
  EXPECT_EQ(pace().take_mail(), std::nullopt) << "the place that was given back";
}

TEST_F(Pacing, shares_the_limits_of_a_provider) {
  limits.shared = {.connections = Range{1, 1}, .connects = {}, .mails = Rate{.count = 1, .per = 1s}};
  EXPECT_TRUE(pace().take_connection());
  EXPECT_FALSE(pace().take_connection());
  EXPECT_NEAR(mails_in(10s), 10, 1);
}

TEST_F(Pacing, opens_more_connections_while_mail_is_accepted) {
  limits.connections = {.start = 2, .max = 4};
  EXPECT_TRUE(pace().take_connection());
  EXPECT_TRUE(pace().take_connection());
  EXPECT_FALSE(pace().take_connection());
  for (int i = 0; i < 40; ++i) {
    saw(kAccepted, "250 ok");
    pace().take_connection();
  }
  EXPECT_EQ(pace().standing().connections, 4u);
}

TEST_F(Pacing, opens_new_connections_no_faster_than_allowed) {
  limits.connections = {.start = 4, .max = 4};
  limits.connects = {.count = 6, .per = 60s};
  unsigned opened = 0;
  for (int i = 0; i < 600; ++i, clock.advance(100ms)) {
    while (pace().take_connection()) {
      ++opened;
      pace().give_back_connection();
    }
  }
  EXPECT_NEAR(opened, 4 + 6, 1) << "as many as it may have at once, then one each ten seconds";
}

TEST_F(Pacing, halves_the_connections_when_they_are_too_many) {
  limits.connections = {.start = 8, .max = 8};
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(pace().take_connection());
  for (int i = 0; i < 5; ++i) saw(meaning_of(Signal::connection_limit), "421 too many connections");
  EXPECT_EQ(pace().standing().connections_allowed, 4u) << "once for all that were under way";
  restart();
  EXPECT_EQ(pace().standing().connections_allowed, 4u);
}

TEST_F(Pacing, other_signals_leave_the_path_as_it_is) {
  for (const Scope scope : {Scope::message, Scope::recipient, Scope::sender_domain}) {
    Meaning meaning = kTooFast;
    meaning.scope = scope;
    saw(meaning, "450 slow down");
  }
  saw(meaning_of(Signal::server_error), "451 try later");
  EXPECT_NEAR(mails_in(1s), 50, 15);
  EXPECT_EQ(pace().take_changes(), std::nullopt);
}

TEST_F(Pacing, a_hold_stops_everything_until_its_end_and_then_probes) {
  mails_in(10s);
  saw(meaning_of(Signal::rate, {.steps = {{10min}, {60min}}}), "550 Ip frequency limited");
  EXPECT_EQ(hold_left(), 10min);
  EXPECT_EQ(pace().take_mail(), 10min);
  EXPECT_FALSE(pace().take_connection());
  clock.advance(10min);
  EXPECT_TRUE(pace().take_connection());
  EXPECT_FALSE(pace().take_connection()) << "one connection probes";
  EXPECT_NEAR(mails_in(10s), 25, 2) << "a twentieth of the rate before";
  saw(kAccepted, "250 ok");
  EXPECT_TRUE(pace().take_connection());
  EXPECT_EQ(pace().standing().held_since_ms, 0);
}

TEST_F(Pacing, a_reply_that_comes_during_a_hold_leaves_its_reason) {
  mails_in(10s);
  saw(meaning_of(Signal::rate, {.steps = {{60min}}}), "550 Ip frequency limited");
  clock.advance(1s);
  saw(meaning_of(Signal::rate), "421 too fast");
  EXPECT_EQ(pace().current_hold()->reply, "550 Ip frequency limited");
  EXPECT_EQ(hold_left(), 60min - 1s);
}

TEST_F(Pacing, repeated_holds_take_the_next_steps_until_they_are_forgotten) {
  const Meaning refused = meaning_of(Signal::rate, {.steps = {{10min}, {60min}}, .memory = 24h});
  for (const auto expected : {10min, 60min, 60min}) {
    saw(refused, "550 no");
    saw(refused, "550 no");
    EXPECT_EQ(hold_left(), expected) << "the mails under way count once";
    clock.advance(expected);
    saw(kAccepted, "250 ok");
  }
  clock.advance(25h);
  saw(refused, "550 no");
  EXPECT_EQ(hold_left(), 10min);
}

TEST_F(Pacing, a_hold_until_the_day_begins_ends_at_the_provider_s_midnight) {
  limits.day_begin = {.of_day = 0min, .offset_from_utc = 8h};  // The clock stands at 08:00 there.
  const Meaning spent = meaning_of(Signal::rate, {.steps = {{.until_day_begins = true}}});
  saw(spent, "554 HL:ITC");
  EXPECT_EQ(hold_left(), 16h);
  clock.advance(16h);
  saw(spent, "554 HL:ITC");
  EXPECT_EQ(hold_left(), 24h);
}

TEST_F(Pacing, a_path_that_is_refused_as_such_is_held_longer_each_time) {
  for (const auto expected : {1h, 2h, 4h, 8h, 24h, 24h}) {
    saw(meaning_of(Signal::blocked), "554 listed");
    EXPECT_EQ(hold_left(), expected);
    clock.advance(expected);
  }
}

TEST_F(Pacing, a_restart_forgets_no_hold_and_no_learned_rate) {
  mails_in(10s);
  saw(meaning_of(Signal::blocked), "554 listed");
  const auto before = pace().standing();
  restart();
  EXPECT_EQ(hold_left(), 1h);
  EXPECT_EQ(pace().standing().mails_per_second_allowed, before.mails_per_second_allowed);
  EXPECT_EQ(pace().standing().rule, "a-rule");
  EXPECT_EQ(pace().standing().reply, "554 listed");
  EXPECT_EQ(pace().take_changes(), std::nullopt);
}

TEST_F(Pacing, a_change_of_the_time_of_day_stops_no_mail) {
  mails_in(1s);
  clock.set_ms(clock.now_ms() - 24 * 3'600'000);
  EXPECT_NEAR(mails_in(10s), 500, 20);
  clock.set_ms(clock.now_ms() + 48 * 3'600'000);
  EXPECT_NEAR(mails_in(10s), 500, 20);
}

TEST_F(Pacing, one_odd_refusal_by_a_general_rule_holds_nothing) {
  Meaning odd = meaning_of(Signal::blocked);
  odd.provider.clear();
  saw(odd, "550 your message is blocked");
  saw(odd, "550 your message is blocked");
  saw(kAccepted, "250 ok");
  saw(odd, "550 your message is blocked");
  saw(odd, "550 your message is blocked");
  EXPECT_FALSE(pace().current_hold());
  saw(odd, "550 your message is blocked");
  EXPECT_EQ(hold_left(), 1h) << "the third in a row";
}

TEST_F(Pacing, mail_that_was_under_way_when_a_hold_began_does_not_end_it) {
  saw(meaning_of(Signal::blocked), "554 listed");
  saw(kAccepted, "250 ok");
  clock.advance(1min);
  ASSERT_TRUE(pace().current_hold());
  EXPECT_EQ(pace().current_hold()->since_ms, clock.now_ms() - 60'000);
  clock.advance(1h);
  restart();
  EXPECT_EQ(pace().standing().connections_allowed, 1u) << "it probes, also after a restart";
}

TEST_F(Pacing, a_first_refusal_halves_a_rate_that_was_not_measured) {
  saw(kTooFast, "421 too fast");
  EXPECT_EQ(pace().standing().mails_per_second_allowed, 25);
}

TEST_F(Pacing, a_hold_by_a_wrong_clock_is_over_when_the_clock_is_right) {
  const std::int64_t right_ms = clock.now_ms();
  clock.set_ms(right_ms + std::int64_t{9} * 365 * 86'400'000);
  saw(meaning_of(Signal::blocked), "554 listed");
  clock.set_ms(right_ms);
  EXPECT_FALSE(pace().current_hold());
}

TEST_F(Pacing, a_rate_that_was_raised_is_in_force_at_once) {
  limits.mails = {.count = 1, .per = 3600s};
  mails_in(1s);
  limits.mails = {.count = 50, .per = 1s};
  pace().set_limits(limits);
  EXPECT_NEAR(mails_in(1s), 50, 15);
}

TEST_F(Pacing, a_rate_that_sites_do_not_share_is_cut_from_what_they_may_send) {
  limits.shared = {.connections = Range{5, 20}, .connects = {}, .mails = {}};
  pace().sites = 3;
  EXPECT_EQ(pace().rate_allowed(), 150);
  saw(kTooFast, "421 too fast");
  EXPECT_EQ(pace().rate_allowed(), 75);
  saw(meaning_of(Signal::blocked), "554 listed");
  EXPECT_NEAR(pace().rate_allowed(), 3.75, 0.01) << "that of a probe";
}

TEST_F(Pacing, a_reply_about_a_sender_holds_that_sender_only) {
  Meaning meaning = kTooFast;
  meaning.scope = Scope::sender_domain;
  const auto saw_from = [&](const char* sender) {
    pace().saw(meaning, "421 4.7.28 unusual rate", clock.steady_now(), sender);
  };
  saw_from("shop.test");
  saw_from("shop.test");
  ASSERT_TRUE(pace().sender_hold("shop.test"));
  EXPECT_EQ(pace().sender_hold("shop.test")->until_ms - clock.now_ms(), 30 * 60'000);
  EXPECT_EQ(pace().sender_hold("shop.test")->reply, "421 4.7.28 unusual rate");
  EXPECT_FALSE(pace().sender_hold("other.test"));
  EXPECT_FALSE(pace().current_hold());
  EXPECT_NEAR(mails_in(1s), 50, 15);
  clock.advance(30min);
  EXPECT_FALSE(pace().sender_hold("shop.test"));
  saw_from("shop.test");
  EXPECT_EQ(pace().sender_hold("shop.test")->until_ms - clock.now_ms(), 60 * 60'000) << "the next step";
  const auto changes = pace().take_sender_changes();
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_TRUE(pace().take_sender_changes().empty());
  forget();
  pace().remember_sender("shop.test", changes.at("shop.test"));
  EXPECT_TRUE(pace().sender_hold("shop.test"));
  EXPECT_TRUE(pace().take_sender_changes().empty());
}

TEST_F(Pacing, holds_of_senders_have_a_bound) {
  Meaning meaning = meaning_of(Signal::blocked);
  meaning.scope = Scope::sender_domain;
  for (int i = 0; i < 3'000; ++i)
    pace().saw(meaning, "550 no", clock.steady_now(), "d" + std::to_string(i) + ".test");
  EXPECT_EQ(pace().take_sender_changes().size(), 1'000u);
  clock.advance(2h);
  pace().saw(meaning, "550 no", clock.steady_now(), "new.test");
  EXPECT_TRUE(pace().sender_hold("new.test")) << "those that ended made room";
}

TEST_F(Pacing, a_hold_that_is_ended_probes_at_once_and_keeps_its_steps) {
  const Meaning gate = meaning_of(Signal::rate, {.steps = {{10min}, {60min}}, .memory = 24h});
  EXPECT_FALSE(pace().end_hold());
  saw(gate, "550 the gate is shut");
  ASSERT_EQ(pace().current_hold()->step, 1U);
  EXPECT_TRUE(pace().end_hold());
  EXPECT_FALSE(pace().end_hold()) << "it is over";
  EXPECT_FALSE(pace().current_hold());
  EXPECT_TRUE(pace().standing().probing);
  EXPECT_TRUE(pace().take_connection());
  EXPECT_FALSE(pace().take_connection()) << "a probe is alone";
  EXPECT_EQ(pace().take_mail(), std::nullopt);
  restart();
  EXPECT_FALSE(pace().current_hold()) << "its end is remembered";
  saw(gate, "550 the gate is shut");
  EXPECT_EQ(hold_left(), 1h) << "the next step";
}

TEST_F(Pacing, a_pause_that_servers_asked_for_ends_as_a_hold_does) {
  Meaning slow = kTooFast;
  slow.retry_after = 1h;
  saw(slow, "451 try again in an hour");
  ASSERT_TRUE(pace().current_hold());
  EXPECT_EQ(pace().current_hold()->step, 0U);
  EXPECT_TRUE(pace().take_mail());
  EXPECT_TRUE(pace().end_hold());
  EXPECT_EQ(pace().take_mail(), std::nullopt);
}

TEST_F(Pacing, the_hold_of_a_sender_is_ended_for_that_sender) {
  Meaning about_sender = meaning_of(Signal::blocked);
  about_sender.scope = Scope::sender_domain;
  for (const char* sender : {"a.test", "b.test"})
    pace().saw(about_sender, "550 spam", clock.steady_now(), sender);
  EXPECT_EQ(pace().held_senders(), (std::vector<std::string>{"a.test", "b.test"}));
  EXPECT_TRUE(pace().end_hold_of("a.test"));
  EXPECT_FALSE(pace().end_hold_of("a.test"));
  EXPECT_FALSE(pace().end_hold_of("c.test"));
  EXPECT_EQ(pace().held_senders(), std::vector<std::string>{"b.test"});
  EXPECT_FALSE(shaping::hold_of(pace().memory_of("a.test"), clock.now_ms()));
}

TEST_F(Pacing, changed_rules_shorten_a_hold) {
  pace().saw(meaning_of(Signal::rate, {.steps = {{24h}}}), "550 no", clock.steady_now());
  clock.advance(10min);
  const bounces::Hold longer{.steps = {{48h}}};
  pace().shorten_hold(longer);
  EXPECT_EQ(hold_left(), 24h - 10min);
  const bounces::Hold shorter{.steps = {{2h}}};
  pace().shorten_hold(shorter);
  EXPECT_EQ(hold_left(), 2h - 10min);
  pace().shorten_hold({});
  EXPECT_EQ(hold_left(), 1h - 10min);
}

TEST_F(Pacing, waits_as_long_as_the_server_says) {
  Meaning meaning = kTooFast;
  meaning.retry_after = 300s;
  saw(meaning, "451 try again in 5 minutes");
  EXPECT_EQ(hold_left(), 5min);
}

TEST_F(Pacing, learns_the_mails_that_a_session_may_carry) {
  EXPECT_EQ(pace().messages_per_connection(), 50u);
  pace().session_ended(20, false);
  EXPECT_EQ(pace().messages_per_connection(), 50u) << "a server may restart";
  pace().session_ended(20, false);
  EXPECT_EQ(pace().messages_per_connection(), 20u);
  pace().session_ended(1, false);
  pace().session_ended(1, false);
  EXPECT_EQ(pace().messages_per_connection(), 20u) << "it may be restarting";
  restart();
  EXPECT_EQ(pace().messages_per_connection(), 20u);
  clock.advance(24h);
  EXPECT_EQ(pace().messages_per_connection(), 50u);
  pace().session_ended(7, true);
  EXPECT_EQ(pace().messages_per_connection(), 7u);
}

TEST_F(Pacing, new_limits_keep_what_was_learned_below_them) {
  limits.mails = {.count = 5, .per = 1s};
  pace().set_limits(limits);
  EXPECT_NEAR(mails_in(10s), 50, 3);
  limits.mails = {.count = 50, .per = 1s};
  pace().set_limits(limits);
  EXPECT_NEAR(mails_in(10s), 500, 20);
}

/// A provider that accepts what its hidden limit allows, and answers after a tenth of a second.
struct Provider {
  std::function<bool(std::chrono::milliseconds)> accepts;  // A mail that comes at this time.
  unsigned accepted = 0;
  unsigned refused = 0;
};

/// Accepts `per_second` mails, and up to `burst` at once after a quiet time.
std::function<bool(std::chrono::milliseconds)> bucket(double per_second, double burst) {
  return [=, tokens = burst, last = 0ms](std::chrono::milliseconds now) mutable {
    tokens = std::min(burst, tokens + per_second * static_cast<double>((now - last).count()) / 1000);
    last = now;
    if (tokens < 1) return false;
    --tokens;
    return true;
  };
}

/// Accepts `count` mails in each window.
std::function<bool(std::chrono::milliseconds)> window(unsigned count, std::chrono::milliseconds length) {
  return [=, used = 0U, current = std::int64_t{-1}](std::chrono::milliseconds now) mutable {
    if (const std::int64_t this_one = now / length; std::exchange(current, this_one) != this_one) used = 0;
    return ++used <= count;
  };
}

class HiddenLimit : public Pacing {
 protected:
  /// Sends as fast as the pace allows over ten connections.
  void send_for(Provider& provider, std::chrono::milliseconds time) {
    struct Reply {
      Pace::Time at;
      bool accepted;
    };
    std::deque<Reply> under_way;
    for (std::chrono::milliseconds at{0}; at < time; at += 10ms, clock.advance(10ms), now_ += 10ms) {
      while (!under_way.empty() && under_way.front().at <= clock.steady_now()) {
        const bool accepted = under_way.front().accepted;
        ++(accepted ? provider.accepted : provider.refused);
        pace().saw(accepted ? kAccepted : kTooFast, accepted ? "250 ok" : "421 too fast",
                   under_way.front().at - 100ms);
        under_way.pop_front();
      }
      while (under_way.size() < 10 && !pace().take_mail())
        under_way.push_back({clock.steady_now() + 100ms, provider.accepts(now_)});
    }
  }
  std::chrono::milliseconds now_{0};
};

TEST_F(HiddenLimit, is_found_within_ten_minutes_with_few_refusals) {
  struct Case {
    const char* name;
    std::function<bool(std::chrono::milliseconds)> accepts;
    double per_second;
  };
  const std::vector<Case> cases{
      {"2/s", bucket(2, 10), 2},
      {"7/s", bucket(7, 10), 7},
      {"10/s", bucket(10, 10), 10},
      {"20/s, strictly even", bucket(20, 1), 20},
      {"40/s", bucket(40, 100), 40},
      {"10 each second", window(10, 1s), 10},
      {"100 each 10 s", window(100, 10s), 10},
      {"600 each minute", window(600, 1min), 10},
      {"1000 each 10 minutes", window(1000, 10min), 1000.0 / 600},
  };
  for (const Case& one : cases) {
    forget();
    Provider provider{one.accepts};
    send_for(provider, 10min);
    const unsigned learning = provider.accepted;
    send_for(provider, 10min);
    EXPECT_GE(provider.accepted - learning, 0.8 * 600 * one.per_second) << one.name;
    EXPECT_LE(provider.refused, 0.02 * provider.accepted) << one.name;
  }
}

TEST_F(HiddenLimit, of_sites_that_share_connections_only_is_found_too) {
  limits.shared = {.connections = Range{10, 10}, .connects = {}, .mails = {}};
  pace().sites = 20;
  Provider provider{bucket(10, 10)};
  send_for(provider, 10min);
  const unsigned learning = provider.accepted;
  send_for(provider, 10min);
  EXPECT_GE(provider.accepted - learning, 0.8 * 600 * 10);
  EXPECT_LE(provider.refused, 0.02 * provider.accepted);
}

TEST_F(HiddenLimit, of_a_mail_in_two_seconds_costs_some_refusals) {
  Provider provider{bucket(0.5, 1)};
  send_for(provider, 10min);
  EXPECT_LE(provider.refused, 40u);
  EXPECT_GE(provider.accepted, 0.7 * 300);
}

TEST_F(HiddenLimit, that_refuses_everything_gets_few_mails) {
  Provider provider{[](std::chrono::milliseconds) { return false; }};
  send_for(provider, 60min);
  EXPECT_LT(provider.refused, 60u);
}

}  // namespace
}  // namespace sesame::shaping

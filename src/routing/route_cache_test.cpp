#include "routing/route_cache.hpp"

#include <gtest/gtest.h>

namespace sesame::routing {
namespace {

using Kind = NoRoute::Kind;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr const char* kDomain = "shop.test";

/// A cache and a time of day.
class RouteCacheTest : public testing::Test {
 protected:
  Route plan(std::int64_t lives_ms) const {
    Plan found;
    found.hosts = {{.host = "mx.shop.test", .addresses = {net::Address()}}};
    found.valid_until_ms = now_ms_ + lives_ms;
    return found;
  }
  Route none(Kind kind, std::int64_t lives_ms = 0) const {
    return NoRoute{550, "5.1.2", kind, "text", now_ms_ + lives_ms};
  }
  RoutePtr store(Route route) { return cache_.store(kDomain, std::move(route), now_ms_); }
  Kind store_none(Kind kind) { return std::get<NoRoute>(*store(none(kind))).kind; }
  /// The time until the next look-up, as the last result says it, which find() must keep to.
  std::int64_t pause_ms() {
    const RoutePtr route = cache_.find(kDomain, now_ms_);
    if (route == nullptr) return 0;
    const std::int64_t until_ms = valid_until_ms(*route);
    EXPECT_NE(cache_.find(kDomain, until_ms - 1), nullptr);
    EXPECT_EQ(cache_.find(kDomain, until_ms), nullptr);
    return until_ms - now_ms_;
  }

  RouteCache cache_{3};
  std::int64_t now_ms_ = 1'796'083'200'000;
};

TEST_F(RouteCacheTest, keeps_a_plan_for_its_time) {
  EXPECT_EQ(cache_.find(kDomain, now_ms_), nullptr);
  const RoutePtr stored = store(plan(kHourMs));
  EXPECT_FALSE(std::get<Plan>(*stored).stale);
  EXPECT_EQ(cache_.find(kDomain, now_ms_), stored);
  EXPECT_EQ(pause_ms(), kHourMs);
  EXPECT_EQ(cache_.find("other.test", now_ms_), nullptr);
}

TEST_F(RouteCacheTest, keeps_a_final_answer_for_its_time) {
  for (const Kind kind : {Kind::dead, Kind::loop, Kind::forbidden}) {
    EXPECT_EQ(std::get<NoRoute>(*store(none(kind, 2 * kHourMs))).kind, kind);
    EXPECT_EQ(pause_ms(), 2 * kHourMs);
  }
}

TEST_F(RouteCacheTest, takes_a_denied_domain_for_dead_when_the_answer_is_the_same_later) {
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect);
  EXPECT_EQ(pause_ms(), 15 * kMinuteMs);
  now_ms_ += 15 * kMinuteMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::dead);
  EXPECT_EQ(pause_ms(), 24 * kHourMs);
  now_ms_ += 24 * kHourMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect) << "the next day it begins anew";
}

TEST_F(RouteCacheTest, takes_two_answers_of_different_kinds_for_none) {
  const auto answer = [&](Kind confirmed) {
    NoRoute found = std::get<NoRoute>(none(Kind::suspect, kHourMs));
    found.confirmed = confirmed;
    return std::get<NoRoute>(*store(found)).kind;
  };
  for (const Kind kind : {Kind::loop, Kind::dead, Kind::loop}) {
    EXPECT_EQ(answer(kind), Kind::suspect);
    now_ms_ += kHourMs;
  }
  EXPECT_EQ(answer(Kind::loop), Kind::loop);
}

TEST_F(RouteCacheTest, asks_again_only_when_resolvers_may_have_forgotten_the_denial) {
  EXPECT_EQ(std::get<NoRoute>(*store(none(Kind::suspect, 40 * kMinuteMs))).kind, Kind::suspect);
  EXPECT_EQ(pause_ms(), 40 * kMinuteMs);
  now_ms_ += 20 * kMinuteMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect) << "asked before its time";
  now_ms_ += 20 * kMinuteMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::dead);
  EXPECT_EQ(std::get<NoRoute>(*cache_.store("other.test", none(Kind::suspect, 24 * kHourMs), now_ms_))
                .valid_until_ms,
            now_ms_ + kHourMs)
      << "an hour at most";
}

TEST_F(RouteCacheTest, refuses_what_leads_here_only_when_a_second_answer_does) {
  for (const Kind kind : {Kind::loop, Kind::forbidden}) {
    const auto answer = [&] {
      NoRoute found = std::get<NoRoute>(none(Kind::suspect, 2 * kHourMs));
      found.confirmed = kind;
      return found;
    };
    EXPECT_EQ(std::get<NoRoute>(*store(answer())).kind, Kind::suspect);
    now_ms_ += kHourMs;
    EXPECT_EQ(std::get<NoRoute>(*store(answer())).kind, kind);
    EXPECT_EQ(pause_ms(), 2 * kHourMs);
    now_ms_ += 2 * kHourMs;
  }
}

TEST_F(RouteCacheTest, uses_no_old_plan_for_a_domain_whose_hosts_cannot_be_reached_now) {
  store(plan(kHourMs));
  now_ms_ += kHourMs;
  EXPECT_EQ(std::get<NoRoute>(*store(none(Kind::unreachable, 5 * kMinuteMs))).kind, Kind::unreachable);
  EXPECT_EQ(pause_ms(), 5 * kMinuteMs);
}

TEST_F(RouteCacheTest, clears_a_domain_from_suspicion_by_a_route) {
  store(none(Kind::suspect));
  now_ms_ += 15 * kMinuteMs;
  store(plan(kHourMs));
  now_ms_ += kHourMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect);
}

TEST_F(RouteCacheTest, keeps_a_suspicion_while_the_dns_fails) {
  store(none(Kind::suspect));
  now_ms_ += 15 * kMinuteMs;
  EXPECT_EQ(store_none(Kind::unsure), Kind::unsure);
  now_ms_ += kMinuteMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::dead);
}

TEST_F(RouteCacheTest, waits_longer_each_time_the_dns_gives_no_answer) {
  for (const std::int64_t minutes : {1, 5, 15, 30, 30}) {
    EXPECT_EQ(store_none(Kind::unsure), Kind::unsure);
    EXPECT_EQ(pause_ms(), minutes * kMinuteMs);
    now_ms_ += minutes * kMinuteMs;
  }
  store(plan(kHourMs));
  now_ms_ += 3 * kHourMs;
  store(none(Kind::unsure));
  EXPECT_EQ(pause_ms(), kMinuteMs) << "an answer begins the pauses anew";
}

TEST_F(RouteCacheTest, uses_an_old_plan_for_an_hour_while_the_dns_fails) {
  store(plan(kHourMs));
  now_ms_ += kHourMs;
  std::int64_t stale_ms = 0;
  for (const std::int64_t minutes : {1, 5, 15, 30, 9}) {
    const RoutePtr route = store(none(Kind::unsure));
    ASSERT_TRUE(std::holds_alternative<Plan>(*route));
    EXPECT_TRUE(std::get<Plan>(*route).stale);
    EXPECT_EQ(std::get<Plan>(*route).hosts.at(0).host, "mx.shop.test");
    EXPECT_EQ(pause_ms(), minutes * kMinuteMs);
    stale_ms += minutes * kMinuteMs;
    now_ms_ += minutes * kMinuteMs;
  }
  EXPECT_EQ(stale_ms, kHourMs);
  EXPECT_EQ(store_none(Kind::unsure), Kind::unsure);
  EXPECT_EQ(pause_ms(), 30 * kMinuteMs);
}

TEST_F(RouteCacheTest, believes_a_denial_rather_than_an_old_plan) {
  store(plan(kHourMs));
  now_ms_ += kHourMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect);
  EXPECT_EQ(cache_.last_plan(kDomain, now_ms_), nullptr);
}

TEST_F(RouteCacheTest, has_the_last_plan_at_hand) {
  EXPECT_EQ(cache_.last_plan(kDomain, now_ms_), nullptr);
  store(plan(kHourMs));
  now_ms_ += 2 * kHourMs - 1;
  const RoutePtr last = cache_.last_plan(kDomain, now_ms_);
  ASSERT_NE(last, nullptr);
  EXPECT_TRUE(std::get<Plan>(*last).stale);
  EXPECT_EQ(cache_.last_plan(kDomain, now_ms_ + 1), nullptr);
}

TEST_F(RouteCacheTest, drops_the_least_recently_used) {
  for (const char* domain : {"a.test", "b.test", "c.test"}) cache_.store(domain, plan(kHourMs), now_ms_);
  EXPECT_NE(cache_.find("a.test", now_ms_), nullptr);
  cache_.store("d.test", plan(kHourMs), now_ms_);
  EXPECT_EQ(cache_.size(), 3u);
  EXPECT_EQ(cache_.find("b.test", now_ms_), nullptr);
  for (const char* domain : {"a.test", "c.test", "d.test"})
    EXPECT_NE(cache_.find(domain, now_ms_), nullptr) << domain;
  cache_.store("a.test", plan(kHourMs), now_ms_);
  EXPECT_EQ(cache_.size(), 3u);
}

TEST_F(RouteCacheTest, keeps_no_route_alive_over_a_clock_that_is_set_back) {
  store(plan(kHourMs));
  now_ms_ -= 24 * kHourMs;
  EXPECT_EQ(cache_.find(kDomain, now_ms_), nullptr);
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect);
  now_ms_ -= 24 * kHourMs;
  EXPECT_EQ(store_none(Kind::suspect), Kind::suspect);
  EXPECT_EQ(pause_ms(), 15 * kMinuteMs);
}

}  // namespace
}  // namespace sesame::routing

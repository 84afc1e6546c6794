#include "routing/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "dns/ares_resolver.hpp"
#include "dns/errors.hpp"
#include "testkit/fake_dns.hpp"
#include "testkit/fake_resolver.hpp"
#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::routing {
namespace {

using dns::RecordType;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using testing::ElementsAre;
using testing::UnorderedElementsAre;
using Kind = NoRoute::Kind;

/// Routes on a resolver with a zone of the test's, at a time of the test's.
class RoutesTest : public testing::Test {
 protected:
  RoutesTest() { open(); }

  void open() { routes_.emplace(resolver_, clock_, random_, options_); }
  void publish(const std::string& domain, std::uint32_t ttl_s = 3600) {
    resolver_.publish(domain, dns::Resolver::MailHosts{{10, "mx." + domain}}, ttl_s);
    resolver_.publish_address("mx." + domain, "8.8.8.8", ttl_s);
  }
  /// Asks, and keeps the answers in the order in which they come.
  void ask(const std::string& domain) {
    routes_->find(domain, [this, domain](const RoutePtr& route) {
      const std::lock_guard lock(mutex_);
      answered_.push_back(domain);
      last_ = route;
    });
  }
  RoutePtr find(const std::string& domain) {
    last_ = nullptr;
    ask(domain);
    return last_;
  }
  std::string text(const RoutePtr& route) {
    if (route == nullptr) return "waits";
    if (const auto* none = std::get_if<NoRoute>(&*route)) return none->enhanced;
    const Plan& plan = std::get<Plan>(*route);
    return (plan.stale ? "stale " : "") + plan.hosts.at(0).host;
  }

  std::mutex mutex_;
  std::vector<std::string> answered_;
  RoutePtr last_;
  testkit::FakeResolver resolver_;
  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  RouteOptions options_;
  std::optional<Routes> routes_;  // Uses all of the above.
};

TEST_F(RoutesTest, looks_a_destination_up_once_and_keeps_it) {
  publish("shop.test");
  EXPECT_EQ(routes_->known("shop.test"), nullptr);
  EXPECT_EQ(text(find("shop.test")), "mx.shop.test");
  EXPECT_EQ(resolver_.questions(), 2u);
  EXPECT_EQ(text(find("SHOP.Test.")), "mx.shop.test");
  EXPECT_EQ(text(routes_->known("shop.test")), "mx.shop.test");
  EXPECT_EQ(resolver_.questions(), 2u);
  clock_.advance(3600s);
  EXPECT_EQ(routes_->known("shop.test"), nullptr);
  publish("shop.test");
  resolver_.publish("shop.test", dns::Resolver::MailHosts{{10, "new.shop.test"}});
  resolver_.publish_address("new.shop.test", "9.9.9.9");
  EXPECT_EQ(text(find("shop.test")), "new.shop.test");
}

TEST_F(RoutesTest, answers_everybody_who_asked_meanwhile_by_one_look_up) {
  publish("shop.test");
  resolver_.hold();
  for (int i = 0; i < 5; ++i) ask("shop.test");
  EXPECT_EQ(resolver_.questions(), 1u);
  EXPECT_EQ(routes_->counts().waiting, 5u);
  resolver_.release();
  EXPECT_EQ(answered_.size(), 5u);
  EXPECT_EQ(resolver_.questions(), 2u);
  EXPECT_EQ(routes_->counts().waiting, 0u);
  EXPECT_EQ(routes_->counts().cached, 1u);
}

TEST_F(RoutesTest, looks_up_a_bounded_number_at_once_and_the_rest_in_order) {
  options_.under_way_max = 2;
  open();
  resolver_.hold();
  for (const char* domain : {"a.test", "b.test", "c.test", "d.test"}) {
    publish(domain);
    ask(domain);
  }
  EXPECT_EQ(resolver_.waiting(), 2u);
  EXPECT_EQ(routes_->counts().under_way, 2u);
  EXPECT_EQ(routes_->counts().queued, 2u);
  resolver_.release(2);  // The MX questions of the first two.
  resolver_.release(1);  // The address of the first.
  EXPECT_THAT(answered_, ElementsAre("a.test"));
  EXPECT_EQ(resolver_.questions("c.test", RecordType::mx), 1u);
  EXPECT_EQ(resolver_.questions("d.test", RecordType::mx), 0u);
  resolver_.release(1);  // The address of the second.
  EXPECT_THAT(answered_, ElementsAre("a.test", "b.test"));
  EXPECT_EQ(resolver_.questions("d.test", RecordType::mx), 1u);
  resolver_.release();
  EXPECT_THAT(answered_, UnorderedElementsAre("a.test", "b.test", "c.test", "d.test"));
}

TEST_F(RoutesTest, answers_at_once_when_too_many_wait) {
  options_.waiting_max = 2;
  open();
  resolver_.hold();
  publish("c.test");
  ask("a.test");
  ask("a.test");
  EXPECT_EQ(text(find("c.test")), "4.4.3");
  resolver_.release();
  EXPECT_EQ(text(find("c.test")), "mx.c.test") << "the refusal was not kept";
}

TEST_F(RoutesTest, needs_no_stack_for_a_queue_whose_answers_come_at_once) {
  options_.under_way_max = 1;
  open();
  resolver_.hold();
  for (int i = 0; i < 10'000; ++i) ask("d" + std::to_string(i) + ".test");
  resolver_.release();
  EXPECT_EQ(answered_.size(), 10'000u);
}

TEST_F(RoutesTest, ends_a_look_up_at_its_deadline_and_ignores_what_comes_later) {
  publish("shop.test");
  resolver_.hold();
  ask("shop.test");
  clock_.advance(29s);
  routes_->expire();
  EXPECT_TRUE(answered_.empty());
  clock_.advance(1s);
  routes_->expire();
  EXPECT_EQ(text(last_), "4.4.3");
  EXPECT_EQ(routes_->counts().under_way, 0u);
  resolver_.release();
  EXPECT_EQ(answered_.size(), 1u);
  EXPECT_EQ(resolver_.questions(), 1u);
  clock_.advance(1min);
  EXPECT_EQ(text(find("shop.test")), "mx.shop.test");
}

TEST_F(RoutesTest, uses_at_the_deadline_what_has_been_answered) {
  resolver_.publish("shop.test", dns::Resolver::MailHosts{{10, "mx1.shop.test"}, {20, "mx2.shop.test"}});
  resolver_.publish_address("mx1.shop.test", "8.8.8.8");
  resolver_.hold();
  ask("shop.test");
  resolver_.release(2);
  clock_.advance(30s);
  routes_->expire();
  EXPECT_EQ(text(last_), "mx1.shop.test");
}

TEST_F(RoutesTest, counts_the_deadline_from_the_turn_of_a_destination) {
  options_.under_way_max = 1;
  open();
  resolver_.hold();
  ask("a.test");
  ask("b.test");
  clock_.advance(30s);
  routes_->expire();
  EXPECT_THAT(answered_, ElementsAre("a.test"));
  clock_.advance(29s);
  routes_->expire();
  EXPECT_THAT(answered_, ElementsAre("a.test"));
  clock_.advance(1s);
  routes_->expire();
  EXPECT_THAT(answered_, ElementsAre("a.test", "b.test"));
}

TEST_F(RoutesTest, refuses_a_dead_domain_at_once_for_a_day) {
  EXPECT_EQ(std::get<NoRoute>(*find("gone.test")).kind, Kind::suspect);
  EXPECT_EQ(std::get<NoRoute>(*find("gone.test")).kind, Kind::suspect);
  EXPECT_EQ(resolver_.questions(), 1u);
  clock_.advance(15min);
  EXPECT_EQ(std::get<NoRoute>(*find("gone.test")).kind, Kind::dead);
  EXPECT_EQ(resolver_.questions(), 2u);
  clock_.advance(23 * 60min);
  EXPECT_EQ(std::get<NoRoute>(*find("gone.test")).kind, Kind::dead);
  EXPECT_EQ(resolver_.questions(), 2u);
}

TEST_F(RoutesTest, uses_the_last_route_while_the_dns_fails) {
  publish("shop.test");
  find("shop.test");
  resolver_.be_down(true);
  clock_.advance(3600s);
  EXPECT_EQ(text(find("shop.test")), "stale mx.shop.test");
  EXPECT_EQ(text(find("new.test")), "4.4.3");
  clock_.advance(3600s);
  EXPECT_EQ(text(find("shop.test")), "4.4.3");
  resolver_.be_down(false);
  clock_.advance(5min);
  EXPECT_EQ(text(find("shop.test")), "mx.shop.test");
}

TEST_F(RoutesTest, does_not_blame_a_destination_for_a_resolver_that_is_full) {
  publish("shop.test");
  resolver_.refuse(&dns::errors::kOverloaded);
  EXPECT_EQ(text(find("shop.test")), "4.4.3");
  resolver_.refuse(nullptr);
  EXPECT_EQ(text(find("shop.test")), "mx.shop.test");
  clock_.advance(3600s);
  resolver_.refuse(&dns::errors::kOverloaded);
  EXPECT_EQ(text(find("shop.test")), "stale mx.shop.test");
  resolver_.refuse(nullptr);
  EXPECT_EQ(text(find("shop.test")), "mx.shop.test");
}

TEST_F(RoutesTest, asks_for_the_families_that_may_be_used) {
  publish("shop.test");
  find("shop.test");
  EXPECT_EQ(resolver_.questions("mx.shop.test", RecordType::aaaa), 0u);
  options_.families = Families::both;
  open();
  find("shop.test");
  EXPECT_EQ(resolver_.questions("mx.shop.test", RecordType::a), 2u);
  EXPECT_EQ(resolver_.questions("mx.shop.test", RecordType::aaaa), 1u);
}

TEST_F(RoutesTest, asks_for_the_other_family_to_tell_a_dead_host_from_one_out_of_reach) {
  resolver_.publish("six.test", dns::Resolver::MailHosts{{10, "mx.six.test"}});
  resolver_.publish_address("mx.six.test", "2a00::1");
  EXPECT_EQ(text(find("six.test")), "4.4.4");
  resolver_.publish("bare.test", dns::Resolver::MailHosts{{10, "mx.bare.test"}});
  resolver_.publish_name("mx.bare.test");
  EXPECT_EQ(text(find("bare.test")), "5.4.4");
  resolver_.publish("gone.test", dns::Resolver::MailHosts{{10, "mx.gone.test"}});
  EXPECT_EQ(text(find("gone.test")), "5.4.4");
  EXPECT_EQ(resolver_.questions("mx.gone.test", RecordType::aaaa), 0u) << "it does not exist";
}

TEST_F(RoutesTest, asks_nothing_about_a_domain_that_cannot_be_a_destination) {
  EXPECT_EQ(text(find("[192.0.2.1]")), "5.1.3");
  EXPECT_EQ(text(find("localhost")), "5.1.3");
  EXPECT_EQ(routes_->known("localhost"), nullptr);
  EXPECT_EQ(resolver_.questions(), 0u);
}

TEST_F(RoutesTest, drops_the_least_recently_used) {
  options_.cached_max = 2;
  open();
  for (const char* domain : {"a.test", "b.test", "c.test"}) {
    publish(domain);
    find(domain);
  }
  EXPECT_EQ(routes_->counts().cached, 2u);
  EXPECT_EQ(routes_->known("a.test"), nullptr);
  EXPECT_NE(routes_->known("c.test"), nullptr);
}

TEST_F(RoutesTest, answers_everybody_when_it_stops) {
  options_.under_way_max = 1;
  open();
  publish("a.test");
  resolver_.hold();
  ask("a.test");
  ask("b.test");
  routes_->stop();
  EXPECT_THAT(answered_, UnorderedElementsAre("a.test", "b.test"));
  EXPECT_EQ(text(last_), "4.4.3");
  EXPECT_EQ(text(find("c.test")), "4.4.3");
  routes_->stop();
  routes_.reset();
  resolver_.release();
  EXPECT_EQ(answered_.size(), 3u);
}

// The whole way, with a name server on loopback: many threads, few domains, aliases, a name that fails.
TEST(Routes, find_their_way_through_a_real_resolver) {
  using testkit::FakeDns;
  FakeDns server([](const std::string& name, int type) -> std::optional<FakeDns::Reply> {
    if (name == "failing.test") return FakeDns::Reply{.code = 2};
    if (name == "alias.test")
      return FakeDns::Reply{.records = {FakeDns::alias_record("", "d1.test"),
                                        FakeDns::mail_record("d1.test", 10, "mx.d1.test")}};
    if (type == 15) return FakeDns::Reply{.mail_hosts = {{10, "mx." + name}}};
    return FakeDns::Reply{.records = {FakeDns::address_record("", "8.8.8.8")}};
  });
  const auto resolver =
      std::move(dns::AresResolver::start({.server = parse_host_port(server.address())}).value());
  const SystemClock clock;
  testkit::SeededRandom random;
  Routes routes(*resolver, clock, random, {.under_way_max = 4});
  constexpr int kThreads = 4, kEach = 200;
  std::atomic<int> answered = 0, refused = 0;
  std::promise<void> all;
  const auto count = [&](const RoutePtr& route) {
    if (!std::holds_alternative<Plan>(*route)) ++refused;
    if (++answered == kThreads * kEach) all.set_value();
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i)
        routes.find(i % 20 == 0   ? "failing.test"
                    : i % 20 == 1 ? "alias.test"
                                  : "d" + std::to_string(i % 20) + ".test",
                    count);
    });
  }
  for (std::thread& thread : threads) thread.join();
  all.get_future().wait();
  EXPECT_EQ(refused, kThreads * kEach / 20);
  const RoutePtr alias = routes.known("alias.test");
  ASSERT_NE(alias, nullptr);
  EXPECT_EQ(std::get<Plan>(*alias).hosts.at(0).host, "mx.d1.test");
  EXPECT_LE(server.questions(), 20u * 3) << "each domain was looked up once";
  resolver->stop();
}

}  // namespace
}  // namespace sesame::routing

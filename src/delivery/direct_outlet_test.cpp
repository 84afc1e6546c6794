#include "delivery/direct_outlet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <span>

#include "delivery/outlet_fixture.hpp"
#include "dns/records.hpp"
#include "net/tls.hpp"
#include "shaping/rule_faults.hpp"
#include "testkit/eventually.hpp"
#include "testkit/scripted_smtp.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;
using routing::NoRoute;
using testkit::eventually;
using testkit::ScriptedSmtp;

/// Limits that hold nothing up, with few connections.
const std::string kQuick = R"(
[default]
connections = { start = 2, max = 2 }
messages_per_connection = 1000
connects = "1000/s"
mails = "10000/s"
idle_s = 1
tls = "off"
)";

/// A provider of the servers under .strict.test.
const std::string kStrict = R"(
[provider.strict]
match = [".strict.test"]
[[provider.strict.rule]]
name = "strict-too-fast"
text = ["the gate is shut"]
means = "rate"
scope = "path"
hold = ["10m"]
sample = ["550 5.7.1 the gate is shut"]
)";

/// All of them together.
const std::string kOneConnection = "[provider.strict.shared]\nconnections = { start = 1, max = 1 }\n";

/// Nothing listens here at the ports of the scripted servers.
constexpr const char* kDeadAddress = "127.0.0.2";

routing::RoutePtr route_to(const std::vector<std::pair<std::string, std::string>>& servers) {
  routing::Plan plan;
  std::vector<dns::MailHost> names;
  for (const auto& [host, address] : servers) {
    routing::HostPlan& one = plan.hosts.emplace_back();
    one.host = host;
    one.addresses.push_back(net::Address::parse(address).value());
    names.push_back({10, host});
  }
  plan.site = routing::SiteKey(names, routing::kSmtpPort);
  return std::make_shared<const routing::Route>(std::move(plan));
}

routing::RoutePtr no_route(NoRoute::Kind kind, std::string enhanced, std::string text) {
  NoRoute route;
  route.kind = kind;
  route.enhanced = std::move(enhanced);
  route.text = std::move(text);
  return std::make_shared<const routing::Route>(std::move(route));
}

class Directing : public testing::Test {
 protected:
  Directing() {
    options.target.helo_name = "out.sender.test";
    options.site.tick = 5ms;
    options.site.pauses = {60s, 60s, 0.15};
    loops.start();
  }
  ~Directing() override {
    if (outlet) outlet->stop(5s);
  }
  void begin(std::uint16_t port) {
    options.target.port = port;
    const auto find = [this](std::string_view domain, std::function<void(routing::RoutePtr)> answer) {
      const std::lock_guard lock(mutex_);
      const auto found = routes_.find(domain);
      if (found != routes_.end()) return answer(found->second);
      unanswered_.push_back(std::move(answer));
    };
    const auto known = [this](std::string_view domain) {
      const std::lock_guard lock(mutex_);
      const auto found = routes_.find(domain);
      return found == routes_.end() ? nullptr : found->second;
    };
    auto parsed = shaping::Rules::parse(kQuick + rules, "test.toml");
    ASSERT_TRUE(parsed) << shaping::fault_texts(parsed.error()).front();
    in_force->set(std::make_shared<const shaping::Rules>(std::move(*parsed)));
    const auto keep = [this](const std::function<shaping::PathMemories()>& newest) {
      if (before_keeping) before_keeping();
      const shaping::PathMemories changed = newest();
      const std::lock_guard lock(mutex_);
      for (const auto& [name, memory] : changed) kept_[name] = memory;
      return true;
    };
    outlet = std::make_unique<DirectOutlet>(std::move(options), DirectOutlet::RouteSource{find, known},
                                            ShapeSource{in_force, sources, &classifier, remembered, keep},
                                            loops, clock, random);
    outlet->start(engine);
    engine.begin(*outlet);
  }
  /// Begins with one.test, whose only server has this name.
  void begin_with(const ScriptedSmtp& server, const std::string& host = "mx.one.test") {
    route("one.test", route_to({{host, "127.0.0.1"}}));
    begin(server.port());
  }
  void route(const std::string& domain, routing::RoutePtr route) {
    const std::lock_guard lock(mutex_);
    routes_[domain] = std::move(route);
  }
  /// Answers all questions that had no answer.
  void answer(const routing::RoutePtr& route) {
    std::vector<std::function<void(routing::RoutePtr)>> unanswered;
    {
      const std::lock_guard lock(mutex_);
      unanswered.swap(unanswered_);
    }
    for (const auto& one : unanswered) one(route);
  }
  void submit(const std::string& domain, std::size_t count, const std::string& sender = "sender.test") {
    std::vector<DueDraft> drafts;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string to = "user" + std::to_string(++last_) + "@" + domain;
      drafts.push_back(draft_to(to, {1, accounts::MailId::Kind::run, 1, last_}));
      drafts.back().from_address = "news@" + sender;
    }
    outlet->submit(std::move(drafts));
  }
  /// The memory of a path, when tick() has kept it.
  shaping::PathMemory kept(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return kept_[path];
  }
  std::size_t count(smtp::Verdict verdict) {
    return static_cast<std::size_t>(std::ranges::count(engine.results(), verdict, &smtp::Attempt::verdict));
  }
  std::size_t delivered() { return count(smtp::Verdict::delivered); }

  SystemClock clock;
  testkit::SeededRandom random;
  net::Loops loops{2};
  DirectOptions options;
  std::string rules;                     // Over kQuick.
  std::function<void()> before_keeping;  // Runs when what was learned is about to be written.
  const std::shared_ptr<SourceHealth> sources = std::make_shared<SourceHealth>(clock);
  std::shared_ptr<shaping::RulesInForce> in_force =
      std::make_shared<shaping::RulesInForce>(std::make_shared<const shaping::Rules>());
  bounces::Classifier classifier;
  shaping::PathMemories remembered;
  std::unique_ptr<DirectOutlet> outlet;
  FakeEngine engine;  // Ends before the outlet that it gives its mail to.

 private:
  std::mutex mutex_;
  std::map<std::string, routing::RoutePtr, std::less<>> routes_;
  std::vector<std::function<void(routing::RoutePtr)>> unanswered_;
  shaping::PathMemories kept_;
  std::uint32_t last_ = 0;
};

/// The key of a site with one server.
std::string site_of(const std::string& host) {
  const dns::MailHost name{10, host};
  return routing::SiteKey(std::span(&name, 1), routing::kSmtpPort).text();
}

/// The places that mail to a domain gets in one look.
std::size_t places(messages::Admission& admission, const std::string& domain, bool urgent = false) {
  admission.begin_look();
  std::size_t given = 0;
  while (given < 10'000 && !admission.ask({.domain = domain, .urgent = urgent})) ++given;
  return given;
}

TEST_F(Directing, a_connection_without_a_demanded_certificate_never_carries_mail_that_demands_it) {
  ScriptedSmtp server;
  net::TlsClientOptions noting;
  noting.verify = net::TlsVerify::noted;
  options.site.client.noting_context =
      std::make_shared<const net::TlsContext>(net::TlsContext::client(noting).value());
  const routing::RoutePtr open = route_to({{"mx.one.test", "127.0.0.1"}});
  auto sealed = std::get<routing::Plan>(*open);
  sealed.certificate = smtp::CertificateDemand::required;
  sealed.site = sealed.site.under("certificate");
  route("open.test", open);
  route("sealed.test", std::make_shared<const routing::Route>(std::move(sealed)));
  begin(server.port());
  submit("open.test", 5);
  ASSERT_TRUE(eventually([&] { return delivered() == 5; }));
  submit("sealed.test", 2);  // A connection to the same server is idle.
  submit("open.test", 5);
  ASSERT_TRUE(eventually([&] { return delivered() == 10 && count(smtp::Verdict::deferred) == 2; }));
  for (const smtp::Attempt& attempt : engine.results()) {
    if (attempt.verdict == smtp::Verdict::delivered) continue;
    EXPECT_EQ(attempt.enhanced, "4.7.5") << attempt.text;
  }
  EXPECT_EQ(outlet->sites(), 2U);
}

TEST_F(Directing, an_untried_site_gets_a_few_mails_and_a_busy_one_none) {
  route("dead.test", route_to({{"mx.dead.test", kDeadAddress}}));
  begin(1);
  EXPECT_EQ(places(*outlet->admission(), "dead.test"), 32U);
  EXPECT_EQ(places(*outlet->admission(), "dead.test", true), 64U) << "single sends get places of their own";
  EXPECT_EQ(places(*outlet->admission(), "other.test"), options.unrouted_mails) << "its route is unknown";
}

TEST_F(Directing, a_site_that_answers_has_room_by_its_speed) {
  ScriptedSmtp server;
  route("quick.test", route_to({{"mx.quick.test", "127.0.0.1"}}));
  begin(server.port());
  submit("quick.test", 30);
  ASSERT_TRUE(eventually([&] { return delivered() == 30; }));
  EXPECT_EQ(places(*outlet->admission(), "quick.test"), 512U) << "30 mails within a moment";
}

TEST_F(Directing, a_site_says_when_it_has_room_again) {
  ScriptedSmtp server;
  route("quick.test", route_to({{"mx.quick.test", "127.0.0.1"}}));
  begin(server.port());
  EXPECT_EQ(places(*outlet->admission(), "quick.test"), 32U);
  submit("quick.test", 32);
  ASSERT_TRUE(eventually([&] { return delivered() == 32; }));
  EXPECT_TRUE(eventually([&] { return engine.rooms.load() > 0; }));
}

TEST_F(Directing, sites_that_do_not_answer_share_a_part_of_all_mail) {
  options.untried_mails = 50;
  for (int i = 0; i < 4; ++i) {
    const std::string name = std::to_string(i) + ".test";
    route(name, route_to({{"mx." + name, kDeadAddress}}));
  }
  begin(1);
  messages::Admission& admission = *outlet->admission();
  admission.begin_look();
  std::size_t given = 0;
  std::optional<messages::Crowd> crowd;
  for (int i = 0; i < 4; ++i) {
    const std::string name = std::to_string(i) + ".test";
    while (!(crowd = admission.ask({.domain = name}))) ++given;
  }
  EXPECT_EQ(given, 50U);
  EXPECT_EQ(admission.room(*crowd), 0U);
  EXPECT_FALSE(admission.ask({.domain = "3.test", .urgent = true})) << "a single send is tried all the same";
}

TEST_F(Directing, destinations_that_are_looked_up_have_a_bound_together) {
  options.unrouted_mails = 20;
  begin(1);
  messages::Admission& admission = *outlet->admission();
  EXPECT_EQ(places(admission, "unknown.test"), 20U);
  submit("unknown.test", 15);
  EXPECT_EQ(places(admission, "another.test"), 5U);
  answer(no_route(NoRoute::Kind::dead, "5.1.2", "there is no such domain"));
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 15; }));
  EXPECT_EQ(places(admission, "another.test"), 20U);
  EXPECT_GT(engine.rooms, 0U);
}

TEST_F(Directing, a_site_that_failed_takes_nothing_until_it_is_tried_again) {
  options.site.pauses = {300ms, 300ms, 0};
  route("dead.test", route_to({{"mx.dead.test", kDeadAddress}}));
  begin(1);
  submit("dead.test", 1);
  ASSERT_TRUE(eventually([&] { return places(*outlet->admission(), "dead.test") == 0; }));
  ASSERT_TRUE(eventually([&] { return places(*outlet->admission(), "dead.test") == 32; }));
  EXPECT_TRUE(eventually([&] { return engine.rooms > 0; })) << "it says when the pause is over";
}

TEST_F(Directing, looks_that_follow_each_other_share_the_places_of_sites_that_do_not_answer) {
  options.untried_mails = 50;
  for (const std::string name : {"one.test", "two.test"})
    route(name, route_to({{"mx." + name, kDeadAddress}}));
  begin(1);
  std::size_t given = 0;
  for (const std::string name : {"one.test", "two.test"}) given += places(*outlet->admission(), name);
  EXPECT_EQ(given, 50U);
}

TEST_F(Directing, mail_for_a_site_that_failed_a_moment_ago_is_no_attempt) {
  route("dead.test", route_to({{"mx.dead.test", kDeadAddress}}));
  begin(1);
  submit("dead.test", 1);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 1; }));
  EXPECT_EQ(engine.parked, 0U) << "a connection was tried for it";
  submit("dead.test", 3);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 4; }));
  EXPECT_EQ(engine.parked, 3U);
}

TEST_F(Directing, domains_with_the_same_servers_share_connections) {
  ScriptedSmtp server;
  const auto shared = route_to({{"mx.provider.test", "127.0.0.1"}});
  route("one.test", shared);
  route("two.test", shared);
  begin(server.port());
  submit("one.test", 20);
  submit("two.test", 20);
  ASSERT_TRUE(eventually([&] { return delivered() == 40; }));
  EXPECT_EQ(server.mails(), 40U);
  EXPECT_LE(server.sessions(), 2U);
}

TEST_F(Directing, the_next_server_is_tried_when_one_cannot_be_reached) {
  ScriptedSmtp server;
  route("one.test", route_to({{"mx1.one.test", kDeadAddress}, {"mx2.one.test", "127.0.0.1"}}));
  begin(server.port());
  submit("one.test", 20);
  ASSERT_TRUE(eventually([&] { return delivered() == 20; }));
  for (const smtp::Attempt& attempt : engine.results()) EXPECT_EQ(attempt.address, "127.0.0.1");
}

TEST_F(Directing, a_site_that_hangs_up_at_every_mail_keeps_none) {
  ScriptedSmtp server;
  server.always("MAIL", "421 4.3.2 come back later");
  route("busy.test", route_to({{"mx.busy.test", "127.0.0.1"}}));
  begin(server.port());
  submit("busy.test", 500);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 500; })) << "in its first pause";
  for (const smtp::Attempt& attempt : engine.results())
    EXPECT_NE(attempt.text.find("come back later"), std::string::npos) << attempt.text;
}

TEST_F(Directing, a_site_that_nobody_uses_is_forgotten_at_a_tick) {
  ScriptedSmtp server;
  options.unused = 1ms;
  begin_with(server);
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  EXPECT_EQ(outlet->sites(), 1U);
  ASSERT_TRUE(eventually([&] {
    outlet->tick();
    return outlet->sites() == 0;
  }));
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return delivered() == 2; })) << "a new site takes mail as the first one did";
}

TEST_F(Directing, a_site_that_cannot_be_reached_keeps_no_mail) {
  ScriptedSmtp server;
  route("dead.test", route_to({{"mx.dead.test", kDeadAddress}}));
  begin_with(server);
  submit("dead.test", 10);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 10; }));
  for (const smtp::Attempt& attempt : engine.results()) {
    EXPECT_EQ(attempt.stage, smtp::Stage::connect);
    EXPECT_TRUE(attempt.remote.starts_with("mx.dead.test:")) << attempt.remote;
    EXPECT_EQ(attempt.address, kDeadAddress);
  }
  submit("dead.test", 5);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 15; })) << "in its pause of a minute";
  submit("one.test", 5);
  ASSERT_TRUE(eventually([&] { return delivered() == 5; }));
  EXPECT_EQ(engine.composed, 5U) << "mail of a dead site is not composed";
}

TEST_F(Directing, mail_of_a_server_that_hangs_up_is_reported_with_what_happened) {
  ScriptedSmtp server;
  server.always("MAIL", "!close");
  options.site.pauses = {10ms, 20ms, 0.15};
  begin_with(server);
  for (int i = 0; i < 5; ++i) submit("one.test", 4);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 20; }));
  for (const smtp::Attempt& attempt : engine.results()) EXPECT_NE(attempt.text, "");
}

TEST_F(Directing, a_destination_without_servers_is_refused_or_deferred_as_its_route_says) {
  ScriptedSmtp server;
  route("null.test", no_route(NoRoute::Kind::dead, "5.1.10", "takes no mail"));
  route("quiet.test", no_route(NoRoute::Kind::unsure, "4.4.3", "no name server answers"));
  begin(server.port());
  submit("null.test", 1);
  submit("quiet.test", 1);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 2; }));
  const std::vector<smtp::Attempt> results = engine.results();
  EXPECT_EQ(results[0].verdict, smtp::Verdict::refused);
  EXPECT_EQ(results[0].text, "5.1.10 takes no mail");
  EXPECT_EQ(results[1].verdict, smtp::Verdict::deferred);
  EXPECT_EQ(results[1].text, "4.4.3 no name server answers");
  EXPECT_EQ(server.sessions(), 0U);
}

TEST_F(Directing, mail_waits_until_its_route_is_known) {
  ScriptedSmtp server;
  begin(server.port());
  submit("one.test", 5);
  EXPECT_EQ(server.sessions(), 0U);
  answer(route_to({{"mx.one.test", "127.0.0.1"}}));
  ASSERT_TRUE(eventually([&] { return delivered() == 5; }));
}

TEST_F(Directing, every_mail_is_delivered_once_while_servers_change) {
  ScriptedSmtp server;
  begin(server.port());
  for (int change = 0; change < 10; ++change) {
    const std::string other = "127.0.0." + std::to_string(3 + change);
    // The same site with another second address each time.
    routing::Plan plan = std::get<routing::Plan>(*route_to({{"mx.one.test", "127.0.0.1"}}));
    plan.hosts.front().addresses.push_back(net::Address::parse(other).value());
    route("one.test", std::make_shared<const routing::Route>(std::move(plan)));
    submit("one.test", 50);
  }
  ASSERT_TRUE(eventually([&] { return delivered() == 500; })) << delivered();
  EXPECT_EQ(server.mails(), 500U);
  EXPECT_LE(server.sessions(), 2U) << "the connections stay";
}

TEST_F(Directing, all_sites_together_keep_the_limit_of_connections) {
  ScriptedSmtp server;
  options.connections = 3;
  begin(server.port());
  for (int i = 0; i < 8; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    route(domain, route_to({{"mx." + domain, "127.0.0.1"}}));
    submit(domain, 20);
  }
  ASSERT_TRUE(eventually([&] { return delivered() == 160; }));
  EXPECT_LE(server.most_open_sessions(), 3U);
}

TEST_F(Directing, mails_are_spread_by_the_rate_in_force) {
  ScriptedSmtp server;
  rules = "[destination.\"one.test\"]\nmails = \"20/s\"\n";
  begin_with(server);
  const auto began = clock.steady_now();
  submit("one.test", 24);
  ASSERT_TRUE(eventually([&] { return delivered() == 24; }));
  EXPECT_GE(clock.steady_now() - began, 900ms) << "a few come early, the others each 50 ms";
}

TEST_F(Directing, a_rule_keeps_mail_that_was_refused_for_good_and_holds_its_path) {
  ScriptedSmtp server;
  server.always("RCPT", "550 5.7.1 the gate is shut");
  rules = kStrict;
  begin_with(server, "mx.strict.test");
  submit("one.test", 40);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 40; }));
  EXPECT_EQ(count(smtp::Verdict::deferred), 40U);
  EXPECT_LE(server.count("RCPT"), 2U) << "those under way when the hold began";
  for (const auto retry_in : engine.retries_in()) EXPECT_GT(retry_in, 9min);
  EXPECT_EQ(engine.retries_in().size(), 40U);
  EXPECT_EQ(places(*outlet->admission(), "one.test"), 0U) << "what waits elsewhere stays there";
  outlet->tick();
  const shaping::PathMemory memory = kept("site " + site_of("mx.strict.test"));
  EXPECT_EQ(memory.rule, "strict-too-fast");
  EXPECT_GT(memory.held_until_ms, clock.now_ms());
}

TEST_F(Directing, a_hold_is_listed_with_its_rule_and_ends_when_told_so) {
  ScriptedSmtp server;
  server.next("RCPT", "550 5.7.1 the gate is shut");
  rules = kStrict;
  begin_with(server, "mx.strict.test");
  const std::string path = "site " + site_of("mx.strict.test");
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return outlet->holds().size() == 1; }));
  const HeldPath held = outlet->holds().front();
  EXPECT_EQ(held.path, path);
  EXPECT_EQ(held.provider, "strict");
  EXPECT_EQ(held.hold.rule, "strict-too-fast");
  EXPECT_EQ(held.hold.reply, "550 5.7.1 the gate is shut");
  EXPECT_EQ(view_of(outlet->list_sites().front()).state, SiteState::held);
  messages::Admission& admission = *outlet->admission();
  ASSERT_EQ(places(admission, "one.test"), 0U);

  EXPECT_FALSE(outlet->end_hold("provider strict")) << "a path of another name";
  const std::size_t rooms = engine.rooms;
  ASSERT_TRUE(outlet->end_hold(path));
  EXPECT_FALSE(outlet->end_hold(path));
  EXPECT_GT(engine.rooms, rooms) << "what waited is asked for again";
  EXPECT_TRUE(outlet->holds().empty());
  EXPECT_GT(places(admission, "one.test"), 0U);
  EXPECT_EQ(view_of(outlet->list_sites().front()).state, SiteState::probing);
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  EXPECT_EQ(view_of(outlet->list_sites().front()).state, SiteState::up);
}

TEST_F(Directing, mail_that_has_no_room_says_whose_servers_hold_it) {
  ScriptedSmtp server;
  server.next("RCPT", "550 5.7.1 the gate is shut");
  rules = kStrict;
  begin_with(server, "mx.strict.test");
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return outlet->holds().size() == 1; }));
  messages::Admission& admission = *outlet->admission();
  admission.begin_look();
  const auto crowd = admission.ask({.domain = "one.test"});
  ASSERT_TRUE(crowd);
  const messages::CrowdReason reason = admission.reason_of(*crowd);
  EXPECT_EQ(reason.text, "strict: 550 5.7.1 the gate is shut");
  EXPECT_EQ(reason.since_ms, outlet->holds().front().hold.since_ms);
  EXPECT_EQ(admission.reason_of(4711).text, "") << "a crowd that nobody knows";
}

TEST_F(Directing, a_hold_that_ends_while_it_is_written_stays_ended) {
  ScriptedSmtp server;
  server.always("RCPT", "550 5.7.1 the gate is shut");
  rules = kStrict;
  begin_with(server, "mx.strict.test");
  const std::string path = "site " + site_of("mx.strict.test");
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return outlet->holds().size() == 1; }));
  before_keeping = [this, path] { outlet->end_hold(path); };
  outlet->tick();
  EXPECT_FALSE(shaping::hold_of(kept(path), clock.now_ms()));
}

TEST_F(Directing, holds_of_paths_without_mail_are_listed_and_ended_too) {
  ScriptedSmtp server;
  shaping::PathMemory memory;
  memory.held_since_ms = memory.hold_began_ms = clock.now_ms() - 1'000;
  memory.held_until_ms = clock.now_ms() + 3'600'000;
  memory.holds = 1;
  remembered["provider gmail"] = memory;
  remembered["provider gmail from shop.test"] = memory;
  begin(server.port());
  const std::vector<HeldPath> holds = outlet->holds();
  ASSERT_EQ(holds.size(), 2U);
  EXPECT_EQ(holds[0].provider, "gmail");
  EXPECT_EQ(holds[1].provider, "gmail");
  EXPECT_EQ(holds[1].sender, "shop.test");
  EXPECT_TRUE(outlet->end_hold("provider gmail from shop.test"));
  EXPECT_TRUE(outlet->end_hold("provider gmail"));
  EXPECT_TRUE(outlet->holds().empty());
  outlet->tick();
  EXPECT_FALSE(shaping::hold_of(kept("provider gmail"), clock.now_ms()));
  EXPECT_EQ(kept("provider gmail").holds, 1U) << "the next one takes the next step";
}

TEST_F(Directing, a_site_in_view_counts_its_mail_and_its_replies) {
  ScriptedSmtp server;
  server.next("RCPT", "550 5.1.1 no such user");
  begin_with(server);
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 1; }));
  submit("one.test", 2);
  ASSERT_TRUE(eventually([&] { return delivered() == 2; }));
  const std::vector<SiteInView> sites = outlet->list_sites();
  ASSERT_EQ(sites.size(), 1U);
  const SiteView view = view_of(sites.front());
  EXPECT_EQ(*sites.front().hosts, std::vector<std::string>{"mx.one.test"});
  EXPECT_EQ(view.path, "site " + site_of("mx.one.test"));
  EXPECT_EQ(view.last_hour.delivered, 2U);
  EXPECT_EQ(view.last_hour.refused, 1U);
  EXPECT_EQ(view.connections_allowed, 2U);
  EXPECT_EQ(view.mails_per_second_allowed, 10'000);
  ASSERT_EQ(replies_of(sites.front()).size(), 1U);
  EXPECT_EQ(replies_of(sites.front()).front().text, "550 5.1.1 no such user");
}

TEST_F(Directing, a_site_that_cannot_be_reached_is_seen_as_down) {
  route("one.test", route_to({{"mx.one.test", kDeadAddress}}));
  begin(9);
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 1; }));
  const SiteView view = view_of(outlet->list_sites().front());
  EXPECT_EQ(view.state, SiteState::down);
  EXPECT_NE(view.since_ms, 0);
  EXPECT_FALSE(view.reply.empty());
  EXPECT_EQ(binding_of(view), Binding::down);
}

TEST_F(Directing, a_sender_that_is_refused_waits_and_others_go_on) {
  ScriptedSmtp server;
  server.next("MAIL", "421 4.7.28 unusual rate of mail originating from your DKIM domain");
  rules = "[provider.gmail]\ntls = \"off\"\n";
  begin_with(server, "mx.google.com");
  submit("one.test", 1, "shop.test");
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 1; }));
  submit("one.test", 5, "shop.test");
  ASSERT_TRUE(eventually([&] { return engine.parked == 5; }));
  messages::Admission& admission = *outlet->admission();
  admission.begin_look();
  const auto crowd = admission.ask({.account_id = 1, .domain = "one.test", .sender = "shop.test"});
  ASSERT_TRUE(crowd);
  EXPECT_EQ(admission.room(*crowd), 0U);
  EXPECT_FALSE(admission.ask({.account_id = 1, .domain = "one.test", .sender = "other.test"}));
  submit("one.test", 5, "other.test");
  ASSERT_TRUE(eventually([&] { return delivered() == 5; }));
  outlet->tick();
  EXPECT_GT(kept("provider gmail from shop.test").held_until_ms, clock.now_ms());
}

TEST_F(Directing, mails_that_come_one_by_one_keep_the_rate_too) {
  ScriptedSmtp server;
  rules = "[destination.\"one.test\"]\nmails = \"20/s\"\n";
  begin_with(server);
  const auto began = clock.steady_now();
  for (std::size_t i = 1; i <= 24; ++i) {
    submit("one.test", 1);
    ASSERT_TRUE(eventually([&] { return delivered() == i; }));
  }
  EXPECT_GE(clock.steady_now() - began, 900ms);
}

TEST_F(Directing, a_hold_by_one_site_gives_back_the_mail_of_all_that_share_its_pace) {
  ScriptedSmtp server;
  server.always("RCPT", "550 5.7.1 the gate is shut");
  rules = kStrict + kOneConnection;
  begin(server.port());
  for (int i = 0; i < 4; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    route(domain, route_to({{"mx" + std::to_string(i) + ".strict.test", "127.0.0.1"}}));
    submit(domain, 10);
  }
  EXPECT_TRUE(eventually([&] { return engine.results().size() == 40; }));
  EXPECT_LE(server.count("RCPT"), 2U);
}

TEST_F(Directing, new_rules_encrypt_the_mail_that_waits_already) {
  ScriptedSmtp server;
  rules = "[destination.\"one.test\"]\nmails = \"1/h\"\n";
  begin_with(server);
  submit("one.test", 2);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  const std::string no_clear_text = "[destination.\"one.test\"]\ntls = \"require\"\n";
  in_force->set(std::make_shared<const shaping::Rules>(
      shaping::Rules::parse(kQuick + no_clear_text, "new.toml").value()));
  outlet->tick();
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 1; }));
  EXPECT_EQ(server.mails(), 1U) << "this server has no TLS";
}

TEST_F(Directing, sites_keep_the_limits_that_they_do_not_share) {
  ScriptedSmtp server;
  rules = kStrict + kOneConnection;
  rules.insert(rules.find("match = "), "mails = \"1/h\"\n");
  begin(server.port());
  for (int i = 0; i < 2; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    route(domain, route_to({{"mx" + std::to_string(i) + ".strict.test", "127.0.0.1"}}));
    submit(domain, 5);
  }
  ASSERT_TRUE(eventually([&] { return delivered() == 2; }));
  submit("d0.test", 1);
  submit("d1.test", 1);
  EXPECT_EQ(server.mails(), 2U) << "one of each site";
}

TEST_F(Directing, a_hold_is_remembered_after_a_restart) {
  ScriptedSmtp server;
  shaping::PathMemory& memory = remembered["site " + site_of("mx.one.test")];
  memory.held_since_ms = memory.hold_began_ms = clock.now_ms() - 1'000;
  memory.held_until_ms = clock.now_ms() + 3'600'000;
  memory.holds = 1;
  memory.reply = "550 listed";
  begin_with(server);
  submit("one.test", 1);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 1; }));
  EXPECT_NE(engine.results().front().text.find("550 listed"), std::string::npos);
  EXPECT_EQ(server.sessions(), 0U);
}

TEST_F(Directing, the_rule_of_a_provider_is_for_its_own_servers) {
  ScriptedSmtp server;
  server.always("RCPT", "550 5.1.1 the gate is shut, no such user");
  rules = kStrict;
  begin_with(server, "mx.other.test");
  submit("one.test", 5);
  EXPECT_TRUE(eventually([&] { return count(smtp::Verdict::refused) == 5; }));
}

TEST_F(Directing, the_sites_of_a_provider_share_its_limits) {
  ScriptedSmtp server;
  rules = kStrict + kOneConnection;
  begin(server.port());
  for (int i = 0; i < 4; ++i) {
    const std::string domain = "d" + std::to_string(i) + ".test";
    route(domain, route_to({{"mx" + std::to_string(i) + ".strict.test", "127.0.0.1"}}));
    submit(domain, 10);
  }
  ASSERT_TRUE(eventually([&] { return delivered() == 40; }));
  EXPECT_EQ(outlet->sites(), 4U);
  EXPECT_EQ(server.most_open_sessions(), 1U);
}

TEST_F(Directing, a_destination_with_limits_of_its_own_has_a_site_of_its_own) {
  ScriptedSmtp server;
  const auto shared = route_to({{"mx.provider.test", "127.0.0.1"}});
  route("one.test", shared);
  route("two.test", shared);
  rules = "[destination.\"two.test\"]\nconnections = { start = 1, max = 1 }\n";
  begin(server.port());
  submit("one.test", 5);
  submit("two.test", 5);
  ASSERT_TRUE(eventually([&] { return delivered() == 10; }));
  EXPECT_EQ(outlet->sites(), 2U);
}

TEST_F(Directing, mails_that_a_server_takes_in_a_session_are_learned) {
  ScriptedSmtp server;
  server.hang_up_after(3);
  begin_with(server);
  submit("one.test", 30);
  ASSERT_TRUE(eventually([&] { return delivered() == 30; }));
  outlet->tick();
  EXPECT_EQ(kept("site " + site_of("mx.one.test")).messages_per_connection, 3U);
}

TEST_F(Directing, new_rules_are_in_force_at_a_tick) {
  ScriptedSmtp server;
  rules = "[destination.\"one.test\"]\nmails = \"1/h\"\n";
  begin_with(server);
  submit("one.test", 2);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  in_force->set(std::make_shared<const shaping::Rules>(
      shaping::Rules::parse(kQuick + "[destination.\"one.test\"]\nmails = \"100/s\"\n", "new.toml").value()));
  outlet->tick();
  ASSERT_TRUE(eventually([&] { return delivered() == 2; })) << "the mail that waits already";
}

/// Two sources that this machine has, since all of 127.0.0.0/8 is its own.
const std::string kTwoSources = R"(
[source.a]
address = "127.0.1.1"
helo = "a.sender.test"
[source.b]
address = "127.0.1.2"
helo = "b.sender.test"
[pool.news]
sources = { b = 1 }
senders = ["news.test"]
)";

/// The addresses that mails to a domain came from, with their number.
std::map<std::string, std::size_t> senders_of(const ScriptedSmtp& server) {
  std::map<std::string, std::size_t> counts;
  for (const testkit::ReceivedMail& mail : server.received()) ++counts[mail.client_address];
  return counts;
}

TEST_F(Directing, each_recipient_has_his_source_and_each_source_its_name) {
  ScriptedSmtp server;
  rules = kTwoSources;
  begin_with(server);
  submit("one.test", 100);
  ASSERT_TRUE(eventually([&] { return delivered() == 100; }));
  const shaping::SourcePools& pools = in_force->get()->source_pools();
  for (const testkit::ReceivedMail& mail : server.received()) {
    const std::string to = mail.to.substr(mail.to.find('<') + 1, mail.to.find('>') - mail.to.find('<') - 1);
    EXPECT_EQ(mail.client_address, pools.order(pools.pool_of("sender.test"), to).front()->address.text())
        << to;
  }
  EXPECT_EQ(senders_of(server).size(), 2U);
  EXPECT_GT(server.count("EHLO a.sender.test"), 0U);
  EXPECT_GT(server.count("EHLO b.sender.test"), 0U);
  EXPECT_EQ(server.count("EHLO out.sender.test"), 0U);
  EXPECT_EQ(outlet->sites(), 2U);
}

TEST_F(Directing, the_mail_of_a_pool_leaves_from_its_sources_only) {
  ScriptedSmtp server;
  rules = kTwoSources;
  begin_with(server);
  submit("one.test", 50, "news.test");
  ASSERT_TRUE(eventually([&] { return delivered() == 50; }));
  EXPECT_EQ(senders_of(server), (std::map<std::string, std::size_t>{{"127.0.1.2", 50}}));
}

TEST_F(Directing, a_source_that_the_machine_lacks_is_passed_over) {
  ScriptedSmtp server;
  rules =
      "[source.a]\naddress = \"127.0.1.1\"\nhelo = \"a.sender.test\"\n"
      "[source.gone]\naddress = \"192.0.2.99\"\nhelo = \"gone.sender.test\"\n";
  begin_with(server);
  submit("one.test", 50);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 50; }));
  const auto results = engine.results();
  const auto lacking = std::ranges::find(results, smtp::Verdict::deferred, &smtp::Attempt::verdict);
  ASSERT_NE(lacking, results.end());
  EXPECT_NE(lacking->text.find("our address cannot be used: 192.0.2.99"), std::string::npos) << lacking->text;
  const std::size_t before = delivered();
  submit("one.test", 50);
  EXPECT_TRUE(eventually([&] { return delivered() == before + 50; })) << "all over the other one";
}

TEST_F(Directing, a_pool_knows_its_senders_in_every_form) {
  ScriptedSmtp server;
  rules = kTwoSources;
  begin_with(server);
  submit("one.test", 50, "NEWS.test");
  ASSERT_TRUE(eventually([&] { return delivered() == 50; }));
  EXPECT_EQ(senders_of(server), (std::map<std::string, std::size_t>{{"127.0.1.2", 50}}));
}

TEST_F(Directing, new_rules_change_the_address_of_a_source_in_use) {
  ScriptedSmtp server;
  rules = kTwoSources;
  begin_with(server);
  submit("one.test", 10, "news.test");
  ASSERT_TRUE(eventually([&] { return delivered() == 10; }));
  std::string changed = kTwoSources;
  changed.replace(changed.find("127.0.1.2"), 9, "127.0.1.3");
  changed.replace(changed.find("b.sender.test"), 13, "c.sender.test");
  in_force->set(std::make_shared<const shaping::Rules>(
      std::move(shaping::Rules::parse(kQuick + changed, "test.toml")).value()));
  outlet->tick();
  ASSERT_TRUE(eventually([&] { return server.open_sessions() == 0; }))
      << "idle connections end by themselves";
  submit("one.test", 10, "news.test");
  ASSERT_TRUE(eventually([&] { return delivered() == 20; }));
  EXPECT_EQ(senders_of(server), (std::map<std::string, std::size_t>{{"127.0.1.2", 10}, {"127.0.1.3", 10}}));
  EXPECT_GT(server.count("EHLO c.sender.test"), 0U);
}

TEST_F(Directing, a_family_that_is_out_of_reach_leaves_its_mail_to_the_other) {
  ScriptedSmtp server;
  rules =
      "[source.a]\naddress = \"127.0.1.1\"\nhelo = \"a.sender.test\"\n"
      "[source.six]\naddress = \"::1\"\nhelo = \"six.sender.test\"\n";
  route("one.test", route_to({{"mx.one.test", "127.0.0.1"}, {"mx6.one.test", "::1"}}));
  begin(server.port());
  submit("one.test", 50);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 50; }));
  EXPECT_GT(count(smtp::Verdict::deferred), 0U) << "nothing listens there";
  const std::size_t before = delivered();
  submit("one.test", 50);
  EXPECT_TRUE(eventually([&] { return delivered() == before + 50; }));
}

TEST_F(Directing, mail_that_no_source_can_carry_waits_and_says_why) {
  rules = kTwoSources;
  route("six.test", route_to({{"mx.six.test", "2001:db8::25"}}));
  begin(1);
  EXPECT_FALSE(outlet->admission()->ask({.domain = "six.test", .recipient = "user1@six.test"}));
  submit("six.test", 3);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 3; }));
  EXPECT_EQ(engine.results().front().enhanced, "4.4.4");
  EXPECT_EQ(outlet->sites(), 0U);
}

TEST_F(Directing, a_hold_of_one_source_is_none_of_the_other) {
  ScriptedSmtp server;
  rules = kTwoSources;
  shaping::PathMemory held;
  held.held_since_ms = held.hold_began_ms = clock.now_ms();
  held.held_until_ms = clock.now_ms() + 3'600'000;
  held.holds = 1;
  held.reply = "550 the gate is shut";
  remembered["site " + site_of("mx.one.test") + " over a"] = held;
  begin_with(server);
  submit("one.test", 50);
  ASSERT_TRUE(eventually([&] { return engine.results().size() == 50; }));
  EXPECT_EQ(delivered() + engine.parked, 50U);
  EXPECT_GT(engine.parked, 0U);
  EXPECT_EQ(senders_of(server), (std::map<std::string, std::size_t>{{"127.0.1.2", delivered()}}));
  EXPECT_GT(places(*outlet->admission(), "one.test"), 0U)
      << "mail of several recipients has a place at the other";
}

}  // namespace
}  // namespace sesame::delivery

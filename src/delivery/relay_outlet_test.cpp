#include "delivery/relay_outlet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "delivery/outlet_fixture.hpp"
#include "testkit/eventually.hpp"
#include "testkit/scripted_smtp.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;
using testkit::eventually;
using testkit::ScriptedSmtp;

/// The real clock; throws when a test says so, as a lack of memory in the middle of a dialogue would.
class FaultyClock final : public Clock {
 public:
  UnixMillis now() const override { return real_.now(); }
  std::chrono::steady_clock::time_point steady_now() const override {
    if (armed && fails && fails()) {
      ++failures;
      throw std::runtime_error("a fault");
    }
    return real_.steady_now() + ahead.load();
  }
  std::function<bool()> fails;  // Set before other threads use the clock.
  std::atomic<bool> armed{true};
  mutable std::atomic<int> failures{0};
  std::atomic<std::chrono::minutes> ahead{0min};  // Added to the real time.

 private:
  SystemClock real_;
};

class Relaying : public testing::Test {
 protected:
  Relaying() {
    options.server.host = "127.0.0.1";
    options.server.helo_name = "out.sender.test";
    options.server.tls = smtp::TlsPolicy::off;
    options.connections = 4;
    options.tick = 5ms;
    options.pauses = {20ms, 100ms, 0.15};
    loops.start();
  }
  ~Relaying() override {
    clock.armed = false;
    if (outlet) outlet->stop(5s);
  }
  void begin(std::uint16_t port) {
    options.server.port = port;
    outlet = std::make_unique<RelayOutlet>(std::move(options), loops, clock, random);
    outlet->start(engine);
    engine.begin(*outlet);
  }
  DueDraft next_draft(const std::string& to, accounts::MailId::Kind kind = accounts::MailId::Kind::run,
                      std::int64_t run_id = 1) {
    return draft_to(to, {1, kind, run_id, static_cast<std::uint32_t>(next_++)});
  }
  void submit(std::size_t count, accounts::MailId::Kind kind = accounts::MailId::Kind::run,
              std::int64_t run_id = 1) {
    std::vector<DueDraft> drafts;
    for (std::size_t i = 0; i < count; ++i)
      drafts.push_back(next_draft("user" + std::to_string(next_) + "@rcpt.test", kind, run_id));
    outlet->submit(std::move(drafts));
  }
  /// Sets a password, and TLS when the server offers it with a certificate that `authorities` vouch for.
  void log_in_with_tls(const std::string& authorities) {
    options.client.user = "user";
    options.client.password = Secret("pass");
    options.server.tls = smtp::TlsPolicy::opportunistic;
    const net::TlsClientOptions tls{net::TlsVerify::required, authorities, net::TlsVersion::tls12};
    options.client.tls_context =
        std::make_shared<const net::TlsContext>(net::TlsContext::client(tls).value());
  }
  std::size_t count(smtp::Verdict verdict) {
    return std::ranges::count_if(engine.results(),
                                 [&](const smtp::Attempt& attempt) { return attempt.verdict == verdict; });
  }
  std::size_t answered() { return engine.results().size(); }
  std::size_t delivered() { return count(smtp::Verdict::delivered); }

  FaultyClock clock;
  testkit::SeededRandom random;
  net::Loops loops{2};
  RelayOptions options;
  std::unique_ptr<RelayOutlet> outlet;
  FakeEngine engine;  // Ends before the outlet that it gives its mail to.

 private:
  std::size_t next_ = 0;
};

TEST_F(Relaying, hands_over_each_mail_once_on_few_connections) {
  ScriptedSmtp server;
  begin(server.port());
  submit(500);
  ASSERT_TRUE(eventually([&] { return delivered() == 500; }));
  EXPECT_EQ(server.mails(), 500u);
  EXPECT_LE(server.sessions(), 4u);
}

TEST_F(Relaying, renews_a_connection_after_its_share) {
  ScriptedSmtp server;
  options.connections = 1;
  options.messages_per_connection = 10;
  begin(server.port());
  submit(100);
  ASSERT_TRUE(eventually([&] { return delivered() == 100; }));
  EXPECT_EQ(server.sessions(), 10u);
}

TEST_F(Relaying, closes_idle_connections) {
  ScriptedSmtp server;
  options.idle = 50ms;
  begin(server.port());
  submit(5);
  ASSERT_TRUE(eventually([&] { return delivered() == 5 && server.open_sessions() == 0; }));
  EXPECT_EQ(server.count("QUIT"), server.sessions());
}

TEST_F(Relaying, waits_for_a_relay_that_is_down) {
  std::uint16_t port = 0;
  {
    ScriptedSmtp gone;
    port = gone.port();
  }
  begin(port);
  submit(20);
  EXPECT_FALSE(eventually([&] { return answered() > 0; }, 300ms))
      << "trouble with the relay is no one's attempt";
}

TEST_F(Relaying, continues_when_the_relay_is_back) {
  ScriptedSmtp server;
  server.next("greeting", "421 4.3.2 not now!close", 8);
  begin(server.port());
  submit(50);
  ASSERT_TRUE(eventually([&] { return delivered() == 50; }));
  EXPECT_EQ(answered(), 50u);
}

TEST_F(Relaying, keeps_mail_while_the_login_is_refused) {
  ScriptedSmtp server({"PIPELINING", "AUTH PLAIN"});
  options.client.user = "user";
  options.client.password = Secret("pass");
  options.client.allow_auth_in_clear = true;
  server.next("AUTH", "535 5.7.8 wrong", 6);
  begin(server.port());
  submit(5);
  ASSERT_TRUE(eventually([&] { return delivered() == 5; }));
  EXPECT_EQ(answered(), 5u);
}

TEST_F(Relaying, moves_on_when_the_relay_limits_mails_per_connection) {
  ScriptedSmtp server;
  server.hang_up_after(20);
  begin(server.port());
  submit(200);
  ASSERT_TRUE(eventually([&] { return delivered() == 200; }));
  EXPECT_EQ(server.mails(), 200u);
  EXPECT_EQ(answered(), 200u) << "nobody was charged for it";
}

TEST_F(Relaying, is_not_charged_for_a_421) {
  ScriptedSmtp server;
  server.next("MAIL", "", 3);
  server.next("MAIL", "421 4.7.0 too many!close", 2);
  begin(server.port());
  submit(30);
  ASSERT_TRUE(eventually([&] { return delivered() == 30; }));
  EXPECT_EQ(answered(), 30u);
}

TEST_F(Relaying, that_always_answers_421_ends_as_deferred) {
  ScriptedSmtp server;
  server.always("MAIL", "421 4.7.0 go away!close");
  begin(server.port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 1; }));
  EXPECT_EQ(server.count("MAIL"), 4u);
}

TEST_F(Relaying, reports_the_result_of_each_mail) {
  ScriptedSmtp server;
  server.next("RCPT", "550 5.1.1 no such user", 3);
  server.next("dot", "451 4.3.0 later", 2);
  begin(server.port());
  submit(20);
  ASSERT_TRUE(eventually([&] { return answered() == 20; }));
  EXPECT_EQ(count(smtp::Verdict::refused), 3u);
  EXPECT_EQ(delivered() + count(smtp::Verdict::deferred), 17u);
  for (const smtp::Attempt& attempt : engine.results()) {
    EXPECT_EQ(attempt.address, "127.0.0.1");
    EXPECT_EQ(attempt.tls, smtp::TlsLevel::clear);
  }
}

TEST_F(Relaying, sends_domains_in_ascii) {
  ScriptedSmtp server;
  begin(server.port());
  std::vector<DueDraft> drafts;
  drafts.push_back(next_draft("bob@例子.test"));
  outlet->submit(std::move(drafts));
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  EXPECT_EQ(server.received().at(0).to, "RCPT TO:<bob@xn--fsqu00a.test>");
}

TEST_F(Relaying, composes_no_mail_before_a_connection_is_open_and_few_ahead) {
  ScriptedSmtp server;
  server.next("greeting", "421 4.3.2 not now!close", 3);
  server.always("dot", "!stall");
  options.connections = 2;
  begin(server.port());
  submit(100);
  ASSERT_TRUE(eventually([&] { return server.sessions() >= 3; }));
  EXPECT_EQ(engine.composed, 0U);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") == 2; }));
  EXPECT_LE(engine.composed, 2U + 2U * 8U);
}

TEST_F(Relaying, begins_no_dialogue_for_mail_that_was_stopped_while_it_waited) {
  ScriptedSmtp server;
  server.always("dot", "!drip 250 2.0.0 queued as slow");
  options.connections = 1;
  begin(server.port());
  submit(40, accounts::MailId::Kind::run, 7);
  submit(3, accounts::MailId::Kind::run, 8);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") >= 1; }));
  engine.forbidden = 7;
  const std::size_t begun = server.count("MAIL");
  ASSERT_TRUE(eventually([&] { return engine.taken_back + delivered() == 43; }));
  EXPECT_LE(server.count("MAIL"), begun + 1 + 3) << "one dialogue may have passed the question";
  EXPECT_GE(delivered(), 3U);
}

TEST_F(Relaying, gives_back_mail_that_was_composed_long_ago) {
  ScriptedSmtp server;
  server.always("dot", "!drip 250 2.0.0 queued as 4c2b5f0a9d8e7c6b5a4f3e2d1c0b9a8f");
  options.connections = 1;
  begin(server.port());
  submit(3);
  ASSERT_TRUE(eventually([&] { return engine.given == 3 && server.count("DATA") == 1; }));
  clock.ahead = 11min;
  ASSERT_TRUE(eventually([&] { return engine.taken_back == 2; }));
  EXPECT_EQ(server.count("MAIL"), 1U);
}

TEST_F(Relaying, lets_open_dialogues_finish_when_stopped) {
  ScriptedSmtp server;
  server.always("dot", "!drip 250 2.0.0 queued as slow");
  options.connections = 2;
  begin(server.port());
  submit(50);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") >= 2; }));
  outlet->stop(10s);
  EXPECT_EQ(delivered(), server.mails());
  EXPECT_LT(server.mails(), 50u);
}

TEST_F(Relaying, mail_does_not_wait_for_a_connection_that_the_server_refuses) {
  ScriptedSmtp server;
  server.next("greeting", "");
  server.always("greeting", "421 4.7.0 one connection each!close");
  options.idle = 1h;
  begin(server.port());
  for (int i = 0; i < 20; ++i) submit(16);
  submit(16, accounts::MailId::Kind::send);
  ASSERT_TRUE(eventually([&] { return delivered() == 336; }));
  EXPECT_EQ(server.received().back().session, server.received().front().session);
  EXPECT_FALSE(outlet->trouble()) << "it takes mail on the connection that it allows";
}

TEST_F(Relaying, is_slow_when_mail_waits_and_no_dialogue_ends) {
  ScriptedSmtp server;
  server.always("dot", "!stall");
  options.connections = 1;
  begin(server.port());
  EXPECT_FALSE(outlet->slow_since_ms()) << "nothing waits";
  submit(3);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") == 1; }));
  EXPECT_FALSE(outlet->slow_since_ms());
  clock.ahead = 1min;
  const std::optional<std::int64_t> since_ms = outlet->slow_since_ms();
  ASSERT_TRUE(since_ms);
  EXPECT_LE(*since_ms, clock.now_ms() - 60'000);
}

TEST_F(Relaying, is_not_slow_while_dialogues_end) {
  ScriptedSmtp server;
  server.next("dot", "250 2.0.0 ok");
  server.always("dot", "!stall");
  options.connections = 1;
  begin(server.port());
  clock.ahead = 1min;
  submit(3);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") == 2; }));
  EXPECT_FALSE(outlet->slow_since_ms()) << "one has just ended";
}

TEST_F(Relaying, a_fault_in_the_middle_of_a_dialogue_defers_the_message) {
  const auto server = std::make_shared<ScriptedSmtp>();
  server->next("RCPT", "!drip 250 2.1.5 as slow");
  options.connections = 1;
  clock.fails = [this, server] { return server->count("RCPT") == 1 && answered() == 0; };
  begin(server->port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::deferred) == 1; }));
  submit(3);
  ASSERT_TRUE(eventually([&] { return delivered() == 3; })) << "the connection is replaced";
}

TEST_F(Relaying, a_fault_after_the_dot_leaves_the_message_uncertain) {
  const auto server = std::make_shared<ScriptedSmtp>();
  server->next("dot", "!drip 250 2.0.0 queued as slow");
  options.connections = 1;
  clock.fails = [this, server] { return server->mails() == 1 && answered() == 0; };
  begin(server->port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return count(smtp::Verdict::uncertain) == 1; }));
  submit(3);
  ASSERT_TRUE(eventually([&] { return delivered() == 3; }));
}

TEST_F(Relaying, a_fault_while_connecting_costs_no_attempt) {
  const auto server = std::make_shared<ScriptedSmtp>();
  server->next("greeting", "!drip 220 mx.test a long greeting");
  options.connections = 1;
  clock.fails = [this, server] { return server->sessions() == 1 && clock.failures < 50; };
  begin(server->port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  EXPECT_EQ(answered(), 1u);
  EXPECT_EQ(server->sessions(), 2u);
}

TEST_F(Relaying, leaves_a_connection_that_requires_a_login) {
  ScriptedSmtp server;
  server.next("MAIL", "530 5.7.0 log in first", 2);
  options.connections = 1;
  begin(server.port());
  submit(5);
  ASSERT_TRUE(eventually([&] { return answered() == 5; }));
  EXPECT_EQ(count(smtp::Verdict::deferred), 2u) << "our settings are wrong, not the messages";
  EXPECT_EQ(delivered(), 3u);
  EXPECT_EQ(server.sessions(), 3u);
}

TEST_F(Relaying, tries_tls_again_when_it_has_a_password_to_give) {
  ScriptedSmtp server({"PIPELINING", "AUTH PLAIN"});
  server.offer_tls();
  server.next("STARTTLS", "220 go!close");
  log_in_with_tls(server.certificate_file());
  begin(server.port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return delivered() == 1; }));
  EXPECT_TRUE(server.received().at(0).encrypted);
}

TEST_F(Relaying, sends_no_password_to_a_server_without_a_valid_certificate) {
  ScriptedSmtp server({"PIPELINING", "AUTH PLAIN"});
  server.offer_tls();
  log_in_with_tls("");
  begin(server.port());
  submit(1);
  ASSERT_TRUE(eventually([&] { return server.sessions() >= 4; }));
  EXPECT_EQ(server.count("AUTH"), 0u);
  EXPECT_EQ(server.count("MAIL"), 0u);
  EXPECT_EQ(answered(), 0u);
}

TEST_F(Relaying, ends_dialogues_that_do_not_finish) {
  ScriptedSmtp server;
  server.always("dot", "!stall");
  options.connections = 2;
  begin(server.port());
  submit(50);
  ASSERT_TRUE(eventually([&] { return server.count("DATA") >= 2; }));
  outlet->stop(100ms);
  EXPECT_EQ(delivered(), 0u);
  EXPECT_GE(count(smtp::Verdict::uncertain) + count(smtp::Verdict::deferred), 1u);
}

}  // namespace
}  // namespace sesame::delivery

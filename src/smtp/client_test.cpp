#include "smtp/client.hpp"

#include <gtest/gtest.h>

#include <future>

#include "net/loops.hpp"
#include "testkit/scripted_smtp.hpp"

namespace sesame::smtp {
namespace {

using namespace std::chrono_literals;
using testkit::ScriptedSmtp;

const std::string kMail = "From: a@sender.test\r\nSubject: x\r\n\r\nHello\r\n";

struct Letter {
  std::string to = "bob@rcpt.test";
  std::string bytes = kMail;
  std::string from = "a@sender.test";
};

/// The result of a client's session: the trouble of open(), or the attempts.
struct SessionResult {
  std::optional<Attempt> trouble;
  std::vector<Attempt> attempts;
  bool encrypted = false;
  TlsLevel level = TlsLevel::unknown;
  std::string certificate_problem;
  bool reusable = false;
};

net::Task<void> run_session(Client& client, std::vector<Letter> letters, SessionResult& result) {
  result.trouble = co_await client.open();
  if (result.trouble) co_return;
  result.encrypted = client.secure();
  result.level = client.tls_level();
  result.certificate_problem = client.certificate_problem();
  for (const Letter& letter : letters) {
    if (!client.reusable()) break;
    Attempt attempt = co_await client.send(letter.from, letter.to, letter.bytes);
    result.attempts.push_back(std::move(attempt));
  }
  result.reusable = client.reusable();
  co_await client.quit();
}

class SmtpClient : public testing::Test {
 protected:
  SmtpClient() {
    target.host = "127.0.0.1";
    target.helo_name = "out.sender.test";
    options.tls_context = context({net::TlsVerify::none, "", net::TlsVersion::tls12});
    loops.start();
  }

  static std::shared_ptr<const net::TlsContext> context(const net::TlsClientOptions& wanted) {
    return std::make_shared<const net::TlsContext>(net::TlsContext::client(wanted).value());
  }

  SessionResult send(std::vector<Letter> letters) {
    if (target.port == 25) target.port = server.port();
    Client client(options, target, clock);
    SessionResult result;
    std::promise<void> done;
    net::Task<void> (*run)(Client&, std::vector<Letter>, SessionResult&, std::promise<void>&) =
        [](Client& c, std::vector<Letter> l, SessionResult& s, std::promise<void>& p) -> net::Task<void> {
      co_await run_session(c, std::move(l), s);
      p.set_value();
    };
    loops.spawn(0, [&] { return run(client, letters, result, done); });
    EXPECT_EQ(done.get_future().wait_for(30s), std::future_status::ready);
    return result;
  }
  Attempt send_one(Letter letter = {}) {
    const SessionResult result = send({std::move(letter)});
    if (result.trouble) return *result.trouble;
    return result.attempts.at(0);
  }

  SystemClock clock;
  net::Loops loops{1};
  ScriptedSmtp server;
  ClientOptions options;
  Target target;
};

void expect(const Attempt& attempt, Verdict verdict, Stage stage, unsigned code) {
  EXPECT_EQ(attempt.verdict, verdict) << attempt.text;
  EXPECT_EQ(attempt.stage, stage) << stage_name(attempt.stage) << ' ' << attempt.text;
  EXPECT_EQ(attempt.code, code) << attempt.text;
}

TEST_F(SmtpClient, delivers_in_two_round_trips) {
  const Attempt attempt = send_one();
  expect(attempt, Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(attempt.text, "250 2.0.0 queued as T1");
  EXPECT_EQ(server.received().at(0).bytes, kMail);
  EXPECT_EQ(server.received().at(0).from, "MAIL FROM:<a@sender.test> SIZE=" + std::to_string(kMail.size()));
  const std::vector<std::string> commands = server.commands();
  EXPECT_EQ(commands.at(0), "EHLO out.sender.test");
  EXPECT_EQ(commands.at(2), "RCPT TO:<bob@rcpt.test>");
  EXPECT_EQ(commands.at(4), "QUIT");
}

TEST_F(SmtpClient, sends_many_on_one_connection) {
  const SessionResult result = send({{"a@x.test"}, {"b@x.test"}, {"c@x.test"}});
  EXPECT_EQ(server.mails(), 3u);
  EXPECT_EQ(server.sessions(), 1u);
  EXPECT_EQ(server.count("RSET"), 0u);
  EXPECT_TRUE(result.reusable);
}

TEST_F(SmtpClient, sends_every_body_byte_for_byte) {
  const std::vector<std::string> bodies = {"a\r\n\r\n.\r\n..x\r\n.\r\n",
                                           ".\r\n",
                                           "...\r\n",
                                           "no end",
                                           std::string(998, 'x') + "\r\n",
                                           "big\r\n" + std::string(1'000'000, 'y') + "\r\n"};
  for (const std::string& body : bodies) {
    EXPECT_EQ(send_one({"b@x.test", body}).verdict, Verdict::delivered);
    const std::string whole = body.ends_with("\r\n") ? body : body + "\r\n";
    EXPECT_TRUE(server.received().back().bytes == whole) << whole.substr(0, 20);
  }
  const std::string raw = server.raw_bodies();
  for (std::size_t at = raw.find('\n'); at != std::string::npos; at = raw.find('\n', at + 1)) {
    ASSERT_EQ(raw[at - 1], '\r');
  }
}

TEST_F(SmtpClient, puts_nothing_unsafe_on_the_wire) {
  expect(send_one({"b@x.test", "a\nb\r\n"}), Verdict::refused, Stage::mail, 554);
  expect(send_one({"b@x.test>\r\nRCPT TO:<evil@x.test", kMail}), Verdict::refused, Stage::mail, 501);
  EXPECT_EQ(server.count("MAIL"), 0u);
}

TEST_F(SmtpClient, without_pipelining_waits_for_each_reply) {
  ScriptedSmtp plain(std::vector<std::string>{});
  target.port = plain.port();
  plain.next("MAIL", "451 4.3.0 later");
  const SessionResult result = send({{"a@x.test"}, {"b@x.test"}});
  expect(result.attempts.at(0), Verdict::deferred, Stage::mail, 451);
  expect(result.attempts.at(1), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(plain.count("RCPT"), 1u);
  EXPECT_EQ(plain.count("RSET"), 1u);
  EXPECT_EQ(plain.received().at(0).from, "MAIL FROM:<a@sender.test>");
}

/// One dialogue: the server's reply at a stage, and the verdict that the client draws from it.
struct Scene {
  const char* name;
  const char* stage;
  const char* answer;
  Verdict verdict;
  Stage at;
  unsigned code;
  bool reusable;
};
void PrintTo(const Scene& scene, std::ostream* out) { *out << scene.name; }

class SmtpScene : public SmtpClient, public testing::WithParamInterface<Scene> {};

TEST_P(SmtpScene, ends_as_it_must) {
  const Scene& scene = GetParam();
  options.timeouts.greeting = options.timeouts.ehlo = options.timeouts.dot = 300ms;
  server.next(scene.stage, scene.answer);
  const SessionResult result = send({Letter{}});
  const Attempt attempt = result.trouble ? *result.trouble : result.attempts.at(0);
  expect(attempt, scene.verdict, scene.at, scene.code);
  EXPECT_EQ(result.reusable, scene.reusable);
  for (const char c : attempt.text) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
}

const std::string kEndless = [] {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "250-x\r\n";
  return text;
}();

constexpr auto D = Verdict::delivered;
constexpr auto L = Verdict::deferred;
constexpr auto R = Verdict::refused;
constexpr auto U = Verdict::uncertain;

INSTANTIATE_TEST_SUITE_P(
    Conversations, SmtpScene,
    testing::Values(
        Scene{"accept_silent", "greeting", "!stall", L, Stage::greeting, 0, false},
        Scene{"drip_greeting", "greeting", "!drip 220 mx.test and a very long greeting", L, Stage::greeting,
              0, false},
        Scene{"greet_421", "greeting", "421 4.3.2 busy!close", L, Stage::greeting, 421, false},
        Scene{"greet_554", "greeting", "554 5.7.1 block listed", L, Stage::greeting, 554, false},
        Scene{"greet_521", "greeting", "521 no mail here", L, Stage::greeting, 521, false},
        Scene{"greet_multiline", "greeting", "220-one\n220-two\n220 three", D, Stage::dot, 250, true},
        Scene{"not_smtp_http", "greeting", "HTTP/1.1 400 Bad Request", L, Stage::greeting, 0, false},
        Scene{"not_smtp_binary", "greeting", "\x15\x03\x01\x02\x02", L, Stage::greeting, 0, false},
        Scene{"ehlo_502", "EHLO", "502 5.5.1 what", D, Stage::dot, 250, true},
        Scene{"ehlo_421", "EHLO", "421 4.3.2 busy!close", L, Stage::ehlo, 421, false},
        Scene{"ehlo_drop", "EHLO", "!close", D, Stage::dot, 250, true},
        Scene{"ehlo_silent", "EHLO", "!stall", L, Stage::ehlo, 0, false},
        Scene{"mail_451", "MAIL", "451 4.3.0 later", L, Stage::mail, 451, true},
        Scene{"mail_550", "MAIL", "550 5.7.1 SPF", R, Stage::mail, 550, true},
        Scene{"mail_421", "MAIL", "421 4.7.0 too many!close", L, Stage::mail, 421, false},
        Scene{"mail_503", "MAIL", "503 5.5.1 sequence", L, Stage::mail, 503, false},
        Scene{"mail_530", "MAIL", "530 5.7.0 log in first", L, Stage::mail, 530, false},
        Scene{"mail_538", "MAIL", "538 5.7.11 encrypt first", L, Stage::mail, 538, false},
        Scene{"rcpt_530", "RCPT", "530 5.7.0 log in first", L, Stage::rcpt, 530, false},
        Scene{"dot_530", "dot", "530 5.7.0 log in first", L, Stage::dot, 530, false},
        Scene{"mail_closed", "MAIL", "!close", L, Stage::mail, 0, false},
        Scene{"rcpt_550", "RCPT", "550 5.1.1 no such user", R, Stage::rcpt, 550, true},
        Scene{"rcpt_450", "RCPT", "450 4.2.0 greylisted", L, Stage::rcpt, 450, true},
        Scene{"rcpt_251", "RCPT", "251 will forward", D, Stage::dot, 250, true},
        Scene{"rcpt_252", "RCPT", "252 maybe", D, Stage::dot, 250, true},
        Scene{"rcpt_354", "RCPT", "354 what", L, Stage::rcpt, 354, false},
        Scene{"data_554", "DATA", "554 5.7.1 no", R, Stage::data, 554, true},
        Scene{"data_250", "DATA", "250 ok", L, Stage::data, 250, false},
        Scene{"data_closed", "DATA", "!reset", L, Stage::data, 0, false},
        Scene{"dot_slow", "dot", "!drip 250 ok", D, Stage::dot, 250, true},
        Scene{"dot_451", "dot", "451 4.3.0 later", L, Stage::dot, 451, true},
        Scene{"dot_550", "dot", "550 5.1.1 unknown user", R, Stage::dot, 550, true},
        Scene{"dot_554_spam", "dot", "554 DT:SPM", R, Stage::dot, 554, true},
        Scene{"dot_no_reply", "dot", "!stall", U, Stage::dot, 0, false},
        Scene{"dot_close", "dot", "!close", U, Stage::dot, 0, false},
        Scene{"dot_421", "dot", "421 4.3.0 bye!close", L, Stage::dot, 421, false},
        Scene{"dot_354", "dot", "354 more", U, Stage::dot, 354, false},
        Scene{"reply_gbk", "RCPT", "550 \xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda", R, Stage::rcpt, 550, true},
        Scene{"reply_mixed_after_dot", "dot", "250-a\n550 b", U, Stage::dot, 0, false},
        Scene{"reply_mixed_at_rcpt", "RCPT", "250-a\n550 b", L, Stage::rcpt, 0, false},
        Scene{"reply_lf", "MAIL", "250 ok\n", D, Stage::dot, 250, true},
        Scene{"reply_bare_code", "RCPT", "250", D, Stage::dot, 250, true},
        Scene{"reply_999", "MAIL", "999 what", L, Stage::mail, 0, false},
        Scene{"reply_100", "RCPT", "100 what", L, Stage::rcpt, 0, false},
        Scene{"reply_conflict", "RCPT", "450 5.1.1 confused", L, Stage::rcpt, 450, true},
        Scene{"reply_controls", "RCPT", "550 \x1b[31m<b>\rx", R, Stage::rcpt, 550, true},
        Scene{"reply_endless", "MAIL", kEndless.c_str(), L, Stage::mail, 0, false},
        Scene{"extra_reply", "dot", "250 ok\n250 again", D, Stage::dot, 250, false}),
    [](const auto& scene) { return std::string(scene.param.name); });

TEST_F(SmtpClient, reports_the_first_refusal_and_ends_an_accepted_data) {
  server.next("RCPT", "550 5.1.1 no such user");
  const SessionResult result = send({{"a@x.test"}, {"b@x.test"}});
  expect(result.attempts.at(0), Verdict::refused, Stage::rcpt, 550);
  expect(result.attempts.at(1), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(server.received().size(), 2u) << "the empty one that ends DATA, and the second";
  EXPECT_EQ(server.received().at(0).bytes, "");
  EXPECT_EQ(server.count("RSET"), 1u);
}

TEST_F(SmtpClient, keeps_the_connection_when_a_refused_group_is_refused_to_its_end) {
  // Exim refuses the DATA behind a refused RCPT with 503, others RCPT behind MAIL.
  for (const std::string_view command : {"RCPT", "MAIL"}) {
    for (const std::string answer :
         {"503 5.5.1 sequence", "501 no", "500 what", "554 no valid recipients", "451 no"}) {
      ScriptedSmtp exim;
      target.port = exim.port();
      std::vector<Letter> letters;
      for (int i = 0; i < 10; ++i) {
        letters.push_back({"a@x.test"});
        const bool refused = i % 2 == 0;
        exim.next(std::string(command), refused ? "550 5.1.1 no such user" : "250 ok");
        if (command == "MAIL") exim.next("RCPT", refused ? answer : "250 ok");
        exim.next("DATA", refused ? answer : "354 go on");
      }
      const SessionResult result = send(letters);
      ASSERT_EQ(result.attempts.size(), 10U) << command << ' ' << answer;
      EXPECT_EQ(exim.sessions(), 1U) << command << ' ' << answer;
      EXPECT_EQ(result.attempts.at(0).code, 550U);
      EXPECT_EQ(result.attempts.at(1).verdict, Verdict::delivered);
      EXPECT_EQ(result.attempts.at(9).verdict, Verdict::delivered);
    }
  }
}

TEST_F(SmtpClient, leaves_a_connection_that_says_goodbye_in_a_refused_group) {
  server.next("RCPT", "550 5.1.1 no such user");
  server.next("DATA", "421 4.3.2 bye");
  const SessionResult result = send({{"a@x.test"}, {"b@x.test"}});
  EXPECT_EQ(result.attempts.size(), 1U);
  EXPECT_FALSE(result.reusable);
}

TEST_F(SmtpClient, sends_an_address_beyond_ascii_in_the_header_with_smtputf8_only) {
  const Letter letter{"b@x.test", "From: 用户@mail.shop.test\r\nSubject: x\r\n\r\nHello\r\n"};
  const Attempt refused = send_one(letter);
  expect(refused, Verdict::refused, Stage::mail, 553);
  EXPECT_EQ(refused.enhanced, "5.6.7");
  EXPECT_NE(refused.text.find("`From: 用户@mail.shop.test` needs SMTPUTF8"), std::string::npos)
      << refused.text;
  EXPECT_EQ(server.count("MAIL"), 0U);
  ScriptedSmtp modern(std::vector<std::string>{"PIPELINING", "8BITMIME", "SMTPUTF8"});
  target.port = modern.port();
  EXPECT_EQ(send_one(letter).verdict, Verdict::delivered);
  EXPECT_EQ(modern.received().at(0).from, "MAIL FROM:<a@sender.test> BODY=8BITMIME SMTPUTF8");
  // Text beyond ASCII in the body alone needs nothing.
  target.port = server.port();
  EXPECT_EQ(send_one({"b@x.test", "Subject: x\r\n\r\nGr\xc3\xbc\xc3\x9f\r\n"}).verdict, Verdict::delivered);
}

TEST_F(SmtpClient, reports_gbk_as_text) {
  server.next("RCPT", "550 \xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda");
  EXPECT_EQ(send_one().text, "550 邮箱不存在");
}

TEST_F(SmtpClient, closed_in_the_middle_of_a_body_is_not_uncertain) {
  server.act_in_body_after(50'000);
  server.next("body", "!reset");
  const Attempt attempt = send_one({"b@x.test", std::string(40'000'000, 'x') + "\r\n"});
  expect(attempt, Verdict::deferred, Stage::body, 0);
}

TEST_F(SmtpClient, hears_a_refusal_in_the_middle_of_a_body) {
  server.act_in_body_after(50'000);
  server.next("body", "552 5.3.4 too big!stall");
  const Attempt attempt = send_one({"b@x.test", std::string(40'000'000, 'x') + "\r\n"});
  expect(attempt, Verdict::refused, Stage::body, 552);
}

TEST_F(SmtpClient, obeys_the_size_limit) {
  ScriptedSmtp small({"PIPELINING", "SIZE 1000"});
  target.port = small.port();
  const Attempt attempt = send_one({"b@x.test", std::string(2000, 'x') + "\r\n"});
  expect(attempt, Verdict::refused, Stage::mail, 552);
  EXPECT_EQ(attempt.enhanced, "5.3.4");
  EXPECT_EQ(small.count("MAIL"), 0u);
}

TEST_F(SmtpClient, asks_for_smtputf8_only_when_an_address_needs_it) {
  const Attempt refused = send_one({"邮@x.test"});
  expect(refused, Verdict::refused, Stage::mail, 553);
  EXPECT_EQ(refused.enhanced, "5.6.7");
  ScriptedSmtp able({"PIPELINING", "8BITMIME", "SMTPUTF8"});
  target.port = able.port();
  expect(send_one({"邮@x.test"}), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(able.received().at(0).from, "MAIL FROM:<a@sender.test> BODY=8BITMIME SMTPUTF8");
  send_one();
  EXPECT_EQ(able.received().at(1).from, "MAIL FROM:<a@sender.test>");
}

TEST_F(SmtpClient, notices_what_was_said_unasked) {
  server.next("dot", "250 ok\n421 4.3.2 closing");
  const SessionResult result = send({{"a@x.test"}, {"b@x.test"}});
  EXPECT_EQ(result.attempts.size(), 1u);
  EXPECT_EQ(result.attempts.at(0).verdict, Verdict::delivered);
}

TEST_F(SmtpClient, gives_up_a_server_that_ignores_quit) {
  options.timeouts.quit = 100ms;
  server.next("QUIT", "!stall");
  EXPECT_EQ(send_one().verdict, Verdict::delivered);
}

TEST_F(SmtpClient, a_port_where_nobody_listens_is_about_the_server) {
  {
    ScriptedSmtp gone;
    target.port = gone.port();
  }
  const Attempt attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::connect, 0);
  EXPECT_TRUE(attempt.about_server());
}

TEST_F(SmtpClient, connects_to_the_address_whose_name_it_verifies) {
  server.offer_tls();
  target.address = net::Address::parse("127.0.0.1");
  target.source = net::Address::parse("127.0.0.3");
  target.tls = TlsPolicy::required;
  options.tls_context =
      context({net::TlsVerify::required, server.certificate_file(), net::TlsVersion::tls12});
  target.host = "mx.rcpt.test";
  const Attempt other = send_one();
  expect(other, Verdict::deferred, Stage::tls, 0);
  EXPECT_EQ(other.remote, "mx.rcpt.test:" + std::to_string(server.port()));
  target.host = "localhost";
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(server.received().at(0).client_address, "127.0.0.3");
}

TEST_F(SmtpClient, serves_many_servers_with_one_set_of_options) {
  ScriptedSmtp other;
  other.offer_tls();
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  target.port = other.port();
  target.helo_name = "b.sender.test";
  target.tls = TlsPolicy::required;
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(server.commands().at(0), "EHLO out.sender.test");
  EXPECT_EQ(other.commands().at(0), "EHLO b.sender.test");
  EXPECT_TRUE(other.received().at(0).encrypted);
}

TEST_F(SmtpClient, names_the_address_of_ours_that_it_cannot_use) {
  target.address = net::Address::parse("127.0.0.1");
  target.source = net::Address::parse("192.0.2.1");
  const Attempt attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::connect, 0);
  EXPECT_TRUE(attempt.about_server());
  EXPECT_NE(attempt.text.find("our address cannot be used: 192.0.2.1"), std::string::npos) << attempt.text;
  EXPECT_EQ(server.sessions(), 0U);
}

TEST_F(SmtpClient, encrypts_when_it_can) {
  server.offer_tls();
  server.offer_after_tls({"SIZE 1000"});
  const SessionResult result = send({Letter{}});
  EXPECT_TRUE(result.encrypted);
  EXPECT_TRUE(server.received().at(0).encrypted);
  EXPECT_EQ(server.count("EHLO"), 2u);
}

TEST_F(SmtpClient, goes_on_in_the_clear_when_starttls_is_refused) {
  server.offer_tls();
  server.next("STARTTLS", "454 4.7.0 not now");
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_FALSE(server.received().at(0).encrypted);
}

TEST_F(SmtpClient, comes_back_in_the_clear_when_the_handshake_fails) {
  server.offer_tls();
  server.next("STARTTLS", "220 go!close");
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(server.sessions(), 2u);
  EXPECT_FALSE(server.received().at(0).encrypted);
}

TEST_F(SmtpClient, sends_nothing_in_the_clear_when_tls_is_required) {
  target.tls = TlsPolicy::required;
  expect(send_one(), Verdict::deferred, Stage::tls, 0);
  server.offer_tls();
  server.next("STARTTLS", "454 4.7.0 not now");
  expect(send_one(), Verdict::deferred, Stage::tls, 454);
  server.next("STARTTLS", "220 go!close");
  expect(send_one(), Verdict::deferred, Stage::tls, 0);
  EXPECT_EQ(server.count("MAIL"), 0u);
}

TEST_F(SmtpClient, verifies_the_certificate_when_told_to) {
  target.tls = TlsPolicy::required;
  server.offer_tls();
  options.tls_context = context({net::TlsVerify::required, "", net::TlsVersion::tls12});
  expect(send_one(), Verdict::deferred, Stage::tls, 0);
  options.tls_context =
      context({net::TlsVerify::required, server.certificate_file(), net::TlsVersion::tls12});
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
}

TEST_F(SmtpClient, sends_under_a_demanding_policy_only_with_a_valid_certificate) {
  target.certificate = CertificateDemand::required;
  target.tls = TlsPolicy::off;  // A policy goes before it.
  options.noting_context = context({net::TlsVerify::noted, "", net::TlsVersion::tls12});
  Attempt attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::tls, 0);
  EXPECT_EQ(attempt.enhanced, "4.7.5");
  EXPECT_NE(attempt.text.find("STARTTLS is not offered"), std::string::npos) << attempt.text;
  server.offer_tls();
  attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::tls, 0);
  EXPECT_EQ(attempt.enhanced, "4.7.5");
  EXPECT_NE(attempt.text.find("self-signed certificate"), std::string::npos) << attempt.text;
  options.noting_context =
      context({net::TlsVerify::noted, server.certificate_file(), net::TlsVersion::tls12});
  target.address = net::Address::parse("127.0.0.1");
  target.host = "mx.other.test";
  attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::tls, 0);
  EXPECT_NE(attempt.text.find("mismatch"), std::string::npos) << attempt.text;
  server.next("STARTTLS", "220 go!close");
  EXPECT_EQ(send_one().enhanced, "4.7.5");
  server.next("STARTTLS", "554 5.7.3 not for you");
  attempt = send_one();
  expect(attempt, Verdict::deferred, Stage::tls, 554);
  EXPECT_EQ(attempt.enhanced, "4.7.5");
  EXPECT_NE(attempt.text.find("STARTTLS is refused"), std::string::npos) << attempt.text;
  EXPECT_EQ(server.count("MAIL"), 0U);
  target.host = "localhost";
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_TRUE(server.received().at(0).encrypted);
}

TEST_F(SmtpClient, notes_a_certificate_without_minding_it) {
  target.certificate = CertificateDemand::noted;
  options.noting_context = context({net::TlsVerify::noted, "", net::TlsVersion::tls12});
  SessionResult result = send({{}});
  EXPECT_EQ(result.certificate_problem, "no TLS");
  EXPECT_EQ(result.level, TlsLevel::clear);
  server.offer_tls();
  options.noting_context =
      context({net::TlsVerify::noted, server.certificate_file(), net::TlsVersion::tls12});
  result = send({{}});
  EXPECT_EQ(result.certificate_problem, "");
  EXPECT_EQ(result.level, TlsLevel::web_pki);
  target.address = net::Address::parse("127.0.0.1");
  target.host = "mx.other.test";
  result = send({{}});
  EXPECT_NE(result.certificate_problem.find("mismatch"), std::string::npos) << result.certificate_problem;
  EXPECT_EQ(result.level, TlsLevel::opportunistic);
  EXPECT_EQ(server.mails(), 3U);
}

TEST_F(SmtpClient, discards_a_connection_with_injected_replies) {
  server.offer_tls();
  server.next("STARTTLS", "220 go\n250 injected");
  expect(send_one(), Verdict::deferred, Stage::tls, 0);
  EXPECT_EQ(server.count("MAIL"), 0u);
}

TEST_F(SmtpClient, logs_in_only_under_tls) {
  ScriptedSmtp relay({"PIPELINING", "AUTH PLAIN LOGIN"});
  target.port = relay.port();
  options.user = "user";
  options.password = Secret("pass");
  expect(send_one(), Verdict::deferred, Stage::auth, 0);
  EXPECT_EQ(relay.count("AUTH"), 0u);
  relay.offer_tls();
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(relay.count("AUTH PLAIN AHVzZXIAcGFzcw=="), 1u);
  relay.next("AUTH", "535 5.7.8 wrong");
  const Attempt wrong = send_one();
  expect(wrong, Verdict::deferred, Stage::auth, 535);
  EXPECT_TRUE(wrong.about_server());
}

TEST_F(SmtpClient, keeps_the_password_from_a_server_whose_certificate_it_cannot_verify) {
  ScriptedSmtp relay({"PIPELINING", "AUTH PLAIN LOGIN"});
  relay.offer_tls();
  target.port = relay.port();
  options.user = "user";
  options.password = Secret("pass");
  options.tls_context = context({net::TlsVerify::required, "", net::TlsVersion::tls12});
  for (const TlsPolicy policy : {TlsPolicy::opportunistic, TlsPolicy::required}) {
    target.tls = policy;
    const Attempt attempt = send_one();
    EXPECT_EQ(attempt.verdict, Verdict::deferred);
    EXPECT_TRUE(attempt.about_server());
  }
  EXPECT_EQ(relay.count("AUTH"), 0u);
  options.tls_context = context({net::TlsVerify::required, relay.certificate_file(), net::TlsVersion::tls12});
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
}

TEST_F(SmtpClient, knows_auth_login) {
  ScriptedSmtp relay({"AUTH LOGIN"});
  target.port = relay.port();
  options.user = "user";
  options.password = Secret("pass");
  options.allow_auth_in_clear = true;
  expect(send_one(), Verdict::delivered, Stage::dot, 250);
  EXPECT_EQ(relay.commands().at(2), "dXNlcg==");
  EXPECT_EQ(relay.commands().at(3), "cGFzcw==");
}

}  // namespace
}  // namespace sesame::smtp

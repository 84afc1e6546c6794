// The SMTP server over real sockets: what polite clients get, and how it ends.
#include "smtp/server.hpp"

#include <gmock/gmock.h>

#include "base/base64.hpp"
#include "base/clock.hpp"
#include "smtp/server_fixture.hpp"

namespace sesame::smtp {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string plain(const std::string& user, const std::string& password) {
  return encode_base64(std::string(1, '\0') + user + std::string(1, '\0') + password);
}

TEST_F(SmtpServerTest, takes_a_mail) {
  Talker talker = greeted();
  EXPECT_EQ(send_raw(talker, "Subject: hi\r\n\r\n..dotted\r\nlast\r\n.\r\n"), "250 2.0.0 OK");
  const IncomingMail mail = keeper_.mails().at(0);
  EXPECT_EQ(mail.from, "a@sender.test");
  EXPECT_THAT(mail.to, testing::ElementsAre("b@rcpt.test"));
  EXPECT_EQ(mail.bytes, "Subject: hi\r\n\r\n.dotted\r\nlast\r\n");
  EXPECT_EQ(talker.ask("QUIT"), "221 2.0.0 bye");
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, offers_what_it_has) {
  Talker talker = client();
  talker.hear();
  EXPECT_EQ(talker.ask("EHLO peer.test"),
            "250-mail.test|250-PIPELINING|250-8BITMIME|250-SMTPUTF8|250-SIZE 100000|250 ENHANCEDSTATUSCODES");
  EXPECT_EQ(talker.ask("HELO peer.test"), "250 mail.test");
  EXPECT_EQ(talker.ask("VRFY ann"), "252 2.5.0 Cannot VRFY user");
  EXPECT_EQ(talker.ask("NOOP whatever"), "250 2.0.0 OK");
  EXPECT_THAT(talker.ask("EXPN list"), StartsWith("502 5.5.1"));
  EXPECT_THAT(talker.ask("AUTH PLAIN"), StartsWith("502 5.5.1"));
  EXPECT_THAT(talker.ask("STARTTLS"), StartsWith("502 5.5.1"));
  EXPECT_THAT(talker.ask("WHAT"), StartsWith("500 5.5.2"));
  EXPECT_THAT(talker.ask("QUIT now"), StartsWith("501 5.5.4"));
}

TEST_F(SmtpServerTest, answers_a_pipelined_group_in_order) {
  Talker talker = greeted();
  talker.say(
      "MAIL FROM:<a@x.test> SIZE=10 BODY=8BITMIME\r\nRCPT TO:<refuse@x.test>\r\nRCPT "
      "TO:<b@x.test>\r\nDATA\r\n");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_EQ(talker.hear(), "550 5.7.1 re  fused");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_THAT(talker.hear(), StartsWith("354 "));
  talker.say("one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@x.test>\r\nDATA\r\n");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_THAT(talker.hear(), StartsWith("354 "));
  talker.say("two\r\n.\r\n");
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_EQ(keeper_.mails().at(0).bytes, "one\r\n");
  EXPECT_EQ(keeper_.mails().at(1).from, "");
  EXPECT_EQ(keeper_.mails().at(1).bytes, "two\r\n");
}

TEST_F(SmtpServerTest, keeps_the_order_of_commands) {
  options_.max_errors = 100;
  Talker talker = client();
  talker.hear();
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(talker.ask("EHLO"), StartsWith("501 5.5.4"));
  talker.ask("EHLO peer.test");
  EXPECT_THAT(talker.ask("RCPT TO:<b@x.test>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(talker.ask("DATA"), StartsWith("503 5.5.1"));
  talker.ask("MAIL FROM:<a@x.test>");
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test>"), StartsWith("503 5.5.1"));
  EXPECT_THAT(talker.ask("DATA"), StartsWith("503 5.5.1"));
  talker.ask("RCPT TO:<b@x.test>");
  talker.ask("RSET");
  EXPECT_THAT(talker.ask("DATA"), StartsWith("503 5.5.1"));
  EXPECT_TRUE(keeper_.mails().empty());
}

TEST_F(SmtpServerTest, reads_a_mail_that_comes_byte_by_byte) {
  Talker talker = greeted();
  begin_mail(talker);
  for (const char c : std::string("Subject: x\r\n\r\n..\r\n...\r\n.\r\n")) talker.say(std::string(1, c));
  EXPECT_EQ(talker.hear(), "250 2.0.0 OK");
  EXPECT_EQ(keeper_.mails().at(0).bytes, "Subject: x\r\n\r\n.\r\n..\r\n");
}

TEST_F(SmtpServerTest, takes_utf8_addresses_when_they_are_announced) {
  Talker talker = greeted();
  EXPECT_THAT(talker.ask("MAIL FROM:<日本@x.test>"), StartsWith("553 5.6.7"));
  EXPECT_EQ(talker.ask("MAIL FROM:<日本@x.test> SMTPUTF8"), "250 2.0.0 OK");
  EXPECT_EQ(talker.ask("RCPT TO:<用户@x.test>"), "250 2.0.0 OK");
  EXPECT_THAT(talker.ask("RCPT TO:<\xff@x.test>"), StartsWith("501 5.1.3"));
}

TEST_F(SmtpServerTest, logs_in_under_tls_only) {
  offer_tls(ServerTls::starttls);
  options_.auth = true;
  Talker talker = client();
  talker.hear();
  const std::string offers = talker.ask("EHLO peer.test");
  EXPECT_THAT(offers, HasSubstr("250-STARTTLS"));
  EXPECT_THAT(offers, Not(HasSubstr("AUTH")));
  EXPECT_THAT(talker.ask("AUTH PLAIN " + plain("ann@sender.test", "right password")),
              StartsWith("538 5.7.11"));
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test>"), StartsWith("530 5.7.0 Must issue a STARTTLS"));
  EXPECT_EQ(keeper_.logins, 0);
  talker.ask("STARTTLS");
  talker.start_tls();
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test>"), StartsWith("503 5.5.1"));  // RFC 3207 §4.2
  EXPECT_THAT(talker.ask("EHLO peer.test"), HasSubstr("250-AUTH PLAIN LOGIN"));
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test>"), StartsWith("530 5.7.0 Authentication"));
  EXPECT_EQ(talker.ask("AUTH PLAIN " + plain("ann@sender.test", "right password")), "235 2.0.0 welcome");
  EXPECT_THAT(talker.ask("AUTH PLAIN " + plain("ann@sender.test", "right password")),
              StartsWith("503 5.5.1"));
  EXPECT_EQ(send_raw(talker, "secret\r\n.\r\n"), "250 2.0.0 OK");
}

TEST_F(SmtpServerTest, logs_in_by_every_way) {
  offer_tls(ServerTls::starttls);
  options_.auth = true;
  const std::string user = encode_base64("ann@sender.test");
  const std::string password = encode_base64("right password");
  const std::vector<std::vector<std::string>> ways = {
      {"AUTH PLAIN", plain("ann@sender.test", "right password")},
      {"auth plain " + plain("ann@sender.test", "right password")},
      {"AUTH LOGIN", user, password},
      {"AUTH LOGIN " + user, password}};
  for (const auto& way : ways) {
    Talker talker = greeted_under_tls();
    std::string last;
    for (const std::string& line : way) last = talker.ask(line);
    EXPECT_EQ(last, "235 2.0.0 welcome") << way.front();
  }
}

TEST_F(SmtpServerTest, ends_a_connection_that_guesses_passwords) {
  offer_tls(ServerTls::starttls);
  options_.auth = true;
  Talker talker = greeted_under_tls();
  EXPECT_THAT(talker.ask("AUTH PLAIN !"), StartsWith("501 5.5.2"));
  EXPECT_THAT(talker.ask("AUTH CRAM-MD5"), StartsWith("504 5.5.4"));
  EXPECT_EQ(talker.ask("AUTH LOGIN"), "334 VXNlcm5hbWU6");
  EXPECT_THAT(talker.ask("*"), StartsWith("501 5.7.0"));
  EXPECT_EQ(talker.ask("AUTH PLAIN " + plain("ann@sender.test", "wrong")), "535 5.7.8 no");
  EXPECT_EQ(talker.ask("AUTH PLAIN " + plain("bob@sender.test", "right password")), "535 5.7.8 no");
  EXPECT_EQ(talker.ask("AUTH PLAIN " + plain("ann@sender.test", "wrong")), "535 5.7.8 no");
  EXPECT_THAT(talker.hear(), StartsWith("421 4.7.0"));
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, speaks_tls_from_the_first_byte) {
  offer_tls(ServerTls::implicit);
  Talker talker = client();
  talker.start_tls();
  EXPECT_EQ(talker.hear(), "220 mail.test ESMTP");
  EXPECT_THAT(talker.ask("EHLO peer.test"), Not(HasSubstr("STARTTLS")));
}

TEST_F(SmtpServerTest, lets_the_first_byte_decide) {
  offer_tls(ServerTls::either);
  Talker encrypted = client();
  encrypted.start_tls();
  EXPECT_EQ(encrypted.hear(), "220 mail.test ESMTP");
  Talker plain_at_first = greeted_under_tls();
  EXPECT_EQ(send_raw(plain_at_first, "x\r\n.\r\n"), "250 2.0.0 OK");
}

TEST_F(SmtpServerTest, finishes_a_mail_in_progress_when_it_stops) {
  Talker idle = greeted();
  Talker busy = greeted();
  begin_mail(busy);
  busy.say("hold\r\n.\r\n");
  auto stopped = std::async(std::launch::async, [&] { server_->stop(); });
  EXPECT_TRUE(idle.is_left());
  keeper_.released = true;
  EXPECT_EQ(busy.hear(), "250 2.0.0 OK");
  EXPECT_THAT(busy.hear(), StartsWith("421 4.3.2"));
  stopped.get();
  EXPECT_EQ(server_->connections(), 0u);
}

TEST_F(SmtpServerTest, shares_the_time_of_its_end_with_the_servers_closed_with_it) {
  options_.drain_timeout = milliseconds(1'200);
  Talker first = greeted();
  Server other(loops_, keeper_, options_);
  Talker second(client_loops_, other.start().value());
  second.hear();
  second.ask("EHLO peer.test");
  for (Talker* talker : {&first, &second}) {
    begin_mail(*talker);
    talker->say("a mail that never");
  }
  const SystemClock clock;
  const auto closed = clock.steady_now();
  server_->close();
  other.close();
  server_->stop();
  const auto stopped = clock.steady_now();
  EXPECT_GE(stopped - closed, options_.drain_timeout) << "the first waits for what is under way";
  other.stop();
  EXPECT_LT(clock.steady_now() - stopped, options_.drain_timeout) << "its time began with that of the first";
  EXPECT_EQ(server_->connections() + other.connections(), 0u);
}

TEST_F(SmtpServerTest, answers_for_a_handler_that_throws) {
  Talker talker = greeted();
  EXPECT_THAT(send_raw(talker, "throw\r\n.\r\n"), StartsWith("451 4.3.0"));
  EXPECT_EQ(send_raw(talker, "fine\r\n.\r\n"), "250 2.0.0 OK");
}

}  // namespace
}  // namespace sesame::smtp

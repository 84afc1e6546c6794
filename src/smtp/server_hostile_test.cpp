// The SMTP server against hostile clients.
#include <gmock/gmock.h>

#include "smtp/server_fixture.hpp"

namespace sesame::smtp {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kSmuggled =
    "MAIL FROM:<x@evil.test>\r\nRCPT TO:<b@rcpt.test>\r\nDATA\r\nevil\r\n.\r\n";

TEST_F(SmtpServerTest, ends_a_mail_with_nothing_but_crlf_dot_crlf) {
  const std::vector<std::string> ends = {"\n.\n",       "\r.\r",       "\n.\r\n",     "\r\n.\n",
                                         "\r\n.\r",     "\r.\r\n",     "\r\n.\r\r\n", "\n\n.\r\n",
                                         "\r\r\n.\r\n", "\r\n\r.\r\n", "\r\n.\n\r"};
  for (const std::string& end : ends) {
    Talker talker = greeted();
    begin_mail(talker);
    talker.say("Subject: x\r\n\r\ntext" + end + std::string(kSmuggled) + "\r\n.\r\n");
    EXPECT_THAT(talker.hear(), StartsWith("554 5.5.2")) << testing::PrintToString(end);
    EXPECT_TRUE(talker.is_left());
  }
  EXPECT_TRUE(keeper_.mails().empty());
}

TEST_F(SmtpServerTest, reads_no_command_behind_a_bare_line_end) {
  for (const std::string line : {"NOOP\nNOOP\r\n", "NOOP\rNOOP\r\n", "NOOP\r\r\n", "\n"}) {
    Talker talker = greeted();
    talker.say(line);
    EXPECT_THAT(talker.hear(), StartsWith("500 5.5.2")) << testing::PrintToString(line);
    EXPECT_TRUE(talker.is_left());
  }
}

TEST_F(SmtpServerTest, takes_nothing_across_start_tls) {
  offer_tls(ServerTls::starttls);
  Talker talker = greeted();
  talker.say("STARTTLS\r\nMAIL FROM:<x@evil.test>\r\n");
  EXPECT_THAT(talker.hear(), StartsWith("554 5.5.1"));
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, wants_to_be_waited_for_before_a_mail) {
  Talker talker = greeted();
  talker.say("MAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\nDATA\r\nearly\r\n.\r\n");
  talker.hear();
  talker.hear();
  EXPECT_THAT(talker.hear(), StartsWith("554 5.5.0"));
  EXPECT_TRUE(talker.is_left());
  EXPECT_TRUE(keeper_.mails().empty());
}

TEST_F(SmtpServerTest, refuses_what_is_too_large_and_goes_on) {
  Talker talker = greeted();
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test> SIZE=100001"), StartsWith("552 5.3.4"));
  std::string large;
  while (large.size() <= 100'000) large += std::string(98, 'x') + "\r\n";
  EXPECT_THAT(send_raw(talker, large + ".\r\n"), StartsWith("552 5.3.4"));
  EXPECT_EQ(send_raw(talker, large.substr(0, 100'000) + ".\r\n"), "250 2.0.0 OK");
}

TEST_F(SmtpServerTest, reads_a_mail_that_is_far_too_large_not_to_its_end) {
  options_.max_message_bytes = 1000;
  Talker talker = greeted();
  begin_mail(talker);
  talker.say(std::string(100'000, 'x'));
  EXPECT_THAT(talker.hear(), StartsWith("552 5.3.4"));
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, refuses_long_lines) {
  Talker talker = greeted();
  EXPECT_EQ(send_raw(talker, std::string(1998, 'x') + "\r\n.\r\n"), "250 2.0.0 OK");
  EXPECT_THAT(send_raw(talker, std::string(1999, 'x') + "\r\n.\r\n"), StartsWith("554 5.6.0"));
  EXPECT_THAT(send_raw(talker, "." + std::string(70'000, 'x') + "\r\n.\r\n"), StartsWith("554 5.6.0"));
  EXPECT_THAT(send_raw(talker, std::string(9000, 'x') + "\r\n.\n.\r\n"), StartsWith("554 5.5.2"));
  Talker shouting = greeted();
  shouting.say("NOOP " + std::string(2000, 'x'));
  EXPECT_THAT(shouting.hear(), StartsWith("500 5.5.2"));
  EXPECT_TRUE(shouting.is_left());
}

TEST_F(SmtpServerTest, refuses_bodies_for_which_there_is_no_room) {
  options_.max_bodies_bytes = 1000;
  Talker talker = greeted();
  std::string large;
  while (large.size() < 80'000) large += std::string(98, 'x') + "\r\n";
  EXPECT_THAT(send_raw(talker, large + ".\r\n"), StartsWith("452 4.3.1"));
  EXPECT_EQ(send_raw(talker, "small\r\n.\r\n"), "250 2.0.0 OK");
  EXPECT_EQ(server_->bodies_bytes(), 0u);
}

TEST_F(SmtpServerTest, has_malformed_paths_corrected) {
  options_.max_errors = 100;
  Talker talker = greeted();
  for (const std::string line :
       {"MAIL", "MAIL a@x.test", "MAIL FROM:a@x.test", "MAIL FROM:<a@x.test", "MAIL FROM:<a b@x.test>",
        "MAIL FROM:<@r.test:a@x.test>", "MAIL FROM:<a@x.test>SIZE=1", "MAIL FROM:<a@x.test> SIZE=x"}) {
    EXPECT_THAT(talker.ask(line), StartsWith("501 5.")) << line;
  }
  EXPECT_THAT(talker.ask("MAIL FROM:<a@x.test> RET=HDRS"),
              StartsWith("555 5.5.4 the parameter RET=HDRS is unknown"));
  EXPECT_THAT(talker.ask("MAIL FROM: <\"a>b\\\"\"@x.test>"), StartsWith("250 "));
  for (const std::string line : {"RCPT TO:<>", "RCPT FROM:<b@x.test>", "RCPT TO:b@x.test"}) {
    EXPECT_THAT(talker.ask(line), StartsWith("501 5.")) << line;
  }
  EXPECT_THAT(talker.ask("RCPT TO:<b@x.test> NOTIFY=NEVER"), StartsWith("555 5.5.4"));
}

TEST_F(SmtpServerTest, bounds_what_one_connection_may_do) {
  options_.max_recipients = 2;
  options_.max_commands = 8;
  Talker talker = greeted();
  talker.ask("MAIL FROM:<a@x.test>");
  talker.ask("RCPT TO:<1@x.test>");
  talker.ask("RCPT TO:<2@x.test>");
  EXPECT_THAT(talker.ask("RCPT TO:<3@x.test>"), StartsWith("452 4.5.3"));
  for (int i = 0; i < 3; ++i) talker.ask("NOOP");
  EXPECT_THAT(talker.ask("NOOP"), StartsWith("421 4.7.0"));
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, leaves_who_makes_many_errors) {
  options_.max_errors = 3;
  Talker talker = greeted();
  talker.ask("A");
  talker.ask("B");
  EXPECT_THAT(talker.ask("C"), StartsWith("500 "));
  EXPECT_THAT(talker.hear(), StartsWith("421 4.7.0"));
  EXPECT_TRUE(talker.is_left());
  Talker browser = greeted();
  EXPECT_THAT(browser.ask("POST / HTTP/1.1"), StartsWith("502 5.5.1"));
  EXPECT_TRUE(browser.is_left());
}

TEST_F(SmtpServerTest, leaves_who_is_silent) {
  options_.command_timeout = milliseconds(50);
  Talker talker = greeted();
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, leaves_soon_who_never_says_a_word) {
  options_.short_timeout = milliseconds(100);
  options_.max_connections = 100;
  Talker known = greeted();
  known.ask("EHLO client.test");
  Talker mute = client();
  mute.hear();
  EXPECT_TRUE(mute.is_left());
  EXPECT_THAT(known.ask("NOOP"), StartsWith("250")) << "who has spoken may think";
}

TEST_F(SmtpServerTest, is_short_with_everybody_while_it_is_crowded) {
  options_.short_timeout = milliseconds(100);
  options_.max_connections = 2;
  Talker first = greeted();
  Talker second = greeted();
  first.ask("EHLO client.test");
  EXPECT_TRUE(first.is_left());
  EXPECT_TRUE(second.is_left());
}

TEST_F(SmtpServerTest, leaves_who_does_not_log_in) {
  offer_tls(ServerTls::starttls);
  options_.auth = true;
  options_.login_timeout = milliseconds(100);
  Talker talker = client();
  talker.hear();
  EXPECT_TRUE(talker.is_left());
}

TEST_F(SmtpServerTest, turns_away_who_comes_too_often) {
  options_.max_connections_per_peer = 1;
  {
    Talker first = greeted();
    Talker second = client();
    EXPECT_THAT(second.hear(), StartsWith("421 4.7.0"));
    EXPECT_TRUE(second.is_left());
    first.ask("QUIT");
  }
  EXPECT_TRUE(testkit::eventually([&] { return server_->connections() == 0; }));
  greeted();
}

TEST_F(SmtpServerTest, survives_a_client_that_leaves_in_the_middle) {
  Talker talker = greeted();
  begin_mail(talker);
  talker.say("half");
  talker.close();
  EXPECT_TRUE(testkit::eventually([&] { return server_->connections() == 0; }));
  EXPECT_TRUE(keeper_.mails().empty());
}

}  // namespace
}  // namespace sesame::smtp

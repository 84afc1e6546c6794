#include "smtp/reply.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "smtp/capabilities.hpp"
#include "smtp/dot_stuffing.hpp"

namespace sesame::smtp {
namespace {

using State = ReplyParser::State;

Reply parse(std::string_view bytes) {
  ReplyParser parser;
  EXPECT_EQ(parser.feed(bytes), bytes.size());
  EXPECT_EQ(parser.state(), State::complete) << bytes;
  return parser.take();
}

State state_after(std::string_view bytes) {
  ReplyParser parser;
  parser.feed(bytes);
  return parser.state();
}

TEST(Reply, is_read_whatever_the_line_ends_and_pieces) {
  EXPECT_EQ(parse("250 ok\r\n").text, "ok");
  EXPECT_EQ(parse("250 ok\n").text, "ok");
  EXPECT_EQ(parse("250\r\n").code, 250u);
  ReplyParser parser;
  for (const char c : std::string_view("451-4.7.1 first\r\n451 4.7.1 second\r")) parser.feed({&c, 1});
  EXPECT_EQ(parser.state(), State::more);
  parser.feed("\n");
  const Reply reply = parser.take();
  EXPECT_EQ(reply.code, 451u);
  EXPECT_EQ(reply.enhanced, "4.7.1");
  EXPECT_EQ(reply.text, "first\nsecond");
}

TEST(Reply, ends_where_the_next_one_begins) {
  ReplyParser parser;
  const std::string_view two = "250 one\r\n354 two\r\n";
  const std::size_t used = parser.feed(two);
  EXPECT_EQ(used, 9u);
  EXPECT_EQ(parser.take().text, "one");
  parser.feed(two.substr(used));
  EXPECT_EQ(parser.take().code, 354u);
}

TEST(Reply, with_codes_of_one_class_has_the_last_one) {
  EXPECT_EQ(parse("250-a\r\n251 b\r\n").code, 251u);
  EXPECT_EQ(state_after("250-a\r\n550 b\r\n"), State::broken);
}

TEST(Reply, keeps_a_contradicting_enhanced_code_as_text) {
  const Reply reply = parse("450 5.1.1 no such user\r\n");
  EXPECT_EQ(reply.enhanced, "");
  EXPECT_EQ(reply.text, "5.1.1 no such user");
  EXPECT_EQ(parse("550 5.1.1\r\n").enhanced, "5.1.1");
  EXPECT_EQ(parse("250 2.1.5x\r\n").enhanced, "");
  EXPECT_EQ(parse("250 2.1234.5 x\r\n").enhanced, "");
}

TEST(Reply, of_something_else_is_broken) {
  for (const std::string_view bytes : {"HTTP/1.1 400 Bad Request\r\n", "\x15\x03\x01\n", "\r\n", "25 x\r\n",
                                       "999 x\r\n", "100 x\r\n", "250x\r\n", "+OK\r\n"}) {
    EXPECT_EQ(state_after(bytes), State::broken) << bytes;
  }
}

TEST(Reply, has_limits) {
  EXPECT_EQ(parse("250 " + std::string(3900, 'x') + "\r\n").text.size(), 3900u);
  EXPECT_EQ(parse("250 " + std::string(5000, 'x') + "\r\n").text.size(), kReplyLineBytesMax - 4);
  std::string endless;
  for (std::size_t i = 0; i < kReplyLinesMax; ++i) endless += "250-x\r\n";
  EXPECT_EQ(state_after(endless), State::more);
  EXPECT_EQ(state_after(endless + "250-x\r\n"), State::broken);
  EXPECT_EQ(state_after(std::string(kReplyBytesMax + 1, '2')), State::broken);
}

TEST(Reply, text_is_shown_as_clean_utf8) {
  EXPECT_EQ(displayable("\xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda", 100), "邮箱不存在");
  EXPECT_EQ(displayable("a\r\nb\x1b[31m\x7f\xc2\x85"
                        "c",
                        100),
            "a  b [31m  c");
  EXPECT_EQ(displayable("550 Empf\xe4nger unbekannt", 100), "550 Empfänger unbekannt");
  EXPECT_EQ(displayable("550 \xcd\xe5 \xed\xe0\xe9\xe4\xe5\xed", 100), "550 Не найден");
  EXPECT_EQ(displayable("550 \x1b$B%a!<%k\x1b(B", 100), "550 メール");
  EXPECT_EQ(displayable("x\x81", 100), "x\\x81");
  EXPECT_EQ(displayable("邮箱", 4), "邮");
  for (const std::string& hostile : {std::string("a\0b", 3), std::string("\xED\xA0\x80\0\xFF", 5)})
    EXPECT_TRUE(utf8::storable(displayable(hostile, 100)));
}

TEST(Capabilities, are_read_in_odd_spelling) {
  const Capabilities found =
      parse_capabilities("pipelining.test\npipelining\nSize=1000\nAUTH=LOGIN\nx-odd y\nSmtpUtf8");
  EXPECT_TRUE(found.pipelining && found.smtputf8 && found.auth_login);
  EXPECT_FALSE(found.starttls || found.auth_plain);
  EXPECT_EQ(found.size_limit, 1000u);
  EXPECT_FALSE(parse_capabilities("PIPELINING").pipelining) << "the first line is a name";
}

TEST(Capabilities, without_a_usable_size_limit_nothing) {
  for (const std::string_view text :
       {"n\nSIZE 0", "n\nSIZE abc", "n\nSIZE 1180591620717411303424", "n\nSIZE"}) {
    const Capabilities found = parse_capabilities(text);
    EXPECT_TRUE(found.size_offered);
    EXPECT_FALSE(found.size_limit) << text;
  }
}

TEST(Capabilities, name_reports_tls_and_limits) {
  const Capabilities found = parse_capabilities("mx.test\ndsn\nREQUIRETLS\nLIMITS MAILMAX=20 rcptmax=100");
  EXPECT_TRUE(found.dsn && found.requiretls);
  EXPECT_EQ(found.limits.mails, 20U);
  EXPECT_EQ(found.limits.recipients, 100U);
  EXPECT_FALSE(found.limits.recipient_domains);
  EXPECT_EQ(parse_capabilities("n\nLIMITS RCPTDOMAINMAX=1").limits.recipient_domains, 1U);
  const Capabilities plain = parse_capabilities("dsn.test\nPIPELINING\nX-DSN\nDSNX");
  EXPECT_FALSE(plain.dsn || plain.requiretls || plain.limits.mails);
}

TEST(Capabilities, ignore_limits_that_rfc_9422_does_not_allow) {
  for (const std::string_view text :
       {"n\nLIMITS", "n\nLIMITS MAILMAX", "n\nLIMITS MAILMAX=", "n\nLIMITS MAILMAX=0",
        "n\nLIMITS MAILMAX=007", "n\nLIMITS MAILMAX=1000000", "n\nLIMITS MAILMAX=-5", "n\nLIMITS MAILMAX=+5",
        "n\nLIMITS MAILMAX=5x", "n\nLIMITS MAILMAX=18446744073709551617", "n\nLIMITS =5",
        "n\nLIMITS MAILMAX =5", "n\nLIMITS XMAILMAX=5", "LIMITS MAILMAX=5"}) {
    EXPECT_FALSE(parse_capabilities(text).limits.mails) << text;
  }
  // The limits beside them still count.
  const Capabilities found =
      parse_capabilities("n\nLIMITS MAILMAX=x  FUTURE=a;b\tRCPTMAX=999999 MAILMAX=3 FLAG");
  EXPECT_EQ(found.limits.mails, 3U);
  EXPECT_EQ(found.limits.recipients, 999'999U);
}

std::string stuffed(std::string_view message) {
  std::vector<std::string_view> pieces;
  stuff_dots(message, pieces);
  std::string all;
  for (const std::string_view piece : pieces) all += piece;
  return all;
}

TEST(DotStuffing, doubles_a_dot_at_the_start_of_a_line) {
  EXPECT_EQ(stuffed("a\r\nb\r\n"), "a\r\nb\r\n.\r\n");
  EXPECT_EQ(stuffed(".\r\n..x\r\na.b\r\n.\r\n"), "..\r\n...x\r\na.b\r\n..\r\n.\r\n");
  EXPECT_EQ(stuffed("no end"), "no end\r\n.\r\n");
  EXPECT_EQ(stuffed(""), ".\r\n");
  EXPECT_EQ(stuffed("a\r\n."), "a\r\n..\r\n.\r\n");
}

TEST(LineEnds, must_be_pairs) {
  EXPECT_TRUE(has_clean_line_ends(""));
  EXPECT_TRUE(has_clean_line_ends("a\r\n\r\nb"));
  for (const std::string_view bad : {"a\nb", "\n", "a\rb", "a\r\r\n", "a\r"}) {
    EXPECT_FALSE(has_clean_line_ends(bad)) << bad;
  }
  EXPECT_FALSE(has_clean_line_ends(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace sesame::smtp

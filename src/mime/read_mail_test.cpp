#include "mime/read_mail.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sesame::mime {
namespace {

const std::string kLetter =
    "From: =?utf-8?Q?Ann_B=C3=A4r?= <ann@shop.test>\r\n"
    "Subject: two\r\n lines\r\n"
    "Content-Type: multipart/mixed; boundary=\"out\"\r\n"
    "\r\n"
    "preamble\r\n"
    "--out\r\n"
    "Content-Type: multipart/alternative; boundary=in\r\n"
    "\r\n"
    "--in\r\n"
    "Content-Type: text/plain; charset=ISO-8859-1\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n"
    "\r\n"
    "Gr=FC=DFe\r\n"
    "--in\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "\r\n"
    "<p>hello</p>\r\n"
    "--in--\r\n"
    "--out\r\n"
    "Content-Type: application/pdf; name=price.pdf\r\n"
    "Content-Disposition: Attachment; filename*=utf-8''pr%C3%ADce.pdf\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "Content-ID: <cid@shop.test>\r\n"
    "\r\n"
    "AAEC/w==\r\n"
    "--out--\r\n";

TEST(ReadMail, gives_the_tree_with_texts_and_bytes_decoded) {
  const ReadMail mail = read_mail(kLetter);
  EXPECT_FALSE(mail.cut);
  EXPECT_EQ(mail.parts, 5U);
  EXPECT_EQ(field(mail.root, "from"), "Ann Bär <ann@shop.test>");
  EXPECT_EQ(field(mail.root, "Subject"), "two lines");
  EXPECT_EQ(mail.root.fields[1].raw, " two\r\n lines");
  ASSERT_EQ(mail.root.parts.size(), 2U);
  const Part& both = mail.root.parts[0];
  ASSERT_EQ(both.parts.size(), 2U);
  EXPECT_EQ(both.parts[0].type, "text/plain");
  EXPECT_EQ(both.parts[0].charset, "iso-8859-1");
  EXPECT_EQ(both.parts[0].text, "Grüße");
  EXPECT_EQ(both.parts[1].text, "<p>hello</p>");
  const Part& file = mail.root.parts[1];
  EXPECT_TRUE(file.is_attachment());
  EXPECT_EQ(file.disposition, "attachment");
  EXPECT_EQ(file.file_name, "príce.pdf");
  EXPECT_EQ(file.content_id, "cid@shop.test");
  EXPECT_EQ(file.bytes, std::string("\0\1\2\xff", 4));
  EXPECT_TRUE(file.text.empty());
}

TEST(ReadMail, reads_the_same_with_lf_line_ends_and_an_mbox_line) {
  std::string bare = "From MAILER-DAEMON Thu Apr  1 00:00:00 2027\n";
  for (const char c : kLetter)
    if (c != '\r') bare.push_back(c);
  const ReadMail mail = read_mail(bare);
  EXPECT_EQ(field(mail.root, "Subject"), "two lines");
  EXPECT_EQ(mail.parts, 5U);
  EXPECT_EQ(mail.root.parts[0].parts[0].text, "Grüße");
}

TEST(ReadMail, opens_an_attached_mail_and_the_formats_of_reports) {
  const ReadMail mail = read_mail(
      "Content-Type: multipart/report; report-type=Delivery-Status; boundary=b\n\n"
      "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\nAction: failed\n"
      "--b\nContent-Type: message/rfc822\n\nSubject: inner\n\nhello\n--b--\n");
  EXPECT_EQ(mail.root.report_type, "delivery-status");
  ASSERT_EQ(mail.root.parts.size(), 2U);
  EXPECT_NE(mail.root.parts[0].text.find("Action: failed"), std::string::npos);
  ASSERT_EQ(mail.root.parts[1].parts.size(), 1U);
  EXPECT_EQ(field(mail.root.parts[1].parts[0], "Subject"), "inner");
  EXPECT_EQ(mail.root.parts[1].parts[0].text, "hello");
}

TEST(ReadMail, takes_what_breaks_the_rules) {
  EXPECT_EQ(read_mail("").root.type, "text/plain");
  EXPECT_EQ(read_mail("no header at all").parts, 1U);
  const ReadMail open = read_mail("Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntext without an end");
  ASSERT_EQ(open.root.parts.size(), 1U);
  EXPECT_EQ(open.root.parts[0].text, "text without an end");
  const ReadMail wrong = read_mail("Subject: \xff\xfe\x01\n\nb\xe4h\n");
  EXPECT_TRUE(utf8::valid(field(wrong.root, "Subject")));
  EXPECT_EQ(wrong.root.text, "bäh\n");
}

TEST(ReadMail, leaves_out_what_exceeds_a_limit_and_says_so) {
  std::string many = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int part = 0; part < 50; ++part) many += "--b\n\nx\n";
  const ReadMail few = read_mail(many, {.parts = 10});
  EXPECT_TRUE(few.cut);
  EXPECT_EQ(few.parts, 10U);
  std::string deep;
  for (int level = 0; level < 5000; ++level) {
    const std::string name = "b" + std::to_string(level);
    deep += "Content-Type: multipart/mixed; boundary=" + name + "\n\n--" + name + "\n";
  }
  const ReadMail shallow = read_mail(deep, {.depth = 8});
  EXPECT_TRUE(shallow.cut);
  EXPECT_EQ(shallow.parts, 8U);
  std::string wide;
  for (int index = 0; index < 100; ++index) wide += "X-Field: y\n";
  EXPECT_EQ(read_mail(wide + "\nx", {.fields = 20}).root.fields.size(), 20U);
  const ReadMail long_field = read_mail("Subject: 0123456789\nTo: a\n\nx", {.field_bytes = 10});
  EXPECT_TRUE(long_field.cut);
  EXPECT_EQ(field(long_field.root, "Subject"), "");
  EXPECT_EQ(field(long_field.root, "To"), "a");
  EXPECT_EQ(read_mail("Subject: a\n\n0123456789", {.bytes = 17}).root.text, "01234");
}

TEST(AsUtf8, knows_unlabelled_japanese_and_old_western_text) {
  EXPECT_EQ(as_utf8("\x1b$B%a!<%k\x1b(B", ""), "メール");
  EXPECT_EQ(as_utf8("\x1b$B%a!<%k\x1b(B", "us-ascii"), "メール");
  EXPECT_EQ(as_utf8("gr\xfc\xdf", "unknown-8bit"), "grüß");
  EXPECT_EQ(as_utf8("grüß", ""), "grüß");
  EXPECT_EQ(as_utf8("\xc4\xe3\xba\xc3", "gb2312"), "你好");
  EXPECT_EQ(as_utf8("grüß", "no-such-charset"), "grüß");
  EXPECT_EQ(as_utf8(std::string_view("a\0b", 3), ""), "a b");
}

}  // namespace
}  // namespace sesame::mime

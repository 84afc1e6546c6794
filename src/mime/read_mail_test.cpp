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

TEST(ReadMail, names_the_limit_that_was_reached) {
  EXPECT_EQ(read_mail("a: b\n\nx").cut_by, "");
  EXPECT_EQ(read_mail("a: b\na: b\n\nx", {.fields = 1}).cut_by, "fields");
  EXPECT_EQ(read_mail("a: bcd\n\nx", {.field_bytes = 2}).cut_by, "field bytes");
  EXPECT_EQ(read_mail("a: b\n\nx", {.bytes = 2}).cut_by, "bytes");
  const std::string two = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1\n--b\n\n2\n--b--\n";
  EXPECT_EQ(read_mail(two, {.parts = 2}).cut_by, "parts");
  EXPECT_EQ(read_mail(two, {.depth = 1}).cut_by, "depth");
  EXPECT_FALSE(read_mail(two, {.parts = 3, .depth = 2}).cut);
}

TEST(ReadMail, keeps_the_limit_of_fields_over_all_headers) {
  std::string mail = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int part = 0; part < 10; ++part) mail += "--b\nX-A: 1\nX-B: 2\n\nx\n";
  const ReadMail read = read_mail(mail, {.fields = 5});
  EXPECT_TRUE(read.cut);
  std::size_t fields = read.root.fields.size();
  for (const Part& part : read.root.parts) fields += part.fields.size();
  EXPECT_EQ(fields, 5U);
}

TEST(ReadMail, reads_a_saved_copy_that_begins_with_an_empty_line) {
  EXPECT_EQ(field(read_mail("\r\n\nSubject: a\n\nb").root, "Subject"), "a");
  EXPECT_EQ(field(read_mail("\xEF\xBB\xBFSubject: a\n\nb").root, "Subject"), "a");
  EXPECT_EQ(read_mail("\nno header").root.text, "no header");
}

TEST(ReadMail, separates_parts_as_they_were_meant) {
  const ReadMail mail = read_mail(
      "Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\npreamble\r\n"
      "--a\r\nContent-Type: multipart/alternative; boundary=ab\r\n\r\n"
      "--ab\r\n\r\none\r\n\r\n--ab  \r\nContent-Type: text/html\r\n\r\n"
      "--a\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ntwo\r\n"
      "--a--\r\nepilogue\r\n");
  ASSERT_EQ(mail.root.parts.size(), 2U);
  const Part& inner = mail.root.parts[0];
  ASSERT_EQ(inner.parts.size(), 2U);
  EXPECT_EQ(inner.parts[0].text, "one\n");
  EXPECT_EQ(inner.parts[1].type, "text/html");
  EXPECT_EQ(inner.parts[1].text, "");
  ASSERT_EQ(mail.root.parts[1].parts.size(), 1U);
  EXPECT_EQ(mail.root.parts[1].parts[0].text, "two");
}

TEST(ReadMail, reads_a_header_without_its_empty_line) {
  const ReadMail mail = read_mail("Subject : a\nX-Long: b\n\tc\nthe text begins\nhere\n");
  EXPECT_EQ(field(mail.root, "Subject"), "a");
  EXPECT_EQ(field(mail.root, "X-Long"), "b c");
  EXPECT_EQ(mail.root.text, "the text begins\nhere\n");
}

TEST(ReadMail, keeps_the_parameters_of_a_type) {
  const Part part = read_mail(
                        "Content-Type: Text/Calendar (a comment); METHOD=request; charset=\"UTF-8\";\n"
                        " name*0*=utf-8''%E4%BD; name*1*=%A0.ics; x=\"a\\\"b\"; broken; y=\n\nx")
                        .root;
  EXPECT_EQ(part.type, "text/calendar");
  EXPECT_EQ(part.charset, "utf-8");
  EXPECT_EQ(part.file_name, "你.ics");
  std::string all;
  for (const Parameter& one : part.parameters) all += one.name + "=" + one.value + "|";
  EXPECT_EQ(all, "method=request|charset=UTF-8|name=你.ics|x=a\"b|y=|");
}

TEST(ReadMail, reads_base64_that_was_written_in_pieces) {
  EXPECT_EQ(read_mail("Content-Transfer-Encoding: BASE64\n\nSGVsbG8=\nIHdvcmxk\n!\nIQ\n").root.text,
            "Hello world!");
  EXPECT_EQ(read_mail("Content-Transfer-Encoding: quoted-printable\n\na=3Db=\nc= \n=zz=\n").root.text,
            "a=bc=zz");
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

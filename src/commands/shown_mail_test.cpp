#include "commands/shown_mail.hpp"

#include <gtest/gtest.h>

namespace sesame::commands {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(ShownMail, fields_are_decoded_and_the_text_part_is_shown) {
  const ShownMail mail = read_shown_mail(
      "DKIM-Signature: v=1; b=x\r\nsubject: =?UTF-8?B?R3LDvMOfZQ==?=\r\nFrom: The Shop <news@shop.test>\r\n"
      "To: ann@post.test\r\nMIME-Version: 1.0\r\n"
      "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
      "Content-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n"
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "Gr=C3=BC=C3=9Fe\r\n--a\r\nContent-Type: text/html\r\n\r\n<p>no</p>\r\n--a--\r\n--m\r\n"
      "Content-Type: application/pdf; name=bill.pdf\r\nContent-Disposition: attachment; filename=bill.pdf\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--m--\r\n");
  EXPECT_EQ(mail.fields,
            (Fields{{"From", "The Shop <news@shop.test>"}, {"To", "ann@post.test"}, {"Subject", "Grüße"}}));
  EXPECT_EQ(mail.text, "Grüße");
  EXPECT_FALSE(mail.from_html);
  ASSERT_EQ(mail.files.size(), 1U);
  EXPECT_EQ(mail.files[0].name, "bill.pdf");
  EXPECT_EQ(mail.files[0].type, "application/pdf");
  EXPECT_EQ(mail.files[0].bytes, 4U);
}

TEST(ShownMail, html_is_shown_as_words_where_there_is_no_text) {
  const ShownMail mail = read_shown_mail("Content-Type: text/html\n\n<h1>News</h1><p>for you</p>");
  EXPECT_TRUE(mail.from_html);
  EXPECT_EQ(mail.text, "News\n\nfor you\n");
}

TEST(ShownMail, a_mail_inside_and_a_text_with_a_name_are_files) {
  const ShownMail mail = read_shown_mail(
      "Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nsee below\n"
      "--m\nContent-Type: text/plain; name=notes.txt\n\nnotes\n"
      "--m\nContent-Type: message/rfc822\n\nSubject: inner\n\nhi\n--m--\n");
  EXPECT_EQ(mail.text, "see below");
  ASSERT_EQ(mail.files.size(), 2U);
  EXPECT_EQ(mail.files[0].name, "notes.txt");
  EXPECT_EQ(mail.files[1].type, "message/rfc822");
}

TEST(ShownMail, nothing_steers_a_terminal) {
  const ShownMail mail = read_shown_mail(
      "Subject: a\x1b[2Jb\nContent-Type: text/html; charset=utf-8\n\n&#27;[2J&#155;2J\x1b]0;x\x07 \xc2\x9b");
  EXPECT_EQ(mail.text.find('\x1b'), std::string::npos);
  EXPECT_EQ(mail.text.find("\xc2\x9b"), std::string::npos);
  EXPECT_EQ(mail.text.find('\x07'), std::string::npos);
  EXPECT_EQ(mail.fields.front().second.find('\x1b'), std::string::npos);
  EXPECT_EQ(printable("a\r\nb\tc\x7f\xc2\x80\xc3\xa9"), "a\nb\tc..\xc3\xa9");
}

TEST(ShownMail, any_bytes_are_a_mail) {
  EXPECT_EQ(read_shown_mail("").text, "");
  EXPECT_EQ(read_shown_mail("no header at all").files.size(), 0U);
}

}  // namespace
}  // namespace sesame::commands

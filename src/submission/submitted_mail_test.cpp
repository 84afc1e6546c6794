// Parsing of the mails that mail programs submit.
#include "submission/submitted_mail.hpp"

#include <gmock/gmock.h>

namespace sesame::submission {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kHead =
    "From: \"Shop, Inc.\" <news@shop.test>\r\nTo: Ann <ann@post.test>, bob@post.test\r\nSubject: "
    "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n";

std::string with_head(std::string_view rest) { return std::string(kHead).append(rest); }

std::string refusal_of(std::string_view mail) {
  const auto read = read_submitted_mail(mail);
  return read ? "none" : std::string(read.error().reason());
}

TEST(SubmittedMail, reads_a_plain_one) {
  const auto mail = read_submitted_mail(with_head("\r\nHello\r\n.dot\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail.value().from, (mime::Mailbox{"Shop, Inc.", "news@shop.test"}));
  EXPECT_EQ(mail.value().mailing.subject, "Grüße");
  EXPECT_EQ(mail.value().mailing.text, "Hello\n.dot\n");
  EXPECT_THAT(mail.value().mailing.html, IsEmpty());
  EXPECT_THAT(mail.value().addressees.to,
              ElementsAre(mime::Mailbox{"Ann", "ann@post.test"}, mime::Mailbox{"", "bob@post.test"}));
}

TEST(SubmittedMail, reads_alternatives_and_files) {
  const auto mail = read_submitted_mail(with_head(
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
      "--x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n"
      "--y\r\nContent-Type: text/plain; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\nxOO6ww==\r\n"
      "--y\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
      "<p>=E4=BD=A0=\r\n=E5=A5=BD</p>\r\n--y--\r\n"
      "--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"a.pdf\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--x--\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail.value().mailing.text, "你好");
  EXPECT_EQ(mail.value().mailing.html, "<p>你好</p>");
  ASSERT_EQ(mail.value().mailing.attachments.size(), 1u);
  EXPECT_EQ(mail.value().mailing.attachments[0].file_name, "a.pdf");
  EXPECT_EQ(mail.value().mailing.attachments[0].bytes, "%PDF");
}

TEST(SubmittedMail, tells_what_the_html_shows_from_other_files) {
  const auto mail = read_submitted_mail(with_head(
      "Content-Type: multipart/mixed; boundary=m\r\n\r\n"
      "--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n"
      "--r\r\nContent-Type: text/html\r\n\r\n"
      "<img src=\"cid:logo@shop.test\"><p style='background:url(cid:tile%25one)'>x</p>\r\n"
      "--r\r\nContent-Type: image/png; name=logo.png\r\nContent-ID: <logo@shop.test>\r\nContent-Disposition: "
      "inline\r\n\r\npng\r\n"
      "--r\r\nContent-Type: image/gif\r\nContent-ID: <tile%one>\r\n\r\ngif\r\n--r--\r\n"
      "--m\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-ID: <other@shop.test>\r\n\r\npdf\r\n"
      "--m\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n--m--\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  const auto& files = mail.value().mailing.attachments;
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[0].file_name + " " + files[0].content_id, "logo.png logo@shop.test");
  EXPECT_EQ(files[1].file_name + " " + files[1].content_id, "part-2.gif tile%one");
  EXPECT_EQ(files[2].file_name + " " + files[2].content_id, "a.pdf ");
  EXPECT_EQ(files[3].file_name + " " + files[3].content_id, "part-4.ics ");
}

TEST(SubmittedMail, keeps_the_headers_a_sender_may_set) {
  const auto mail = read_submitted_mail(
      with_head("Cc: cid@post.test\r\nBcc: secret@post.test\r\nReply-To: Help <help@shop.test>\r\n"
                "Message-ID: <7@shop.test>\r\nX-Order: 12\r\nReceived: from a by b; now\r\n"
                "DKIM-Signature: v=1\r\nX-Tencentcloudses-Cb-Id: 9\r\nReturn-Path: <a@b.test>\r\n\r\nx\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_THAT(mail.value().addressees.cc, ElementsAre(mime::Mailbox{"", "cid@post.test"}));
  EXPECT_EQ(mail.value().mailing.reply_to, "Help <help@shop.test>");
  EXPECT_EQ(mail.value().header_id, "7@shop.test");
  EXPECT_THAT(mail.value().mailing.headers,
              ElementsAre(content::Header{"X-Tencentcloudses-Cb-Id", "9"}, content::Header{"X-Order", "12"}));
}

TEST(SubmittedMail, leaves_out_headers_beyond_the_limits) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += "X-Own-" + std::to_string(i) + ": 1\r\n";
  const auto mail = read_submitted_mail(
      with_head(many + "X-Long: " + std::string(1500, 'x') + "\r\nX-Tencentcloudses-Cb-Id: 9\r\n\r\nx\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail.value().mailing.headers.size(), content::kHeadersMax);
  EXPECT_EQ(mail.value().mailing.headers[0].first, "X-Tencentcloudses-Cb-Id");
}

TEST(SubmittedMail, needs_an_author_a_subject_and_a_body) {
  EXPECT_EQ(refusal_of("Subject: x\r\n\r\nx\r\n"), "submission.from_missing");
  EXPECT_EQ(refusal_of("From: nobody\r\nSubject: x\r\n\r\nx\r\n"), "submission.from_missing");
  EXPECT_EQ(refusal_of("From: a@x.test, b@x.test\r\nSubject: x\r\n\r\nx\r\n"), "submission.from_missing");
  EXPECT_EQ(refusal_of("From: a@x.test\r\nFrom: b@x.test\r\nSubject: x\r\n\r\nx\r\n"),
            "submission.from_missing");
  EXPECT_EQ(refusal_of("From: a@x.test\r\n\r\nx\r\n"), "submission.subject_missing");
  EXPECT_EQ(refusal_of("From: a@x.test\r\nSubject: \r\n\r\nx\r\n"), "submission.subject_missing");
  EXPECT_EQ(refusal_of("From: a@x.test\r\nSubject: x\r\n\r\n"), "submission.body_missing");
  EXPECT_EQ(refusal_of(""), "submission.from_missing");
}

TEST(SubmittedMail, refuses_what_it_cannot_compose_anew) {
  EXPECT_EQ(refusal_of(with_head("Content-Type: multipart/signed; boundary=x\r\n\r\n--x--\r\n")),
            "submission.content_type");
  EXPECT_EQ(refusal_of(with_head("Content-Type: application/pdf\r\n\r\nx\r\n")), "submission.content_type");
  EXPECT_EQ(refusal_of(with_head("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: "
                                 "message/rfc822\r\n\r\nSubject: y\r\n\r\nz\r\n--x--\r\n")),
            "submission.content_type");
  EXPECT_EQ(refusal_of(with_head("MIME-Version: 2.0\r\n\r\nx\r\n")), "submission.mime_version");
  EXPECT_EQ(refusal_of(with_head("Content-Transfer-Encoding: uuencode\r\n\r\nx\r\n")),
            "submission.transfer_encoding");
  EXPECT_EQ(refusal_of(with_head("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n"
                                 "Content-Type: application/x-unknown\r\n\r\nx\r\n--x--\r\n")),
            "submission.content_type");
  std::string many = "Content-Type: multipart/mixed; boundary=x\r\n\r\n";
  for (int i = 0; i < 200; ++i) many += "--x\r\n\r\ntext\r\n";
  EXPECT_EQ(refusal_of(with_head(many + "--x--\r\n")), "submission.too_complex");
}

TEST(SubmittedMail, bounds_its_bodies_and_files) {
  MailLimits limits;
  limits.attachments_bytes = 3;
  const auto mail = read_submitted_mail(
      with_head("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n--x\r\n"
                "Content-Disposition: attachment; filename=a.txt\r\n\r\nabcd\r\n--x--\r\n"),
      limits);
  ASSERT_FALSE(mail);
  EXPECT_EQ(mail.error().reason(), "content.attachments_too_large");
  std::string large = with_head("\r\n");
  while (large.size() < 4'100'000) large += std::string(998, 'x') + "\r\n";
  EXPECT_EQ(refusal_of(large), "mail.content_too_large");
}

TEST(MailboxText, leaves_out_a_name_that_could_not_be_read_back) {
  EXPECT_EQ(mailbox_text({"Shop", "a@x.test"}), "Shop <a@x.test>");
  EXPECT_EQ(mailbox_text({"Shop: <b@y.test>", "a@x.test"}), "a@x.test");
  EXPECT_EQ(mailbox_text({"", "a@x.test"}), "a@x.test");
}

}  // namespace
}  // namespace sesame::submission

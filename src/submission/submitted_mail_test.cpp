// Parsing of the mails that mail programs submit.
#include "submission/submitted_mail.hpp"

#include <gmock/gmock.h>

#include <algorithm>

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
  EXPECT_THAT(mail.value().mailing.answers_to, ElementsAre(mime::Mailbox{"Help", "help@shop.test"}));
  EXPECT_EQ(mail.value().header_id, "7@shop.test");
  EXPECT_THAT(mail.value().mailing.headers,
              ElementsAre(content::Header{"X-Order", "12"}, content::Header{"X-Tencentcloudses-Cb-Id", "9"}));
}

TEST(SubmittedMail, keeps_every_header_or_refuses_the_mail) {
  std::string many;
  for (int i = 0; i < 40; ++i) many += "X-Own-" + std::to_string(i) + ": 1\r\n";
  std::string references;
  for (int i = 0; i < 30; ++i)
    references += " <" + std::to_string(i) + ".0123456789abcdefghijklmnop@shop.test>\r\n";
  const auto mail =
      read_submitted_mail(with_head(many + "X-Long: " + std::string(1500, 'x') +
                                    "\r\nX-Tencentcloudses-Cb-Id: 9\r\nReferences:" + references +
                                    "In-Reply-To: <29@shop.test>\r\n\r\nx\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  const auto& headers = mail.value().mailing.headers;
  ASSERT_EQ(headers.size(), 44U);
  EXPECT_EQ(headers[40].second.size(), 1500U);
  EXPECT_EQ(headers[42].first, "References");
  EXPECT_EQ(std::count(headers[42].second.begin(), headers[42].second.end(), '<'), 30);
  EXPECT_EQ(headers[43], (content::Header{"In-Reply-To", "<29@shop.test>"}));

  EXPECT_EQ(refusal_of(with_head("X-" + std::string(70, 'n') + ": x\r\n\r\nx\r\n")), "submission.header");
  EXPECT_EQ(refusal_of(with_head("X-Huge: " + std::string(70'000, 'x') + "\r\n\r\nx\r\n")),
            "submission.header");
  EXPECT_EQ(refusal_of(with_head("In-Reply-To: <" + std::string(950, 'x') + "@y.test>\r\n\r\nx\r\n")),
            "submission.header");
  EXPECT_EQ(refusal_of(with_head("In-Reply-To: <\xc3\xbc@y.test>\r\n\r\nx\r\n")), "submission.header");
  for (int i = 0; i < 600; ++i) many += "X-More: 1\r\n";
  EXPECT_EQ(refusal_of(with_head(many + "\r\nx\r\n")), "submission.too_many_headers");
}

TEST(SubmittedMail, keeps_identifiers_and_urls_as_they_came) {
  const auto mail = read_submitted_mail(with_head(
      "In-Reply-To: <a=?b@x.test>\r\nReferences: <=?utf-8?Q?a?=@x.test>\r\n\t<b@x.test>\r\n"
      "List-Unsubscribe: <https://x.test/u/dG9rZW4=?c=1>,\r\n <https://x.test/?q=?utf-8?Q?x?=>\r\n"
      "List-Id: =?utf-8?Q?Caf=C3=A9?= <cafe.shop.test>\r\nList-Help: Caf\xc3\xa9 <https://x.test/h>\r\n"
      "X-Note: =?utf-8?Q?Caf=C3=A9?=\r\n\r\nx\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  EXPECT_THAT(
      mail.value().mailing.headers,
      ElementsAre(content::Header{"In-Reply-To", "<a=?b@x.test>"},
                  content::Header{"References", "<=?utf-8?Q?a?=@x.test> <b@x.test>"},
                  content::Header{"List-Unsubscribe",
                                  "<https://x.test/u/dG9rZW4=?c=1>, <https://x.test/?q=?utf-8?Q?x?=>"},
                  content::Header{"List-Id", "=?utf-8?Q?Caf=C3=A9?= <cafe.shop.test>"},
                  content::Header{"List-Help", "Café <https://x.test/h>"},
                  content::Header{"X-Note", "Café"}));
}

TEST(SubmittedMail, bounds_the_headers_that_events_repeat) {
  std::string many;
  for (int i = 0; i < 20; ++i) many += "X-Tencentcloudses-Cb-" + std::to_string(i) + ": 1\r\n";
  EXPECT_EQ(refusal_of(with_head(many + "\r\nx\r\n")), "none");
  EXPECT_EQ(refusal_of(with_head(many + "X-Tencentcloudses-Cb-Id: 1\r\n\r\nx\r\n")), "submission.header");
  EXPECT_EQ(refusal_of(with_head("X-Tencentcloudses-Cb-Id: " + std::string(901, 'x') + "\r\n\r\nx\r\n")),
            "submission.header");
}

TEST(SubmittedMail, drops_the_oldest_of_very_many_references) {
  std::string references = "References: <first@shop.test>\r\n";
  for (int i = 0; i < 1000; ++i) references += " <" + std::to_string(i) + ".0123456789@shop.test>\r\n";
  const auto mail = read_submitted_mail(with_head(references + "\r\nx\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  const std::string& kept = mail.value().mailing.headers.at(0).second;
  EXPECT_LT(kept.size(), 9000U);
  EXPECT_EQ(kept.find("<first@shop.test> <"), 0U) << kept.substr(0, 50);
  EXPECT_TRUE(kept.ends_with("<999.0123456789@shop.test>"));
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '<'), std::count(kept.begin(), kept.end(), '>'));
}

TEST(SubmittedMail, keeps_every_address_or_refuses_the_mail) {
  const auto mail = read_submitted_mail(
      "From: \"Mary: Work\" <mary@shop.test>\r\nTo: \"Team: A\" <a@x.test>\r\nSubject: x\r\n"
      "Reply-To: One <a@x.test>, \"Mary: Work\" <m@x.test>,\r\n Team: b@x.test, =?utf-8?Q?B=C3=A4r?= "
      "<c@x.test>;\r\n"
      "\r\nx\r\n");
  ASSERT_TRUE(mail) << mail.error().reason();
  EXPECT_EQ(mail.value().from, (mime::Mailbox{"Mary: Work", "mary@shop.test"}));
  EXPECT_THAT(mail.value().addressees.to, ElementsAre(mime::Mailbox{"Team: A", "a@x.test"}));
  EXPECT_THAT(mail.value().mailing.answers_to,
              ElementsAre(mime::Mailbox{"One", "a@x.test"}, mime::Mailbox{"Mary: Work", "m@x.test"},
                          mime::Mailbox{"", "b@x.test"}, mime::Mailbox{"Bär", "c@x.test"}));
  std::string many = "Cc: a@x.test";
  for (int i = 0; i < 999; ++i) many += ",\r\n b" + std::to_string(i) + "@x.test";
  const auto all = read_submitted_mail(with_head(many + "\r\n\r\nx\r\n"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all.value().addressees.cc.size(), 1000U);
  EXPECT_EQ(refusal_of(with_head(many + ", c@x.test\r\n\r\nx\r\n")), "submission.too_many_mailboxes");
}

TEST(SubmittedMail, reads_subjects_of_several_encoded_words) {
  const auto subject_of = [](std::string_view value) {
    const auto mail =
        read_submitted_mail("From: a@x.test\r\nSubject: " + std::string(value) + "\r\n\r\nx\r\n");
    return mail ? mail.value().mailing.subject : std::string(mail.error().reason());
  };
  EXPECT_EQ(subject_of("=?UTF-8?B?SGVsbG8=?= =?UTF-8?B?IHdvcmxk?="), "Hello world");
  EXPECT_EQ(subject_of("=?UTF-8?B?SGVsbG8=?=\r\n =?UTF-8?B?IHdvcmxk?= =?UTF-8?Q?_=E4=BD=A0?="),
            "Hello world 你");
  EXPECT_EQ(subject_of("=?gb2312?B?xOM=?= =?gb2312?B?utM=?="), "你河");
}

TEST(SubmittedMail, keeps_an_invitation_in_its_place) {
  const auto mail = read_submitted_mail(
      with_head("Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
                "Content-Type: multipart/alternative; boundary=a\r\n\r\n"
                "--a\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
                "--a\r\nContent-Type: text/x-amp-html\r\n\r\n<html amp4email>\r\n"
                "--a\r\nContent-Type: text/html\r\n\r\n<p>html</p>\r\n"
                "--a\r\nContent-Type: text/calendar; charset=\"utf-8\"; method=REQUEST; "
                "name=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\n"
                "--a--\r\n--m\r\nContent-Type: text/calendar; method=REQUEST; name=\"invite.ics\"\r\n"
                "Content-Disposition: attachment\r\n\r\nBEGIN:VCALENDAR\r\n"
                "--m\r\nContent-Type: text/plain; charset=gbk; name=a.txt\r\n\r\n\xc4\xe3\r\n--m--\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  const auto& files = mail.value().mailing.attachments;
  ASSERT_EQ(files.size(), 4U);
  EXPECT_EQ(files[0].place, content::FilePlace::before_html);
  EXPECT_EQ(files[0].content_type, "text/x-amp-html");
  EXPECT_EQ(files[1].place, content::FilePlace::behind_html);
  EXPECT_EQ(files[1].content_type,
            "text/calendar; charset=\"utf-8\"; method=\"REQUEST\"; name=\"invite.ics\"");
  EXPECT_EQ(files[1].bytes, "BEGIN:VCALENDAR");
  EXPECT_EQ(files[2].place, content::FilePlace::attached);
  EXPECT_EQ(files[2].content_type, "text/calendar; method=\"REQUEST\"");
  EXPECT_EQ(files[3].content_type, "text/plain; charset=\"gbk\"");
  EXPECT_EQ(files[3].bytes, "\xc4\xe3");
}

TEST(SubmittedMail, unfolds_flowed_text) {
  const auto mail =
      read_submitted_mail(with_head("Content-Type: text/plain; charset=utf-8; format=flowed; "
                                    "delsp=yes\r\n\r\n你好 \r\n世界\r\n> a \r\n> b\r\n"));
  ASSERT_TRUE(mail);
  EXPECT_EQ(mail.value().mailing.text, "你好世界\n> ab\n");
}

TEST(SubmittedMail, takes_what_programs_write_around_the_rules) {
  EXPECT_EQ(refusal_of(with_head("Content-Transfer-Encoding: quoted-printable (x)\r\n\r\na=20b\r\n")),
            "none");
  EXPECT_EQ(refusal_of(with_head("Content-Transfer-Encoding: (c) 7BIT\r\n\r\nx\r\n")), "none");
  const auto mail =
      read_submitted_mail(with_head("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ntext\r\n"
                                    "--x\r\nContent-Type: application/pdf\r\nContent-Disposition: "
                                    "attachment; filename=\"Q3 report.pdf\"\r\n\r\nx\r\n"
                                    "--x\r\nContent-Type: application/pdf; name=\"=?UTF-8?B?SGVsbG8=?= "
                                    "=?UTF-8?B?IHdvcmxkLnBkZg==?=\"\r\n\r\nx\r\n"
                                    "--x\r\nContent-Type: application/pdf\r\nContent-Disposition: "
                                    "attachment; filename=Q3 report: two.pdf\r\n\r\nx\r\n"
                                    "--x--\r\n"));
  ASSERT_TRUE(mail) << mail.error().reason();
  EXPECT_EQ(mail.value().mailing.attachments.at(0).file_name, "Q3 report.pdf");
  EXPECT_EQ(mail.value().mailing.attachments.at(1).file_name, "Hello world.pdf");
  EXPECT_EQ(mail.value().mailing.attachments.at(2).file_name, "Q3 report: two.pdf");
}

TEST(SubmittedMail, reads_labels_as_mail_programs_do) {
  const auto text_of = [](std::string_view charset, std::string_view bytes) {
    const auto mail = read_submitted_mail(with_head(
        "Content-Type: text/plain; charset=" + std::string(charset) + "\r\n\r\n" + std::string(bytes)));
    return mail ? mail.value().mailing.text : std::string(mail.error().reason());
  };
  EXPECT_EQ(text_of("gb2312", "\x9b\xd1\xb2\xbb"), "浹不");
  EXPECT_EQ(text_of("gb_2312-80", "\xc4\xe3\xba\xc3"), "你好");
  EXPECT_EQ(text_of("ks_c_5601-1987", "\xb0\xa1\x8c\x63"), "가똠");
  EXPECT_EQ(text_of("big5", "\xa4\xa4\x87\x40"), "中䏰");
  EXPECT_EQ(text_of("iso-8859-1", "\x93Hi\x94"), "“Hi”");
  EXPECT_EQ(text_of("windows-31j", "\x87\x40"), "①");
  EXPECT_EQ(text_of("hz-gb-2312", "~{VPND~}"), "中文");
  EXPECT_EQ(text_of("unicode-1-1-utf-7", "+ZeU-"), "日");
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

}  // namespace
}  // namespace sesame::submission

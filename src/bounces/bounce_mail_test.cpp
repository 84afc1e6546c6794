#include "bounces/bounce_mail.hpp"

#include <gtest/gtest.h>

#include "bounces/rules.hpp"
#include "bounces/status_fields.hpp"

namespace sesame::bounces {
namespace {

using Kind = BounceMail::Kind;

BounceMail read(std::string_view bytes) { return read_bounce_mail(bytes, BounceRules::built_in().shapes()); }

const std::string kFailed = "From: MAILER-DAEMON@relay.test\nSubject: failure notice\n";

TEST(BounceMail, is_a_report_an_automatic_reply_or_ordinary_mail) {
  EXPECT_EQ(read(kFailed + "\n<ann@shop.test>:\nno\n").kind, Kind::bounce);
  EXPECT_EQ(read("From: a@shop.test\nSubject: Re: Spring\nAuto-Submitted: auto-replied\n\nback soon").kind,
            Kind::auto_reply);
  EXPECT_EQ(
      read("From: a@shop.test\nSubject: x\nAuto-Submitted: auto-generated\nIn-Reply-To: <m@mail.test>\n\nx")
          .kind,
      Kind::auto_reply);
  EXPECT_EQ(read("From: root@shop.test\nSubject: backup\nAuto-Submitted: auto-generated\n\ndone").kind,
            Kind::other)
      << "generated, and answers nothing";
  EXPECT_EQ(read("From: ann@shop.test\nSubject: delivery failed for the sofa\n\nWhen does it come?").kind,
            Kind::other)
      << "a subject alone is no report";
}

TEST(BounceMail, may_be_a_bare_notification) {
  const BounceMail late = read(
      R"( {"eventType":"DeliveryDelay","deliveryDelay":{"delayType":"MailboxFull","delayedRecipients":)"
      R"([{"emailAddress":"ann@shop.test","status":"4.2.2","diagnosticCode":"smtp; 452 full"}]},"mail":{}})");
  ASSERT_EQ(late.notices.size(), 1U);
  EXPECT_EQ(late.notices[0].address, "ann@shop.test");
  EXPECT_EQ(late.notices[0].action, "delayed");
  const BounceMail refused = read(
      R"({"eventType":"Reject","reject":{"reason":"Bad content"},"mail":{"destination":["a@shop.test","b@shop.test"]}})");
  ASSERT_EQ(refused.notices.size(), 2U);
  EXPECT_EQ(refused.notices[1].address, "b@shop.test");
  EXPECT_EQ(refused.notices[1].action, "failed");
  EXPECT_EQ(read("{\"a\":1}").kind, Kind::other);
  EXPECT_EQ(read("{").kind, Kind::other);
}

TEST(BounceMail, names_addresses_within_text_of_any_script) {
  for (const char* text : {"收件人邮件地址（ann@shop.test）不存在。", "宛先「ann@shop.test」は存在しません。",
                           "수신자 ann@shop.test를 찾을 수 없습니다."}) {
    const BounceMail mail = read(kFailed + "Content-Type: text/plain; charset=utf-8\n\n" + text + "\n");
    ASSERT_EQ(mail.notices.size(), 1U) << text;
    EXPECT_EQ(mail.notices[0].address, "ann@shop.test") << text;
  }
}

TEST(BounceMail, shares_its_text_among_its_recipients) {
  EXPECT_EQ(room_for_each(0), room_for_each(1));
  EXPECT_GE(room_for_each(10), room_for_each(100));
  std::string text = kFailed + "\n" + std::string(20'000, 'w') + "\n";
  for (int index = 0; index < 1000; ++index) text += "<u" + std::to_string(index) + "@shop.test>:\n";
  const BounceMail mail = read(text + "it is full\n");
  EXPECT_EQ(mail.notices.size(), kNoticesMax);
  for (const Notice& notice : mail.notices)
    EXPECT_LE(notice.words.size() + notice.diagnostic.size(), 2 * room_for_each(kNoticesMax));
}

TEST(BounceMail, is_read_in_a_moment_whatever_its_fields) {
  constexpr std::size_t kMuch = 4'000'000;
  const std::string much(kMuch, 'a');
  EXPECT_LE(read("From: <" + much + "@shop.test>\nSubject: failure notice\n\nx").from.size(), kFieldBytes);
  EXPECT_LE(read("Subject: " + much + "\n\nx").subject.size(), kFieldBytes);
  EXPECT_TRUE(
      read(kFailed + "Content-Type: message/delivery-status\n\n" + std::string(kMuch, '\n')).notices.size() <=
      1);
  std::string report = kFailed + "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\n";
  for (int index = 0; index < 100'000; ++index)
    report += "Original-Rcpt-To: u" + std::to_string(index % 990) + "@shop.test\n";
  EXPECT_EQ(read(report).notices.size(), 990U);
}

TEST(BounceMail, is_of_bounded_size_however_many_reports_it_holds) {
  std::string mail =
      "From: <fbl@post.test>\nContent-Type: multipart/report; report-type=feedback-report; "
      "boundary=b\n\n--b\n\n" +
      std::string(60'000, 'w') + "\n";
  for (int part = 0; part < 40; ++part) {
    mail += "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n";
    for (int i = 0; i < 500; ++i)
      mail += "Original-Rcpt-To: a" + std::to_string(part) + "x" + std::to_string(i) + "@shop.test\n";
  }
  const BounceMail read_mail = read(mail + "--b--\n");
  EXPECT_EQ(read_mail.notices.size(), kNoticesMax);
  std::size_t bytes = 0;
  for (const Notice& notice : read_mail.notices) bytes += notice.words.size() + notice.diagnostic.size();
  EXPECT_LE(bytes, 1'000'000U);
}

TEST(BounceMail, keeps_a_source_that_is_an_address) {
  const auto source = [](const std::string& ip) {
    return read(
               "From: <fbl@post.test>\nContent-Type: multipart/report; report-type=feedback-report; "
               "boundary=b\n\n"
               "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nSource-IP: " +
               ip + "\n--b--\n")
        .source_ip;
  };
  EXPECT_EQ(source("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(source("2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(source("<script>"), "");
  EXPECT_EQ(source(std::string(100'000, '1')), "");
}

TEST(ReportAddress, reads_the_escapes_of_rfc_6533) {
  EXPECT_EQ(report_address("utf-8; \\x{7528}\\x{6237}@recv.test"), "用户@recv.test");
  EXPECT_EQ(report_address("utf-8;<\\x{FC}ser@recv.test>"), "üser@recv.test");
  EXPECT_EQ(report_address("utf-8; a\\x{1F600}b@recv.test"), "a😀b@recv.test");
  EXPECT_EQ(report_address("utf-8; 用户@recv.test"), "用户@recv.test");
  for (const std::string kept :
       {"\\x{}@x.test", "\\x{zz}@x.test", "\\x{D800}@x.test", "\\x{110000}@x.test", "a\\x{7528", "\\x{A}@x"})
    EXPECT_EQ(report_address("utf-8; " + kept), kept);
}

}  // namespace
}  // namespace sesame::bounces

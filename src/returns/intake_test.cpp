#include "returns/intake.hpp"

#include <gtest/gtest.h>

#include "audience/suppression.hpp"
#include "base/beijing_time.hpp"
#include "base/utf8.hpp"
#include "content/links.hpp"
#include "effects/complaints.hpp"
#include "effects/sent_mail_fixture.hpp"
#include "effects/volumes.hpp"
#include "testkit/temp_database.hpp"

namespace sesame::returns {
namespace {

content::MailTokens::Key some_key() {
  content::MailTokens::Key key;
  key.fill(4);
  return key;
}

class IntakeTest : public ::testing::Test {
 protected:
  /// Mails 1 to 9 were delivered, 10 to 19 are under way, the others have no outcome yet.
  IntakeTest() {
    for (std::uint32_t i = 1; i < 10; ++i) mails_.record(i, messages::DeliverStatus::delivered);
    for (std::uint32_t i = 10; i < 20; ++i) mails_.record(i, messages::DeliverStatus::deferred);
  }

  std::string path_of(std::uint32_t ordinal) const { return links_.return_path(mails_.id(ordinal)); }

  /// A report in the form of RFC 3464; `fields` are the recipient's.
  static std::string report(const std::string& fields, const std::string& original = "Subject: Offers\r\n") {
    return "From: MAILER-DAEMON@mx.post.test\r\nTo: somebody@back.shop.test\r\n"
           "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type: "
           "multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nIt failed.\r\n"
           "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.test\r\n\r\n" +
           fields + "\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\nHello\r\n--x--\r\n";
  }
  static std::string failed(const std::string& status, const std::string& words,
                            const std::string& recipient = "ann@post.test") {
    return report("Final-Recipient: rfc822; " + recipient + "\r\nAction: failed\r\nStatus: " + status +
                  "\r\nDiagnostic-Code: smtp; " + words + "\r\n");
  }
  static std::string unknown_user() { return failed("5.1.1", "550 5.1.1 <ann@post.test>: user unknown"); }

  std::string abuse_report(const std::string& type, std::uint32_t ordinal) const {
    return "From: <feedback@post.test>\r\nTo: abuse@back.shop.test\r\nSubject: FW: Offers\r\nMIME-Version: "
           "1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=x\r\n\r\n--x\r\n\r\n"
           "A reader did not want this.\r\n--x\r\nContent-Type: message/feedback-report\r\n\r\n"
           "Feedback-Type: " +
           type +
           "\r\nUser-Agent: Loop/1.0\r\nVersion: 1\r\nSource-IP: 192.0.2.1\r\n\r\n--x\r\n"
           "Content-Type: message/rfc822\r\n\r\nFrom: news@shop.test\r\nX-Sesame-Ref: " +
           links_.reference(mails_.id(ordinal)) + "\r\nSubject: Offers\r\n\r\nHello\r\n--x--\r\n";
  }

  Status take(const std::string& bytes, const std::vector<std::string>& to) {
    ArrivedMail mail;
    mail.envelope_to = to;
    mail.peer_address = "192.0.2.25";
    mail.bytes = bytes;
    const IncomingReport judged = intake_.judge(mail);
    return database_.change(
        [&](storage::Writer& writer) -> Result<Done> { return intake_.record(writer, judged); });
  }
  void took(const std::string& bytes, const std::string& to) {
    const Status status = take(bytes, {to});
    ASSERT_TRUE(status) << status.error().reason();
  }
  Evidence evidence(const accounts::Scope& scope = {1, "ap-guangzhou"}) {
    const EvidencePage page =
        database_.look([&](storage::Reader& reader) { return list_evidence(reader, scope, {}); });
    return page.rows.empty() ? Evidence{} : page.rows.front();
  }
  std::int64_t kept() {
    return database_.look([&](storage::Reader& reader) { return list_evidence(reader, scope_, {}); }).total;
  }
  bool is_suppressed(std::string_view address) {
    return database_.look([&](storage::Reader& reader) {
      return audience::find_suppressed(reader, scope_, "shop.test", std::span(&address, 1), {},
                                       clock_.now_ms())
          .front();
    }) != audience::Suppression::none;
  }

  testkit::TempDatabase database_;
  testkit::ManualClock clock_;
  const accounts::Scope scope_{1, "ap-guangzhou"};
  const content::MailTokens tokens_{some_key()};
  const content::Links links_{tokens_, "", "back.shop.test"};
  const ReturnAddresses addresses_{tokens_, "back.shop.test", {"abuse"}};
  const bounces::Classifier classifier_;
  effects::SentMails mails_{database_, "ann@post.test"};
  effects::RecordedEvents events_;
  const effects::MailEffects effects_{{events_, {}, clock_}};
  const Intake intake_{{addresses_, classifier_, effects_, clock_}, {}};
};

TEST_F(IntakeTest, a_report_of_an_unknown_user_bounces_the_mail_and_suppresses_its_recipient) {
  took(unknown_user(), path_of(1));
  ASSERT_TRUE(mails_.returned(1));
  const auto text = mails_.text_of(1, messages::DeliverStatus::refused);
  EXPECT_NE(text->find("user unknown"), std::string::npos);
  EXPECT_TRUE(is_suppressed("ann@post.test"));
  ASSERT_EQ(events_.events.size(), 1U);
  EXPECT_EQ(events_.events[0].kind, effects::EventKind::bounce);
  EXPECT_TRUE(events_.events[0].hard);
  const Evidence found = evidence();
  EXPECT_EQ(found.bounce_class, "hard_unknown_user");
  EXPECT_EQ(found.status, "5.1.1");
  EXPECT_EQ(found.reply_code, "550");
  EXPECT_EQ(found.effect, ReturnEffect::suppressed);
  EXPECT_EQ(found.message_id, "id-1");
  EXPECT_EQ(found.peer_address, "192.0.2.25");
}

TEST_F(IntakeTest, a_report_that_is_repeated_is_kept_and_changes_nothing) {
  took(unknown_user(), path_of(1));
  took(unknown_user(), path_of(1));
  EXPECT_EQ(events_.events.size(), 1U);
  EXPECT_EQ(kept(), 2);
  EXPECT_EQ(evidence().effect, ReturnEffect::none);
}

TEST_F(IntakeTest, a_full_mailbox_bounces_the_mail_and_suppresses_nobody) {
  took(failed("5.2.2", "552 5.2.2 mailbox full"), path_of(1));
  EXPECT_TRUE(mails_.returned(1));
  EXPECT_FALSE(is_suppressed("ann@post.test"));
  ASSERT_EQ(events_.events.size(), 1U);
  EXPECT_FALSE(events_.events[0].hard);
  EXPECT_EQ(evidence().effect, ReturnEffect::bounced);
}

TEST_F(IntakeTest, a_delay_changes_nothing) {
  took(report("Final-Recipient: rfc822; ann@post.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
              "Diagnostic-Code: smtp; 451 4.4.1 connection timed out\r\n"),
       path_of(1));
  took(
      "From: MAILER-DAEMON@mx.post.test\r\nSubject: Warning: could not send message for past 4 hours\r\n\r\n"
      "THIS IS A WARNING MESSAGE ONLY.\r\n<ann@post.test>\r\n451 4.4.1 connection timed out\r\n",
      path_of(2));
  EXPECT_FALSE(mails_.returned(1) || mails_.returned(2));
  EXPECT_TRUE(events_.events.empty());
  EXPECT_EQ(kept(), 2);
  EXPECT_EQ(evidence().effect, ReturnEffect::none);
}

TEST_F(IntakeTest, a_report_that_it_arrived_changes_nothing) {
  took(report("Final-Recipient: rfc822; ann@post.test\r\nAction: relayed\r\nStatus: 2.1.9\r\n"), path_of(1));
  EXPECT_FALSE(mails_.returned(1) || mails_.returned(2));
}

TEST_F(IntakeTest, an_automatic_reply_is_kept_and_changes_nothing) {
  took("From: ann@post.test\r\nTo: " + path_of(1) +
           "\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away until Monday.\r\n",
       path_of(1));
  EXPECT_FALSE(mails_.returned(1) || mails_.returned(2));
  EXPECT_TRUE(events_.events.empty());
  EXPECT_EQ(evidence().bounce_class, "auto_reply");
}

TEST_F(IntakeTest, ordinary_mail_is_kept_and_changes_nothing) {
  took("From: ann@post.test\r\nSubject: Re: Offers\r\n\r\nHow much is the fish?\r\n", path_of(1));
  EXPECT_TRUE(events_.events.empty());
  EXPECT_EQ(evidence().bounce_class, "other");
  EXPECT_EQ(evidence().message_id, "id-1");
}

TEST_F(IntakeTest, a_report_about_a_forwarding_address_suppresses_nobody) {
  took(failed("5.1.1", "550 5.1.1 <bob@elsewhere.test>: user unknown", "bob@elsewhere.test"), path_of(1));
  EXPECT_TRUE(mails_.returned(1)) << "the mail reached nobody";
  EXPECT_FALSE(is_suppressed("ann@post.test"));
  EXPECT_FALSE(is_suppressed("bob@elsewhere.test"));
  EXPECT_EQ(evidence().reported_address, "bob@elsewhere.test");
  EXPECT_EQ(evidence().to_address, "ann@post.test");
}

TEST_F(IntakeTest, recognizes_the_recipient_by_server_internal_names) {
  took(failed("5.1.1", "550 5.1.1 user unknown", "ANN@imap.post.test"), path_of(1));
  EXPECT_TRUE(is_suppressed("ann@post.test"));
}

TEST_F(IntakeTest, the_original_recipient_counts_when_the_final_one_was_rewritten) {
  took(report("Original-Recipient: rfc822; ann@post.test\r\nFinal-Recipient: rfc822; a17@store.test\r\n"
              "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 user unknown\r\n"),
       path_of(1));
  EXPECT_TRUE(is_suppressed("ann@post.test"));
}

TEST_F(IntakeTest, the_mails_recipient_counts_among_several) {
  took(report("Final-Recipient: rfc822; bob@post.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n"
              "Final-Recipient: rfc822; ann@post.test\r\nAction: failed\r\nStatus: 5.2.2\r\n"
              "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n"),
       path_of(1));
  EXPECT_EQ(evidence().bounce_class, "soft_mailbox_full");
  EXPECT_FALSE(is_suppressed("ann@post.test"));
}

TEST_F(IntakeTest, a_report_that_came_to_the_wrong_address_is_found_by_the_mail_it_returns) {
  took(report("Final-Recipient: rfc822; ann@post.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
              "Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n",
              "X-Sesame-Ref: " + links_.reference(mails_.id(3)) + "\r\nSubject: Offers\r\n"),
       "postmaster@back.shop.test");
  EXPECT_TRUE(mails_.returned(3));
}

TEST_F(IntakeTest, the_return_path_takes_precedence_over_quotes) {
  took(report("Final-Recipient: rfc822; ann@post.test\r\nAction: failed\r\nStatus: 5.1.1\r\n",
              "X-Sesame-Ref: " + links_.reference(mails_.id(3)) + "\r\nSubject: Offers\r\n"),
       path_of(1));
  EXPECT_TRUE(mails_.returned(1));
  EXPECT_FALSE(mails_.returned(3));
}

TEST_F(IntakeTest, a_complaint_is_recorded_once) {
  for (int i = 0; i < 2; ++i) took(abuse_report("abuse", 4), "abuse@back.shop.test");
  EXPECT_TRUE(mails_.has(mails_.id(4), messages::Mark::complained));
  ASSERT_EQ(events_.events.size(), 1U);
  EXPECT_EQ(events_.events[0].kind, effects::EventKind::spamreport);
  const effects::ComplaintPage page = database_.look([&](storage::Reader& reader) {
    effects::ComplaintFilter filter;
    filter.to_ms = effects::kNoon * 2;
    return effects::list_complaints(reader, scope_, filter);
  });
  ASSERT_EQ(page.total, 1);
  EXPECT_EQ(page.complaints[0].source_ip, "192.0.2.1");
  EXPECT_EQ(page.complaints[0].to_address, "ann@post.test");
  EXPECT_EQ(evidence().bounce_class, "complaint");
  EXPECT_EQ(evidence().effect, ReturnEffect::none);  // The repetition had no effect and may be deleted.
  EXPECT_EQ(kept(), 2);
}

TEST_F(IntakeTest, a_complaint_may_come_to_the_return_path) {
  took(abuse_report("abuse", 4), path_of(4));
  EXPECT_TRUE(mails_.has(mails_.id(4), messages::Mark::complained));
  EXPECT_EQ(evidence().effect, ReturnEffect::complained);
}

TEST_F(IntakeTest, reports_other_than_complaints_change_nothing) {
  for (const char* type : {"not-spam", "auth-failure"}) took(abuse_report(type, 4), "abuse@back.shop.test");
  EXPECT_FALSE(mails_.has(mails_.id(4), messages::Mark::complained));
  EXPECT_TRUE(events_.events.empty());
  EXPECT_EQ(kept(), 2);
}

TEST_F(IntakeTest, a_complaint_with_a_forged_token_belongs_to_no_account) {
  std::string report = abuse_report("abuse", 4);
  const std::size_t token = report.find("X-Sesame-Ref: ") + 20;
  report[token] = report[token] == 'a' ? 'b' : 'a';
  took(report, "abuse@back.shop.test");
  EXPECT_FALSE(mails_.has(mails_.id(4), messages::Mark::complained));
  EXPECT_EQ(kept(), 0);
  EXPECT_EQ(evidence({}).bounce_class, "complaint");
}

TEST_F(IntakeTest, a_report_faster_than_the_recorder_is_deferred) {
  for (const std::uint32_t ordinal : {12U, 40U}) {
    const Status status = take(unknown_user(), {path_of(ordinal)});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().reason(), "returns.mail_under_way");
  }
  EXPECT_EQ(kept(), 0);
  EXPECT_TRUE(take(report("Final-Recipient: rfc822; ann@post.test\r\nAction: delayed\r\nStatus: 4.4.1\r\n"),
                   {path_of(12)}))
      << "what changes nothing need not wait";
}

TEST_F(IntakeTest, a_report_about_an_expired_mail_belongs_to_no_account) {
  mails_.finish();
  took(unknown_user(), path_of(60));
  EXPECT_EQ(kept(), 0);
  EXPECT_EQ(evidence({}).bounce_class, "hard_unknown_user");
  EXPECT_EQ(evidence({}).reported_address, "ann@post.test");
}

TEST_F(IntakeTest, a_mail_to_several_return_paths_is_about_each_mail_once) {
  ASSERT_TRUE(take(unknown_user(), {path_of(1), path_of(2), path_of(1), "nobody@back.shop.test"}));
  EXPECT_TRUE(mails_.returned(1) && mails_.returned(2));
  EXPECT_EQ(kept(), 2);
}

TEST_F(IntakeTest, a_report_of_hostile_bytes_is_stored_as_text) {
  const std::string nul(1, '\0');
  const std::string hostile = "\xFF\xC0\xAF" + nul + "\xED\xA0\x80";
  took(failed("5.1.1", "550 5.1.1 user unknown " + hostile, "ann" + hostile + "@post.test"), path_of(1));
  EXPECT_EQ(kept(), 1);
  const Evidence stored = evidence();
  EXPECT_TRUE(utf8::storable(stored.reported_address));
  EXPECT_TRUE(utf8::storable(stored.reason));
}

TEST_F(IntakeTest, any_bytes_are_evidence) {
  for (const std::string& bytes : {std::string(), std::string("\r\n"), std::string(300'000, 'x'),
                                   std::string("\x00\xff\xfe", 3), std::string("Content-Type: multipart/")}) {
    EXPECT_TRUE(take(bytes, {path_of(1)}));
  }
  EXPECT_TRUE(events_.events.empty());
  EXPECT_EQ(kept(), 5);
}

}  // namespace
}  // namespace sesame::returns

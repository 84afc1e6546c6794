#include "bounces/classifier.hpp"

#include <gtest/gtest.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace sesame::bounces {
namespace {

using enum BounceClass;

const Classifier kClassifier;

/// The only recipient of a mail.
ClassifiedRecipient only(std::string_view mail) {
  const ClassifiedMail classified = kClassifier.classify_mail(mail);
  EXPECT_EQ(classified.recipients.size(), 1U) << mail;
  return classified.recipients.empty() ? ClassifiedRecipient() : classified.recipients.front();
}

void expect_says(const ClassifiedRecipient& recipient, std::string_view who, BounceClass what) {
  EXPECT_EQ(recipient.address, who);
  EXPECT_EQ(name_of(recipient.classification.bounce_class), name_of(what))
      << recipient.address << ": " << recipient.classification.rule << ": "
      << recipient.classification.evidence;
}

/// A report in the form of RFC 3464, with the fields of its recipients.
std::string report(std::string_view fields) {
  return "From: Mail Delivery System <MAILER-DAEMON@relay.test>\r\nTo: b.1@bounce.mail.test\r\n"
         "Subject: Undelivered Mail Returned to Sender\r\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=x\"\r\n\r\n"
         "--=x\r\nContent-Type: text/plain\r\n\r\nThe mail system could not deliver your message.\r\n"
         "--=x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.test\r\n\r\n" +
         std::string(fields) +
         "\r\n--=x\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <b.1@bounce.mail.test>\r\n"
         "From: News <news@mail.test>\r\nTo: ann@shop.test\r\nMessage-ID: <m1@mail.test>\r\nSubject: "
         "Spring\r\n\r\n"
         "user unknown, says the letter itself\r\n--=x--\r\n";
}

/// A bounce in plain text.
std::string text_mail(std::string_view body, std::string_view from = "MAILER-DAEMON@relay.test",
                      std::string_view subject = "failure notice") {
  return "From: <" + std::string(from) + ">\nTo: <b.1@bounce.mail.test>\nSubject: " + std::string(subject) +
         "\n\n" + std::string(body);
}

TEST(Classifier, reads_each_recipient_of_a_report_in_order) {
  const ClassifiedMail mail = kClassifier.classify_mail(
      report("Final-Recipient: rfc822; ann@shop.test\r\nAction: failed\r\nStatus: 5.1.1\r\n"
             "Remote-MTA: dns; mx.shop.test\r\nDiagnostic-Code: smtp; 550 5.1.1 <ann@shop.test> no such\r\n "
             "user here\r\n"
             "\r\nFinal-Recipient: rfc822; bob@shop.test\r\nAction: failed\r\nStatus: 5.0.0\r\n"
             "Diagnostic-Code: smtp; 552 5.2.2 mailbox full\r\n"
             "\r\nOriginal-Recipient: rfc822; eve@shop.test\r\nFinal-Recipient: rfc822; eve@else.test\r\n"
             "Action: delayed\r\nStatus: 4.4.1\r\n"));
  ASSERT_EQ(mail.recipients.size(), 3U);
  expect_says(mail.recipients[0], "ann@shop.test", hard_unknown_user);
  EXPECT_EQ(mail.recipients[0].classification.status, "5.1.1");
  EXPECT_EQ(mail.recipients[0].classification.reply_code, "550");
  EXPECT_EQ(mail.recipients[0].classification.evidence, "550 5.1.1 <ann@shop.test> no such user here");
  expect_says(mail.recipients[1], "bob@shop.test", soft_mailbox_full);
  EXPECT_EQ(mail.recipients[1].classification.status, "5.2.2") << "the server's code goes before the field's";
  expect_says(mail.recipients[2], "eve@else.test", soft_temporary);
  EXPECT_EQ(mail.recipients[2].original_address, "eve@shop.test");
  EXPECT_EQ(mail.recipients[2].action, "delayed");
  EXPECT_EQ(mail.returned.message_id, "m1@mail.test");
  EXPECT_EQ(mail.returned.return_path, "b.1@bounce.mail.test");
  EXPECT_EQ(mail.returned.to, "ann@shop.test");
}

TEST(Classifier, never_classifies_by_the_returned_mail) {
  const ClassifiedRecipient found =
      only(report("Final-Recipient: rfc822; ann@shop.test\r\nAction: failed\r\nStatus: 5.0.0\r\n"));
  expect_says(found, "ann@shop.test", other);
}

TEST(Classifier, reports_no_failure_for_a_mail_that_arrived) {
  const ClassifiedRecipient found =
      only(report("Final-Recipient: rfc822; ann@shop.test\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
                  "Diagnostic-Code: smtp; 250 2.0.0 ok\r\n"));
  expect_says(found, "ann@shop.test", other);
  EXPECT_EQ(found.classification.status, "2.0.0");
  EXPECT_EQ(found.classification.reply_code, "250");
}

TEST(Classifier, calls_a_mail_a_bounce_only_when_it_reports_a_failure) {
  const auto kind_of = [](const std::string& actions) {
    std::string fields;
    for (const std::string_view action : ascii::split(actions, ' ')) {
      if (!fields.empty()) fields += "\r\n";
      fields.append("Final-Recipient: rfc822; ann@shop.test\r\nAction: ").append(action) +=
          "\r\nStatus: 2.0.0\r\n";
    }
    return kClassifier.classify_mail(report(fields)).kind;
  };
  for (const char* arrived : {"delivered", "relayed", "expanded", "Delivered", "delivered relayed"})
    EXPECT_EQ(kind_of(arrived), BounceMail::Kind::other) << arrived;
  for (const char* returned : {"failed", "delayed", "delivered failed", "failed expanded", "unheard-of"})
    EXPECT_EQ(kind_of(returned), BounceMail::Kind::bounce) << returned;
}

TEST(Classifier, reads_a_report_whose_mime_is_broken) {
  // The header lost its Content-Type on the way; lines end in LF; an mbox line is in front.
  const ClassifiedRecipient found = only(
      "From MAILER-DAEMON Thu Apr  1 00:00:00 2027\nFrom: MAILER-DAEMON@relay.test\nSubject: Returned "
      "mail\n\n"
      "This is a MIME-encapsulated message\n\n--w1/relay.test\n\n   ----- Transcript of session follows "
      "-----\n"
      ">>> RCPT To:<ann@shop.test>\n<<< 550 5.7.1 you are on a block list\n\n--w1/relay.test\n"
      "Content-Type: message/delivery-status\n\nReporting-MTA: dns; relay.test\n\nFinal-Recipient: RFC822; "
      "ann@shop.test\n"
      "Action: failed\nStatus: 5.7.1\nDiagnostic-Code: SMTP; 550 5.7.1 you are on a block list\n\n"
      "--w1/relay.test\nContent-Type: message/rfc822\n\nSubject: over quota\n");
  expect_says(found, "ann@shop.test", policy_spam);
  EXPECT_EQ(found.classification.status, "5.7.1");
}

TEST(Classifier, reads_qmail) {
  const ClassifiedMail mail =
      kClassifier.classify_mail(text_mail("Hi. This is the qmail-send program at relay.test.\nI'm afraid I "
                                          "wasn't able to deliver your message.\n\n"
                                          "<ann@shop.test>:\n192.0.2.1 does not like recipient.\nRemote host "
                                          "said: 550 sorry, nobody of that name: no such "
                                          "user\nGiving up on 192.0.2.1.\n\n<bob@mail.test>:\nSorry, I "
                                          "couldn't find any host named mail.test. (#5.1.2)\n\n"
                                          "--- Below this line is a copy of the message.\n\nReturn-Path: "
                                          "<b.1@bounce.mail.test>\nMessage-ID: <m2@mail.test>\n"
                                          "Subject: mailbox full\n"));
  ASSERT_EQ(mail.recipients.size(), 2U);
  expect_says(mail.recipients[0], "ann@shop.test", hard_unknown_user);
  EXPECT_EQ(mail.recipients[0].classification.reply_code, "550");
  expect_says(mail.recipients[1], "bob@mail.test", hard_unknown_domain);
  EXPECT_EQ(mail.recipients[1].classification.status, "5.1.2");
  EXPECT_EQ(mail.returned.message_id, "m2@mail.test");
}

TEST(Classifier, reads_exim) {
  const ClassifiedRecipient found = only(
      "From: Mail Delivery System <Mailer-Daemon@relay.test>\nX-Failed-Recipients: ann@shop.test\n"
      "Subject: Mail delivery failed: returning message to sender\n\n"
      "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent "
      "error. The "
      "following address(es) failed:\n\n  ann@shop.test\n    host mx.shop.test [192.0.2.1]\n    SMTP error "
      "from remote "
      "mail server after RCPT TO:<ann@shop.test>:\n    550 relay not permitted\n\n"
      "------ This is a copy of the message, including all the headers. ------\n\nReturn-path: "
      "<b.1@bounce.mail.test>\n");
  expect_says(found, "ann@shop.test", policy_auth);
  EXPECT_EQ(found.classification.reply_code, "550");
}

TEST(Classifier, reads_the_transcripts_of_old_sendmail) {
  const ClassifiedMail mail = kClassifier.classify_mail(
      text_mail("   ----- Transcript of session follows -----\nWhile talking to mx.shop.test:\n>>> MAIL "
                "From:<news@mail.test>\n"
                "<<< 501 no access from mail server [192.0.2.9] which is an open relay\n554 "
                "<ann@shop.test>... Remote protocol "
                "error\n550 none.test (smtp)... 550 Host unknown\n554 <bob@none.test>... 550 Host unknown\n"
                ">>> RCPT To:<eve@shop.test>\n<<< 550 <eve@shop.test>... User unknown\n550 "
                "<eve@shop.test>... User unknown\n\n"
                "   ----- Unsent message follows -----\nReceived: by relay.test\nTo: all@shop.test\n"));
  ASSERT_EQ(mail.recipients.size(), 3U);
  expect_says(mail.recipients[0], "ann@shop.test", policy_spam);
  expect_says(mail.recipients[1], "bob@none.test", hard_unknown_domain);
  expect_says(mail.recipients[2], "eve@shop.test", hard_unknown_user);
}

TEST(Classifier, reads_the_sentences_of_many_systems) {
  struct Shape {
    std::string_view body;
    BounceClass meaning;
  };
  for (const Shape& shape : {
           Shape{"Your message\n\n  Subject: Spring\n\nwas not delivered to:\n\n  "
                 "ann@shop.test\n\nbecause:\n\n  User Ann "
                 "(ann@shop.test) not listed in Domino Directory\n",
                 hard_unknown_user},
           Shape{
               "Your message\n  To: all@shop.test\n  Subject: Spring\ndid not reach the following "
               "recipient(s):\n\n"
               "ann@shop.test on Thu, 1 Apr 2027 10:00:00 +0800\n    The recipient name is not recognized\n",
               hard_unknown_user},
           Shape{"Delivery to the following recipient has been delayed:\n\n     ann@shop.test\n\nMessage "
                 "will be retried "
                 "for 2 more day(s)\n\nTechnical details of temporary failure:\nThe response was: 452 4.2.2 "
                 "Mailbox full\n",
                 soft_mailbox_full},
           Shape{"The following address failed:\n\n\"ann@shop.test\":\nSMTP error from remote server after "
                 "RCPT command:\n"
                 "host: mx.shop.test\n5.1.1 <ann@shop.test>... User Unknown\n",
                 hard_unknown_user},
           Shape{"An error has occurred while attempting to deliver a message for\nthe following list of "
                 "recipients:\n\n"
                 "ann@shop.test: 550 5.7.26 DMARC says no\n",
                 policy_auth},
           Shape{"There was an error delivering your mail to <ann@shop.test>.\n\nmx.shop.test [192.0.2.1] "
                 "did not like our "
                 "RCPT TO:\n550 5.2.1 <ann@shop.test>: the mailbox is disabled\n\nMessage headers "
                 "follow.\n\nReceived: x\n",
                 hard_other},
           Shape{"Unable to deliver message to: <ann@shop.test>\nDelivery failed for the following "
                 "reason:\nmessage too "
                 "large\n",
                 soft_too_big},
           Shape{"Message from mx.test.\nUnable to deliver message to the following "
                 "address(es).\n\n<ann@shop.test>:\nThe "
                 "account has been disabled\n--- Original message follows.\n\nReturn-Path: <x@y.test>\n",
                 hard_other},
           Shape{"ann@shop.test [User unknown]\n", hard_unknown_user},
           Shape{"    --- The following addresses had delivery problems ---\n\n<ann@shop.test>   (too many "
                 "connections)\n",
                 policy_rate},
           Shape{
               "We could not deliver your message to the following address.\n\n<ann@shop.test>:\nRemote host "
               "said:\n554 Your host is an invalid one today\n [RCPT_TO]\n",
               other},  // The invalid thing is not the address.
           Shape{"Message details:\n  Subject: Spring\n  MAIL FROM: news@mail.test\n  RCPT TO: "
                 "ann@shop.test\n\nError message "
                 "below:\n550 - Requested action not taken: no such user here\n",
                 hard_unknown_user},
       }) {
    expect_says(only(text_mail(shape.body)), "ann@shop.test", shape.meaning);
  }
}

TEST(Classifier, reads_japanese_without_a_charset) {
  const ClassifiedRecipient found =
      only(text_mail("------- Failure Reasons  "
                     "--------\n\x1b$B%j%9%H$K$\"$j$^$;$s\x1b(B\nann@shop.test\n\n------- Returned Message "
                     "--------\nReceived: from x\n",
                     "postmaster@relay.test", "Undeliverable message"));
  expect_says(found, "ann@shop.test", hard_unknown_user);
  EXPECT_TRUE(utf8::valid(found.classification.evidence));
}

TEST(Classifier, reads_a_subject_of_megabytes) {
  std::string subject;
  for (int i = 0; i < 500'000; ++i) subject += "e mail ";
  expect_says(only(text_mail("<ann@shop.test>:\n552 over quota\n", "MAILER-DAEMON@relay.test", subject)),
              "ann@shop.test", soft_mailbox_full);
}

TEST(Classifier, finds_addresses_between_wide_punctuation) {
  expect_says(
      only(text_mail("收件人：ann@shop.test，退信原因：邮箱空间已满\n", "postmaster@shop.test", "系统退信")),
      "ann@shop.test", soft_mailbox_full);
  expect_says(only(text_mail("「bob@shop.test」宛先不明です。\n550 Unknown user\n", "MAILER-DAEMON@shop.test",
                             "配信エラー")),
              "bob@shop.test", hard_unknown_user);
  expect_says(
      only(text_mail(
          "No se pudo entregar el mensaje a: eve@shop.test\nEl buzón del destinatario está lleno.\n")),
      "eve@shop.test", soft_mailbox_full);
}

TEST(Classifier, reads_reports_that_are_html_only) {
  const ClassifiedRecipient found = only(
      "From: postmaster@relay.test\nSubject: Undeliverable: Spring\nContent-Type: text/html; "
      "charset=utf-8\n\n"
      "<html><style>p{}</style><p>Delivery has failed to these "
      "recipients:</p><p>Ann&lt;mailto:ann@shop.test&gt;</p>"
      "<p>The mailbox is full.</p></html>\n");
  expect_says(found, "ann@shop.test", soft_mailbox_full);
}

TEST(Classifier, reads_the_notifications_of_amazon) {
  const ClassifiedMail mail = kClassifier.classify_mail(text_mail(
      R"({"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[)"
      R"({"emailAddress":"ann@shop.test","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 no )"
      "\n "
      R"(such user"},{"emailAddress":"bob@shop.test","status":"5.0.0","diagnosticCode":"smtp; 550 over quota"}]},)"
      R"("mail":{"source":"news@mail.test","commonHeaders":{"messageId":"<m3@mail.test>"}}})"
      "\n\n--\nIf you wish to stop receiving notifications\n",
      "no-reply@sns.test", "Notification"));
  ASSERT_EQ(mail.recipients.size(), 2U);
  expect_says(mail.recipients[0], "ann@shop.test", hard_unknown_user);
  expect_says(mail.recipients[1], "bob@shop.test", soft_mailbox_full);
  EXPECT_EQ(mail.returned.message_id, "m3@mail.test");
  expect_says(only(text_mail(R"({"notificationType":"Complaint","complaint":{"complainedRecipients":[)"
                             R"({"emailAddress":"ann@shop.test"}],"complaintFeedbackType":"abuse"}})",
                             "no-reply@sns.test", "Notification")),
              "ann@shop.test", complaint);
  expect_says(
      only(text_mail(R"({"notificationType":"Bounce","bounce":{"bounceType":"Transient","bounceSubType":)"
                     R"("MailboxFull","bouncedRecipients":[{"emailAddress":"eve@shop.test"}]}})",
                     "no-reply@sns.test", "Notification")),
      "eve@shop.test", soft_mailbox_full);
}

TEST(Classifier, reads_abuse_reports) {
  const auto arf = [](std::string_view type) {
    return "From: fbl@provider.test\nSubject: FW: Spring\nContent-Type: multipart/report; "
           "report-type=feedback-report; "
           "boundary=b\n\n--b\n\nThis is an abuse report: spam.\n--b\nContent-Type: "
           "message/feedback-report\n\n"
           "Feedback-Type: " +
           std::string(type) +
           "\nUser-Agent: x/1\nVersion: 1\nOriginal-Mail-From: <b.1@bounce.mail.test>\nOriginal-Rcpt-To: "
           "<ann@shop.test>\nSource-IP: 192.0.2.7\n--b\nContent-Type: message/rfc822\n\nMessage-ID: "
           "<m4@mail.test>\nTo: "
           "ann@shop.test\n\nhello\n--b--\n";
  };
  const ClassifiedMail mail = kClassifier.classify_mail(arf("abuse"));
  EXPECT_EQ(mail.kind, BounceMail::Kind::abuse_report);
  EXPECT_EQ(mail.feedback_type, "abuse");
  EXPECT_EQ(mail.source_ip, "192.0.2.7");
  EXPECT_EQ(mail.returned.message_id, "m4@mail.test");
  EXPECT_EQ(mail.returned.return_path, "b.1@bounce.mail.test");
  ASSERT_EQ(mail.recipients.size(), 1U);
  expect_says(mail.recipients[0], "ann@shop.test", complaint);
  // RFC 6591, RFC 6430: authentication failures, and the opposite of a complaint.
  EXPECT_EQ(only(arf("auth-failure")).classification.bounce_class, other);
  EXPECT_EQ(only(arf("not-spam")).classification.bounce_class, other);
}

TEST(Classifier, reads_abuse_reports_that_follow_no_standard) {
  expect_says(
      only("From: staff@hotmail.test\nSubject: complaint about message from 192.0.2.7\nContent-Type: "
           "multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: "
           "ann@shop.test\nTo: someone@shop.test\n\nhello\n--b--\n"),
      "ann@shop.test", complaint);
  expect_says(only("From: ann@shop.test\nSubject: unsubscribe\nX-Apple-Unsubscribe: true\n\nunsubscribe\n"),
              "ann@shop.test", complaint);
}

TEST(Classifier, recognizes_automatic_replies) {
  expect_says(only("From: Ann <ann@shop.test>\nSubject: Re: Spring\nAuto-Submitted: auto-replied\n\nMy "
                   "mailbox is full of "
                   "joy: back in May.\n"),
              "ann@shop.test", auto_reply);
  expect_says(only("From: Ann <ann@shop.test>\nSubject: Out of office: Spring\n\nback in May\n"),
              "ann@shop.test", auto_reply);
  expect_says(only("From: Ann <ann@shop.test>\nSubject: Automatic reply: Spring\n\nThis mailbox is no longer "
                   "in use.\n"),
              "ann@shop.test", hard_other);
}

TEST(Classifier, finds_no_failures_in_ordinary_mail) {
  const ClassifiedMail letter = kClassifier.classify_mail(
      "From: Ann <ann@shop.test>\nTo: news@mail.test\nSubject: Re: Spring\n\nThe user is unknown to me. 550 "
      "5.1.1\n");
  EXPECT_EQ(letter.kind, BounceMail::Kind::other);
  EXPECT_TRUE(letter.recipients.empty());
  EXPECT_TRUE(kClassifier.classify_mail("").recipients.empty());
}

TEST(Classifier, survives_any_bytes) {
  std::string noise;
  for (int byte = 0; byte < 4096; ++byte) noise.push_back(static_cast<char>(byte * 7 + byte / 3));
  const auto quiet = [](std::string_view bytes) {
    for (const ClassifiedRecipient& each : kClassifier.classify_mail(bytes).recipients)
      EXPECT_TRUE(utf8::valid(each.classification.evidence));
  };
  quiet(noise);
  quiet("From: MAILER-DAEMON@x.test\nContent-Type: message/delivery-status\n\n" + noise);
  quiet(report("Final-Recipient: rfc822; " + noise));
  EXPECT_TRUE(utf8::valid(classify_reply(noise).evidence));
  std::string many;
  for (int index = 0; index < 3000; ++index)
    many += "Final-Recipient: rfc822; a" + std::to_string(index) +
            "@shop.test\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n";
  EXPECT_EQ(kClassifier.classify_mail(report(many)).recipients.size(), kNoticesMax);
}

TEST(Suppression, follows_only_from_final_refusals_of_the_recipient) {
  for (const char* reply :
       {"550 5.1.1 <ann@shop.test>: Recipient address rejected: User unknown in local recipient table",
        "550 5.1.1", "550 User not found: ann@shop.test", "553 No such user here",
        "556 5.1.10 the domain takes no mail",
        "550 Mailbox not found. http://service.shop.test/policy/spam.html",
        "550 5.1.1 <spam@shop.test> user unknown", "550 5.1.2 no such domain",
        "550 5.1.6 the mailbox has moved"}) {
    EXPECT_TRUE(suppresses(classify_reply(reply))) << reply;
  }
  for (const char* reply :
       {"550 5.7.1 message rejected as spam", "550 5.1.1 blocked by our policy: spam",
        "550 5.7.26 no SPF or DKIM", "550 5.1.8 sender address rejected: domain not found",
        "552 5.2.2 the mailbox is over quota", "550 5.2.1 the mailbox is disabled",
        "550 5.4.1 recipient address rejected: access denied", "550 relay access denied",
        "450 4.1.1 user unknown", "451 5.1.1 user unknown", "550 4.1.1 user unknown",
        "552 5.3.4 message too big", "550 no", "550", ""}) {
    EXPECT_FALSE(suppresses(classify_reply(reply))) << reply;
  }
}

TEST(Suppression, does_not_follow_from_every_hard_class) {
  EXPECT_TRUE(is_hard(hard_unknown_user));
  EXPECT_TRUE(is_hard(hard_other));
  EXPECT_FALSE(is_hard(policy_spam));
  EXPECT_FALSE(is_hard(complaint));
}

}  // namespace
}  // namespace sesame::bounces

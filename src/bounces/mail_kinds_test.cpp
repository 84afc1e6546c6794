#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "bounces/classifier.hpp"

// Kinds of returned mails, several wordings of each: a rule for a sentence would not pass the others.
namespace sesame::bounces {
namespace {

using enum BounceClass;

std::string mail(std::string_view body, std::string_view head = "Subject: failure notice\n",
                 std::string_view from = "MAILER-DAEMON@relay.test") {
  return "From: " + std::string(from) + "\nTo: <b.1@bounce.mail.test>\n" + std::string(head) +
         "Content-Type: text/plain; charset=utf-8\n\n" + std::string(body);
}

std::string report(std::string_view fields, std::string_view text = "It could not be delivered.\n") {
  return "From: MAILER-DAEMON@relay.test\nTo: b.1@bounce.mail.test\nSubject: Returned mail\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n" +
         std::string(text) +
         "\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.test\n\n" +
         std::string(fields) + "\n--b--\n";
}

ClassifiedMail classify(std::string_view bytes) { return Classifier().classify_mail(bytes); }

std::vector<std::string> recipients(std::string_view bytes) {
  std::vector<std::string> found;
  for (const ClassifiedRecipient& each : classify(bytes).recipients) found.push_back(each.address);
  return found;
}

void expect_class(std::string_view bytes, BounceClass meaning, std::string_view who = "ann@shop.test") {
  const ClassifiedMail found = classify(bytes);
  ASSERT_EQ(found.recipients.size(), 1U) << bytes;
  const Classification& said = found.recipients[0].classification;
  EXPECT_EQ(found.recipients[0].address, who) << bytes;
  EXPECT_EQ(name_of(said.bounce_class), name_of(meaning)) << said.rule << ": " << bytes;
  EXPECT_TRUE(is_hard(meaning) || !suppresses(said)) << bytes;
}

void expect_replies(BounceClass meaning, const std::vector<std::string_view>& replies) {
  for (const std::string_view reply : replies) {
    const Classification found = classify_reply(reply);
    EXPECT_EQ(name_of(found.bounce_class), name_of(meaning)) << found.rule << ": " << reply;
    EXPECT_TRUE(is_hard(meaning) || !suppresses(found)) << reply;
  }
}

TEST(MailKinds, given_up_without_a_reason_is_temporary) {
  for (const std::string_view text :
       {"<ann@shop.test>:\ncould not be delivered for 259200 seconds\n",
        "Your mail to ann@shop.test could not be sent after 12 attempts. We gave up.\n",
        "Delivery to ann@shop.test failed after multiple retries.\n",
        "Deferred mail for <ann@shop.test> will be deleted from the queue.\n",
        "The message for ann@shop.test is still undelivered after 4 hours. You do not need to resend it.\n",
        "We tried to deliver your message to ann@shop.test for 5 days and are giving up.\n",
        "Sorry, after trying for three days I was not able to hand your message to ann@shop.test.\nI give "
        "up.\n",
        "Delivery failed 20 attempts: ann@shop.test\n",
        "Recipient: <ann@shop.test>\nReason: Exceeded maximum retry count\n",
        "Die Zustellversuche an ann@shop.test wurden nach 5 Tagen eingestellt.\n",
        "您发给 ann@shop.test 的邮件经多次重试后仍未能投递，系统已放弃。\n"})
    expect_class(mail(text), soft_temporary);
}

TEST(MailKinds, a_delay_without_a_reason_is_temporary_and_no_failure) {
  const std::vector<std::string_view> subjects{"Delivery delayed", "WARNING: message delayed 4 hours",
                                               "Message not yet delivered", "Zustellung verzögert",
                                               "邮件投递延迟"};
  for (const std::string_view subject : subjects) {
    const std::string bytes =
        mail("To: ann@shop.test\nIt is not there yet.\n", "Subject: " + std::string(subject) + "\n");
    expect_class(bytes, soft_temporary);
    EXPECT_EQ(classify(bytes).recipients.at(0).action, "delayed") << subject;
  }
  expect_class(report("Final-Recipient: rfc822; ann@shop.test\nAction: delayed\nStatus: 4.0.0\n"),
               soft_temporary);
  expect_class(report("Final-Recipient: rfc822; ann@shop.test\nAction: delayed\nStatus: 4.2.2\n"),
               soft_mailbox_full);
}

TEST(MailKinds, a_delay_is_told_by_the_report_and_not_by_the_subject_of_the_failed_mail) {
  const auto action = [](std::string_view subject, std::string_view body) {
    return classify(mail(body, "Subject: " + std::string(subject) + "\n")).recipients.at(0).action;
  };
  const std::string_view refused = "<ann@shop.test>:\nuser unknown\n";
  EXPECT_EQ(action("Undeliverable: Your order is delayed", refused), "");
  EXPECT_EQ(action("Your order is delayed",
                   std::string(refused) + "\n--- Original message ---\nFrom: news@mail.test\nMIME-Version: "
                                          "1.0\nSubject: Your order is delayed\n\nSorry\n"),
            "");
  EXPECT_EQ(action("Delivery delayed", "<ann@shop.test>:\n550 user unknown\n"), "") << "a final reply";
  EXPECT_EQ(action("Delivery delayed", "<ann@shop.test>:\n451 try later\n"), "delayed");
  EXPECT_EQ(action("Message delayed: Spring", "<ann@shop.test>:\nnot yet\n"), "delayed");
}

TEST(MailKinds, a_host_that_does_not_exist_is_an_unknown_domain) {
  expect_replies(
      hard_unknown_domain,
      {"550 5.1.2 <ann@shop.test>: shop.test does not exist", "ann@shop.test: unknown host shop.test",
       "There is no mail exchanger and no address for shop.test", "550 Unrouteable mail domain \"shop.test\"",
       "5.4.4 Unable to deliver", "could not resolve shop.test", "DNS: NXDOMAIN",
       "The domain shop.test is not registered", "shop.test has no MX record",
       "<ann@shop.test>... Host shop.test not found", "no A record for that host",
       "unable to find MX for shop.test", "The domain shop.test has expired", "Unknown host: ann@shop.test",
       "The mail server for shop.test could not be found in DNS", "the domain part does not exist"});
  EXPECT_NE(classify_reply("550 the domain mail.test is not allowed to send").bounce_class,
            hard_unknown_domain);
  expect_class(mail("<ann@shop.test>: shop.test does not exist\n"), hard_unknown_domain);
  EXPECT_FALSE(suppresses(classify_reply("550 relay.test does not exist")));
  EXPECT_TRUE(suppresses(classify_reply("550 5.1.2 shop.test does not exist")));
}

TEST(MailKinds, any_word_for_a_mailbox_with_any_word_for_its_absence_is_an_unknown_user) {
  expect_replies(
      hard_unknown_user,
      {"550 userid invalid", "550 Account is not listed", "554 The name is not unique", "no such userid: ann",
       "550 ann is not our customer", "550 login unknown", "550 unknown addressee",
       "550 the alias does not exist", "554 mail drop not found", "550 Illegal recipient name",
       "550 no person by that name", "550 Username was not recognised", "550 account @ is invalid",
       "This user is not one of ours", "there is nobody called ann here", "No matches to nameserver query",
       "ann not found in our directory", "The user name given does not match anybody at this university."});
  for (const std::string_view text :
       {"Receiver not found: ann@shop.test\n", "Invalid final delivery userid: ann@shop.test\n",
        "L’adresse ann@shop.test est inconnue.\n",
        "Mail nicht zustellbar an: ann@shop.test\nGrund: Benutzer existiert nicht\n",
        "宛先が見つかりません。\nann@shop.test\n"})
    expect_class(mail(text), hard_unknown_user);
  EXPECT_NE(classify_reply("pipe to |/bin/x ann@shop.test: No such file or directory").bounce_class,
            hard_unknown_user);
  expect_class(mail("Sorry. The userid you gave is not listed here.\nRecipient: ann@shop.test\n"),
               hard_unknown_user);
}

TEST(MailKinds, a_plea_to_check_the_address_is_an_unknown_user_of_whom_nobody_is_sure) {
  for (const std::string_view text :
       {"Your mail to ann@shop.test came back. Please check the address.\n",
        "ann@shop.test\nPlease verify the e-mail address and send it once more.\n",
        "Delivery to ann@shop.test was not possible. Is the name spelled correctly?\n",
        "Zustellung an: ann@shop.test\nBitte überprüfen Sie die Adresse.\n",
        "收件人：ann@shop.test\n请检查收件人地址后重发。\n"}) {
    expect_class(mail(text), hard_unknown_user);
    EXPECT_FALSE(suppresses(classify(mail(text)).recipients.at(0).classification)) << text;
  }
}

TEST(MailKinds, words_of_the_returned_mail_are_no_reason) {
  for (const std::string_view text :
       {"<ann@shop.test>:\n550 relaying denied\n\n-----Original Message-----\nSubject: mailbox full\n",
        "<ann@shop.test>:\n550 relaying denied\n\n> From: news@mail.test\n> Subject: user unknown\n> "
        "MIME-Version: 1.0\n>\n> mailbox full\n",
        "<ann@shop.test>:\nrelaying denied\n\n> your mailbox is full\n> of spam\n",
        "Subject: Your mailbox is full\nTo: ann@shop.test\n\nrelaying denied\n",
        "<ann@shop.test>:\nrelaying denied\n\nBegin forwarded message:\n\nuser unknown\n",
        "ann@shop.test: relaying denied\n\n| From: news@mail.test\n| To: ann@shop.test\n| Subject: mailbox "
        "full\n|\n| mailbox full\n",
        "ann@shop.test: relaying denied\n\n________________________\nFrom: News <news@mail.test>\nTo: "
        "ann@shop.test\nSubject: user unknown\n\nmailbox full\n",
        "ann@shop.test: relaying denied\n\n*** ORIGINAL MESSAGE ***\nSubject: virus\n\nuser unknown\n"})
    expect_class(mail(text), policy_auth);
  // Fields that describe the failed mail do not begin it.
  expect_class(mail("Failed mail\n==========\nFrom: news@mail.test\nTo: ann@shop.test\nSubject: Spring\n\n"
                    "The user is unknown.\n"),
               hard_unknown_user);
}

TEST(MailKinds, footers_and_names_of_products_are_no_reason) {
  for (const std::string_view text :
       {"<ann@shop.test>:\nuser unknown\n\nThis message has been scanned for viruses and spam.\n",
        "Report of the Acme Virus Scanner\n\n<ann@shop.test>:\nuser unknown\n",
        "Acme AntiSpam Gateway 3.1\n\nThe recipient ann@shop.test: user unknown\n",
        "<ann@shop.test>:\nuser unknown\n\nThis mail is confidential. If you are not the "
        "intended\nrecipient, "
        "its use is prohibited.\n",
        "<ann@shop.test>:\nuser unknown\n-- \nvirus research, spam department\n",
        "Written by Acme Mail Security (anti-spam, anti-virus).\n\nUser ann@shop.test does not exist.\n",
        "<ann@shop.test>: user unknown, says the TrendGuard VirusWall\n"})
    expect_class(mail(text), hard_unknown_user);
  expect_replies(hard_unknown_user, {"550 5.1.1 [Spam Firewall] no", "554 5.1.1 Virus Gateway: sorry"});
  expect_replies(policy_spam,
                 {"554 A virus was found by Acme Virus Scanner", "550 rejected by our Spam Firewall"});
}

TEST(MailKinds, a_notice_that_names_nobody_is_about_the_returned_mails_recipient) {
  const std::string text = "The user is unknown.\n\n----- Original message -----\n";
  expect_class(mail(text + "From: news@mail.test\nTo: Ann <ann@shop.test>\n"), hard_unknown_user);
  expect_class(mail(text + "Return-Path: <list-bounces+ann=shop.test@list.test>\nTo: all@list.test\n"),
               hard_unknown_user);
  expect_class(mail(text + "Envelope-To: ann@shop.test\nSubject: x\n"), hard_unknown_user);
  expect_class(mail("The user is unknown.\n",
                    "Subject: failure\nDelivered-To: news-return-3-ann=shop.test@list.test\n"),
               hard_unknown_user);
  expect_class(mail(text + "X-Original-To: ann@shop.test\nFrom: news@mail.test\n"), hard_unknown_user);
}

TEST(MailKinds, the_address_that_was_mailed_goes_before_a_route_inside_the_server) {
  for (const std::string_view final : {"LMTP; ann@store.shop.test", "X400; /c=de/a=shop/s=ann", "rfc822; ann",
                                       "rfc822; ann@mail1.local", "rfc822; ann@box7.shop.test"})
    expect_class(report("Original-Recipient: rfc822; ann@shop.test\nFinal-Recipient: " + std::string(final) +
                        "\nAction: failed\nStatus: 5.1.1\n"),
                 hard_unknown_user);
  expect_class(report("Original-Recipient: rfc822; ann@shop.test\nFinal-Recipient: rfc822; eve@else.test\n"
                      "Action: failed\nStatus: 5.1.1\n"),
               hard_unknown_user, "eve@else.test");
}

TEST(MailKinds, only_the_failed_recipient_is_one) {
  using List = std::vector<std::string>;
  for (const std::string_view text :
       {"X-Loop: loop@relay.test\nList-Help: <mailto:help@relay.test>\n\nann@shop.test: user unknown\n",
        "User ann@shop.test is unknown. Please contact postoffice@shop.test or\nwrite to us.\n",
        "User ann@shop.test is unknown. The new address is, for example,\nbob@shop.test\n",
        "User ann@shop.test is unknown. Please use bob@shop.test instead.\n",
        "Message from <b.1@bounce.mail.test> to <ann@shop.test>: user unknown\n",
        "'ann@shop.test': user unknown\n", "[ann@shop.test] user unknown\n",
        "(ann@shop.test): user unknown\n",
        "Delivery to `ann@shop.test' failed: unknown user.\nSimilar addresses here: anna@shop.test\n",
        "I could not deliver your mail to ann@shop.test. Regards,\nadmin@shop.test\n",
        "ann@shop.test: user unknown\nAsk help@shop.test for help.\n",
        "support.shop.test (smtp)... 550 refused\n554 <ann@shop.test>... user unknown\n",
        "<ann@shop.test>:\nuser unknown\n\n<Ann@Shop.test>:\nuser unknown\n"})
    EXPECT_EQ(recipients(mail(text)), List{"ann@shop.test"}) << text;
  for (const std::string_view text :
       {"The following addresses failed: ann@shop.test, bob@shop.test\n",
        "Recipient: ann@shop.test; <bob@shop.test>\n",
        "ann@shop.test, Bob@shop.test, ann@shop.test: unknown users\nAsk help@shop.test, eve@shop.test\n"})
    EXPECT_EQ(recipients(mail(text)).size(), 2U) << text;
  EXPECT_EQ(recipients(mail("To: ann@shop.test, bob@shop.test\nThe user ann is unknown.\n")),
            List{"ann@shop.test"});
  EXPECT_EQ(recipients(report("Final-Recipient: rfc822; 'ann@shop.test'\nAction: failed\nStatus: 5.1.1\n\n"
                              "Final-Recipient: rfc822; <ANN@shop.test>\nAction: failed\nStatus: 5.1.1\n")),
            List{"ann@shop.test"});
  EXPECT_EQ(recipients(report("Final-Recipient: rfc822; ann@shop.test\nAction: failed\nStatus: 5.1.1\n\n"
                              "Final-Recipient: rfc822; bob@shop.test\nAction: failed\nStatus: 5.1.1\n")),
            (List{"ann@shop.test", "bob@shop.test"}));
}

TEST(MailKinds, what_the_senders_side_lacks_is_authentication) {
  expect_replies(
      policy_auth,
      {"550 5.7.1 Access denied", "550 5.7.26 the message has no valid DKIM signature, spam",
       "421 4.7.32 From is not aligned", "550-5.7.26 SPF did not pass",
       "550 5.7.509 DMARC verification of the domain failed", "550 could not verify sender news@mail.test",
       "553 sender verification callout failed", "550 Unauthenticated senders not allowed",
       "550 SPF MAIL FROM check failed - suspected spam", "554 5.7.1 DKIM verification failed (spam filter)",
       "550-5.7.25 The IP has no PTR record. We do not accept messages from such IPs"});
}

TEST(MailKinds, our_listed_address_and_our_rate_are_named) {
  expect_replies(policy_spam, {"554 your address 192.0.2.7 is in the bl.test list",
                               "550 192.0.2.7 is listed by our service",
                               "550 Mail from 192.0.2.7 refused: blocked address", "554 found in rbl.test",
                               "550 your host has been blocked"});
  expect_replies(policy_rate,
                 {"450 ratelimit", "550 ratelimit", "550 Too many errors from your ip (192.0.2.7)",
                  "421 too many errors from your host"});
}

TEST(MailKinds, what_the_sender_may_not_do_never_condemns_the_recipient) {
  for (const std::string_view reply :
       {"550 5.1.1 <ann@shop.test>... Sender rejected", "550 5.1.1 we are not accepting mail from mail.test",
        "550 5.1.1 <ann@shop.test>: you are not allowed to send to this list",
        "550 5.2.3 rejected by content policy", "554 5.1.1 you are not authorized to post here",
        "550 5.1.1 Your host is listed in the rbl.test list", "550 5.1.1 ratelimit",
        "550 5.1.1 too many errors from your IP", "550 5.1.1 senders not permitted",
        "550 5.1.1 mail from your domain is not accepted here", "550 5.1.1 sender address has been rejected",
        "550 5.1.1 <ann@shop.test>: you have no right to send to this recipient",
        "550 5.1.1 The sender does not have permission to mail this address",
        "550 5.1.1 only members may post", "550 5.2.3 Your e-mail was rejected by a content rule"}) {
    const Classification found = classify_reply(reply);
    EXPECT_TRUE(name_of(found.bounce_class).starts_with("policy_")) << found.rule << ": " << reply;
    EXPECT_FALSE(suppresses(found)) << reply;
  }
}

TEST(MailKinds, the_innermost_reply_of_a_gateway_decides) {
  expect_replies(hard_unknown_user,
                 {"554 5.7.1 rejected by policy: remote server said \"550 5.1.1 no such user\"",
                  "550 blocked by gateway ('550 5.1.1 user unknown')",
                  "554 message refused: [550 mailbox not found here]"});
  expect_replies(soft_mailbox_full, {"550 5.1.1 user unknown: next hop said '552 5.2.2 over quota'"});
  expect_replies(policy_spam, {"550 invalid recipient: <554 5.7.1 spam was detected>"});
  expect_replies(hard_unknown_user, {"550 5.1.1 user unknown (\"550 \")"});
}

TEST(MailKinds, automatic_replies_need_no_mark) {
  for (const std::string_view text :
       {"I am out of the office until Monday.\n", "Ich bin bis Montag nicht im Büro.\n",
        "Je suis absent du bureau.\n", "Estoy fuera de la oficina.\n", "只是通知：我正在休假。\n",
        "Ik ben afwezig tot maandag.\n", "Jag är på semester till den 9 maj.\n",
        "Jestem na urlopie do 9 maja.\n", "Я в отпуске до 9 мая.\n", "休暇をいただいております。\n",
        "Sono in ferie fino a lunedì.\n",
        "To protect myself from spam, please confirm your message by following the link.\n"}) {
    const ClassifiedMail found = classify(mail(text, "Subject: Re: Spring\n", "Ann <ann@shop.test>"));
    EXPECT_EQ(found.kind, BounceMail::Kind::auto_reply) << text;
    ASSERT_EQ(found.recipients.size(), 1U);
    EXPECT_EQ(found.recipients[0].classification.bounce_class, auto_reply) << text;
  }
  const std::string_view thanks = "Thank you for your message. We will reply soon.\n";
  EXPECT_EQ(classify(mail(thanks, "Subject: Re: Spring\n", "ann@shop.test")).kind,
            BounceMail::Kind::auto_reply);
  EXPECT_EQ(classify(mail(thanks, "Subject: Spring\n", "ann@shop.test")).kind, BounceMail::Kind::other)
      << "people write so, too";
  EXPECT_EQ(classify(mail("<ann@shop.test>:\nuser unknown, he is on vacation\n")).kind,
            BounceMail::Kind::bounce)
      << "who wrote it decides";
  const std::string attached =
      "From: ann@shop.test\nTo: b.1@bounce.mail.test\nSubject: Undeliverable: Spring\n"
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nann@shop.test is on vacation: user unknown\n"
      "--b\nContent-Type: message/rfc822\n\nFrom: news@mail.test\nTo: ann@shop.test\n\nSpring\n--b--\n";
  EXPECT_EQ(classify(attached).kind, BounceMail::Kind::bounce) << "what is attached decides";
}

TEST(MailKinds, a_damaged_head_is_read) {
  const std::string body = "Subject: failure notice\n\n<ann@shop.test>:\nuser unknown\n";
  for (const std::string_view from :
       {"From: Mail Delivery Subsystem\n", "From: \"MAILER-DAEMON\"@relay.test\n", "From: <>\n",
        "From: System Administrator <adm@relay.test>\n", "\r\n\r\nFrom: MAILER-DAEMON@relay.test\n",
        "\nFrom: postmaster@relay.test (Mail Delivery)\n", "From: MAILER-DAEMON <MAILER-DAEMON>\n",
        "From: Mail Delivery Subsystem <MAILER-DAEMON@relay.test\n", "From:\n", "",
        "From: Internet Mail Delivery <postmaster@relay.test@relay.test>\n",
        "From MAILER-DAEMON Mon Mar  1 10:00:00 2027\nFrom: MAILER-DAEMON@relay.test\n",
        "From: MAILER-DAEMON@relay.test\nResent-To: x@mail.test\nResent-Date: Mon, 1 Mar 2027 10:00:00 "
        "+0000\n"})
    expect_class(std::string(from) + body, hard_unknown_user);
}

}  // namespace
}  // namespace sesame::bounces

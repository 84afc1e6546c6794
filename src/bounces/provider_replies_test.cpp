#include <gtest/gtest.h>

#include <string_view>

#include "bounces/classifier.hpp"

// Replies of the large mailbox providers, in the wordings of their pages and of their servers' logs. A reply
// about the sender, the source or the content must suppress nobody, however final it is.
namespace sesame::bounces {
namespace {

using enum BounceClass;

struct ProviderReply {
  std::string_view provider;
  BounceClass meaning;
  std::string_view reply;
  bool suppresses = false;
};

constexpr ProviderReply kProviderReplies[] = {
    {"gmail", policy_spam,
     "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain "
     "[mail.test 36]. To protect our users from spam, mail sent from your domain has been temporarily rate "
     "limited."},
    {"gmail", policy_spam,
     "421-4.7.0 This message is suspicious due to the very low reputation of the sending IP address"},
    {"gmail", policy_auth,
     "550-5.7.26 Unauthenticated email from mail.test is not accepted due to domain's DMARC policy."},
    {"gmail", policy_auth,
     "421-4.7.40 Your email has been rate limited because the DMARC record of mail.test is missing."},
    {"gmail", policy_auth,
     "421-4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't "
     "aligned with either the authenticated SPF or DKIM organizational domain."},
    {"gmail", policy_auth, "421 4.7.31 See https://support.google.com/a/answer/81126"},
    {"gmail", policy_auth, "550 5.7.40 See https://support.google.com/a/answer/81126"},
    {"gmail", policy_auth,
     "421 4.7.32 Your email has been rate limited because the From: header is not aligned"},
    {"gmail", policy_rate,
     "450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional "
     "messages from being delivered."},
    {"gmail", soft_mailbox_full,
     "552-5.2.2 The email account that you tried to reach is out of storage space and inactive."},
    {"yahoo", policy_spam,
     "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user "
     "complaints - 4.16.55.1"},
    {"yahoo", policy_spam,
     "553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT "
     "succeed."},
    {"yahoo", policy_rate, "421 Max message per connection reached, closing transmission channel"},
    {"outlook", policy_spam,
     "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. "
     "(S775)"},
    {"outlook", policy_spam,
     "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service "
     "provider since part of their network is on our block list (S3150)."},
    {"outlook", policy_auth,
     "550 5.7.515 Access denied, sending domain mail.test does not meet the required authentication level."},
    {"outlook", hard_unknown_user,
     "550 5.4.1 Recipient address rejected: Access denied. [DB1.eop.protection.outlook.com]"},
    {"outlook", policy_rate, "451 4.3.2 Server busy. Please try again later from [192.0.2.1]. (S77714)"},
    {"outlook", hard_unknown_user, "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
     true},
    {"icloud", policy_rate, "421 4.7.1 Messages to ann@icloud.test deferred due to excessive volume."},
    {"qq", policy_rate, "550 Ip frequency limited"},
    {"qq", policy_rate, "550 Connection frequency limited"},
    {"qq", policy_rate, "550 Domain frequency limited"},
    {"qq", policy_rate, "550 Sender frequency limited"},
    {"qq", policy_rate, "550 Mailbox unavailable or access denied"},
    {"qq", policy_rate, "550 Mailbox unavailable or access denined [192.0.2.1]"},
    {"qq", hard_unknown_user, "550 Mailbox not found", true},
    {"qq", policy_spam, "550 Mail content denied"},
    {"netease", policy_rate, "421 HL:ICC"},
    {"netease", policy_rate, "554 HL:ITC"},
    {"netease", policy_rate, "550 RP:ORQ"},
    {"netease", policy_rate, "451 MI:SFQ"},
    {"netease", policy_rate, "550 MI:STC"},
    {"netease", soft_temporary, "450 MI:CEL"},
    {"netease", soft_temporary, "450 MI:CCL"},
    {"netease", soft_temporary, "450 RP:CCL"},
    {"netease", policy_spam, "450 WM:BLI"},
    {"netease", policy_spam, "450 WM:BLU"},
    {"netease", policy_spam, "554 DT:SUM"},
    {"netease", policy_spam, "554 DT:SPM"},
    {"netease", hard_other, "550 User suspended"},
    {"gmx", policy_rate, "421 Rate limit reached"},
    {"gmx", policy_spam, "554 IP address is block listed"},
    {"gmx", hard_unknown_user,
     "550 Requested action not taken: mailbox unavailable\nFor explanation visit "
     "https://postmaster.gmx.net/en/case?c=r0103",
     true},
    {"any", hard_unknown_user, "550 Requested action not taken: mailbox unavailable"},
    {"t-online", policy_spam,
     "554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tosa@rx.t-online.de "
     "for reset. (NOWL)"},
    {"orange", policy_rate,
     "421 mwinf5c04 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow "
     "down. OFR005_104 [104]"},
    {"orange", policy_spam, "550 5.2.0 Service refuse. Veuillez essayer plus tard. OFR_999 [999]"},
    {"mail.ru", policy_spam, "550 spam message rejected. Please visit https://help.mail.ru/notspam-support"},
    {"yandex", hard_unknown_user, "550 5.7.1 No such user!", true},
    {"yandex", policy_spam, "554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc"},
    {"sina", policy_spam, "552 too many same size mails"},
    {"sina", policy_spam, "550 black ip"},
    {"sina", policy_spam, "556 remote ip check"},
    {"sina", policy_spam, "554 rbl deny"},
    {"sina", policy_spam, "552 mail from invalid"},
    {"sina", policy_spam,
     "host mx.sina.com.cn[192.0.2.1] said: 554 mail address invalid (in reply to RCPT TO)"},
    {"any", hard_unknown_user, "554 mail address invalid", true},
    {"comcast", policy_rate, "421 4.1.0 192.0.2.1 Throttled - Too many sessions opened"},
    {"comcast", policy_rate, "554 RL000010 throttled"},
};

TEST(ProviderReplies, have_their_class_and_suppress_only_who_does_not_exist) {
  for (const ProviderReply& said : kProviderReplies) {
    const Classification found = classify_reply(said.reply);
    EXPECT_EQ(name_of(found.bounce_class), name_of(said.meaning))
        << said.provider << ": " << said.reply << " (" << found.rule << ")";
    EXPECT_EQ(suppresses(found), said.suppresses) << said.provider << ": " << said.reply;
  }
}

TEST(ProviderReplies, are_read_with_the_server_and_the_command_when_they_are_known) {
  const Classifier classifier;
  ServerReply reply{.host = "mx.sina.com.cn", .code = 554, .text = "mail address invalid"};
  EXPECT_EQ(classifier.classify_reply(reply).rule, "sina-sender");
  reply.host = "mx.notsina.com";
  EXPECT_EQ(classifier.classify_reply(reply).bounce_class, hard_unknown_user);
  // A bare 550 says at RCPT that there is no such mailbox, and before it that the sender is refused.
  const ServerReply bare{.command = "RCPT", .code = 550, .text = "no"};
  EXPECT_EQ(classifier.classify_reply(bare).bounce_class, hard_unknown_user);
  EXPECT_FALSE(suppresses(classifier.classify_reply(bare)));
  EXPECT_EQ(classifier.classify_reply(ServerReply{.command = "CONN", .code = 550, .text = "no"}).bounce_class,
            policy_spam);
}

TEST(ServerReplies, have_their_codes_once) {
  EXPECT_EQ((ServerReply{.code = 550, .enhanced = "5.1.1", .text = "no"}).whole(), "550 5.1.1 no");
  EXPECT_EQ((ServerReply{.code = 550, .enhanced = "5.1.1", .text = "550 5.1.1 no"}).whole(), "550 5.1.1 no");
  EXPECT_EQ((ServerReply{.code = 421}).whole(), "421");
  EXPECT_EQ((ServerReply{.text = "timed out"}).whole(), "timed out");
  EXPECT_EQ((ServerReply{.code = 550, .text = "421 x"}).known_code(), 550U);
  EXPECT_EQ((ServerReply{.text = "421-4.7.0 x"}).known_code(), 421U);
  for (const std::string_view text : {"", "42", "4210 x", "x 421", "4 21"})
    EXPECT_EQ(ServerReply{.text = text}.known_code(), 0U) << text;
}

}  // namespace
}  // namespace sesame::bounces

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "bounces/reply_reader.hpp"
#include "shaping/rules.hpp"

// The rules that the program brings along, by the replies that large providers are known for.
namespace sesame::shaping {
namespace {

using bounces::BounceClass;
using bounces::Meaning;
using bounces::Scope;
using bounces::ServerReply;
using bounces::Signal;
using enum Signal;
using enum Scope;

/// Names of servers of the providers that have rules.
constexpr std::string_view kGmail = "gmail-smtp-in.l.google.com";
constexpr std::string_view kYahoo = "mta5.am0.yahoodns.net";
constexpr std::string_view kOutlook = "outlook-com.olc.protection.outlook.com";
constexpr std::string_view kM365 = "partner-test.mail.protection.outlook.com";
constexpr std::string_view kM365Dnssec = "partner-test.o-v1.mx.microsoft";
constexpr std::string_view kICloud = "mx01.mail.icloud.com";
constexpr std::string_view kQq = "mx3.qq.com";
constexpr std::string_view kNetease = "163mx01.mxmail.netease.com";
constexpr std::string_view kGmx = "mx00.gmx.net";
constexpr std::string_view kTOnline = "mx00.t-online.de";
constexpr std::string_view kOrange = "smtp-in.orange.fr";
constexpr std::string_view kLaPoste = "smtpz4.laposte.net";
constexpr std::string_view kMailRu = "mxs.mail.ru";
constexpr std::string_view kYandex = "mx.yandex.ru";
constexpr std::string_view kSina = "freemx1.sinamail.sina.com.cn";
constexpr std::string_view kComcast = "mx1.comcast.net";

struct Expected {
  std::string_view host;
  Signal signal;
  Scope scope;
  std::string_view text;
  std::string_view command = "RCPT";
};

/// The replies that large providers are known for.
constexpr Expected kProviders[] = {
    {kGmail, rate, sender_domain,
     "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain "
     "[mail.test 36]. To protect our users from spam, mail sent from your domain has been temporarily rate "
     "limited."},
    {kGmail, blocked, path,
     "421-4.7.0 This message is suspicious due to the very low reputation of the sending IP address"},
    {kGmail, auth, sender_domain,
     "550-5.7.26 Unauthenticated email from mail.test is not accepted due to domain's DMARC policy."},
    {kGmail, auth, sender_domain,
     "421-4.7.40 Your email has been rate limited because the DMARC record of mail.test is missing."},
    {kGmail, auth, sender_domain,
     "421-4.7.32 Your email has been rate limited because the From: header (RFC5322) in this message isn't "
     "aligned with either the authenticated SPF or DKIM organizational domain."},
    {kGmail, rate, recipient,
     "450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional "
     "messages from being delivered."},
    {kGmail, mailbox_full, recipient,
     "552-5.2.2 The email account that you tried to reach is out of storage space and inactive."},
    {kYahoo, rate, path,
     "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user "
     "complaints - 4.16.55.1"},
    {kYahoo, blocked, path,
     "553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT "
     "succeed."},
    {kYahoo, session_limit, path, "421 Max message per connection reached, closing transmission channel"},
    {kOutlook, rate, path,
     "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. "
     "(S775)"},
    {kOutlook, blocked, path,
     "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service "
     "provider since part of their network is on our block list (S3150)."},
    {kOutlook, auth, sender_domain,
     "550 5.7.515 Access denied, sending domain mail.test does not meet the required authentication level."},
    {kM365, unknown_user, recipient,
     "550 5.4.1 Recipient address rejected: Access denied. [DB1.eop.protection.outlook.com]"},
    {kM365Dnssec, rate, path, "451 4.3.2 Server busy. Please try again later from [192.0.2.1]. (S77714)"},
    {kICloud, rate, path, "421 4.7.1 Messages to ann@icloud.test deferred due to excessive volume."},
    {kQq, rate, path, "550 Ip frequency limited"},
    {kQq, rate, path, "550 Connection frequency limited"},
    {kQq, rate, sender_domain, "550 Domain frequency limited"},
    {kQq, rate, sender_domain, "550 Sender frequency limited"},
    {kQq, rate, recipient, "550 Mailbox unavailable or access denied"},
    {kQq, unknown_user, recipient, "550 Mailbox not found"},
    {kQq, content, message, "550 Mail content denied"},
    {kNetease, connection_limit, path, "421 HL:ICC"},
    {kNetease, rate, path, "554 HL:ITC"},
    {kNetease, rate, sender_domain, "550 RP:ORQ"},
    {kNetease, rate, sender_domain, "451 MI:SFQ"},
    {kNetease, rate, sender_domain, "550 MI:STC"},
    {kNetease, protocol, message, "450 MI:CEL"},
    {kNetease, auth, sender_domain, "554 DT:SUM"},
    {kNetease, content, message, "554 DT:SPM"},
    {kNetease, recipient_refuses, recipient, "550 User suspended"},
    {kGmx, rate, path, "421 Rate limit reached"},
    {kGmx, blocked, path, "554 IP address is block listed", "CONN"},
    {kGmx, unknown_user, recipient, "550 Requested action not taken: mailbox unavailable"},
    {kGmx, content, sender_domain, "550 Requested action not taken: mailbox unavailable", "MAIL"},
    {kGmx, server_error, path, "550 Requested action not taken: mailbox unavailable", "CONN"},
    {kOutlook, content, sender_domain, "550 5.5.0 Requested action not taken: mailbox unavailable", "MAIL"},
    {kQq, rate, path, "550 Mailbox unavailable or access denied", "MAIL"},
    {kTOnline, blocked, path,
     "554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact tosa@rx.t-online.de "
     "for reset. (NOWL)",
     "CONN"},
    {kOrange, connection_limit, path,
     "421 mwinf5c04 ME Trop de connexions, veuillez verifier votre configuration. Too many connections, slow "
     "down. OFR005_104 [104]"},
    {kOrange, blocked, path, "550 5.2.0 Service refuse. Veuillez essayer plus tard. OFR_999 [999]"},
    {kLaPoste, connection_limit, path, "421 4.7.0 Connexion refusee. LPN105_104"},
    {kMailRu, content, message,
     "550 spam message rejected. Please visit https://help.mail.ru/notspam-support"},
    {kYandex, unknown_user, recipient, "550 5.7.1 No such user!"},
    {kYandex, content, message, "554 5.7.1 Message rejected under suspicion of SPAM; https://ya.cc/1IrBc"},
    {kSina, content, message, "552 too many same size mails"},
    {kSina, blocked, path, "550 black ip"},
    {kComcast, connection_limit, path, "421 4.1.0 192.0.2.1 Throttled - Too many sessions opened"},
    {kComcast, rate, sender_domain, "554 RL000010 throttled"},
};

class ShippedRules : public testing::Test {
 protected:
  Meaning read(std::string_view host, std::string_view text, std::string_view command = "RCPT") const {
    return reader_.read(ServerReply{.host = host, .command = command, .text = text});
  }

  bounces::Classifier classifier_;
  bounces::ReplyReader reader_{classifier_, Rules::built_in().providers()};
};

TEST_F(ShippedRules, say_what_to_slow_down) {
  for (const Expected& wanted : kProviders) {
    const Meaning found = read(wanted.host, wanted.text, wanted.command);
    EXPECT_EQ(name_of(found.signal), name_of(wanted.signal))
        << wanted.host << ": " << wanted.text << " (" << found.rule << ")";
    EXPECT_EQ(name_of(found.scope), name_of(wanted.scope))
        << wanted.host << ": " << wanted.text << " (" << found.rule << ")";
  }
}

TEST_F(ShippedRules, hold_what_they_are_about_step_by_step) {
  struct {
    std::string_view host, text, hold;
    std::string_view command = "RCPT";
  } const holds[] = {
      {kQq, "550 Ip frequency limited", "10m, 1h, day_begins"},
      {kQq, "550 Sender frequency limited", "10m, 1h, day_begins"},
      {kQq, "550 Mailbox unavailable or access denied", "2h"},
      {kQq, "550 Suspected spam ip", "1h, 2h, 4h, 8h, 24h"},
      {kNetease, "421 HL:IFC", "15m"},
      {kNetease, "554 HL:ITC", "day_begins"},
      {kNetease, "451 MI:SFQ", "15m, 30m"},
      {kNetease, "550 MI:STC", "day_begins"},
      {kNetease, "550 RP:ORQ", "day_begins"},
      {kNetease, "421 HL:REP", "2h, 4h, 8h, 24h"},
      {kNetease, "451 DT:SPM, please try again", "2m"},
      {kYahoo, "421 4.7.0 [TSS04] deferred", "15m, 2h"},
      {kYahoo, "553 5.7.2 [TSS09] permanently deferred", "24h"},
      {kOutlook, "550 5.7.1 part of their network is on our block list (S3150).", "2h, 4h, 8h, 24h"},
      {kM365, "550 5.7.606 Access denied, banned sending IP [192.0.2.1]", "2h, 4h, 8h, 24h"},
      {kTOnline, "554 IP=192.0.2.1 None/bad reputation (NOWL)", "1h, 2h, 4h, 8h, 24h", "CONN"},
      {kYandex, "554 5.7.1 Blocked by spam statistics", "4h, 8h, 24h", "CONN"},
      {kYandex, "550 5.7.1 No such user!", ""},
      {kOutlook, "421 4.3.2 The sender has exceeded maximum number of messages per connection", ""},
  };
  for (const auto& each : holds) {
    const Meaning found = read(each.host, each.text, each.command);
    EXPECT_EQ(text_of(found.hold), each.hold) << each.host << ": " << each.text << " (" << found.rule << ")";
    EXPECT_EQ(found.hold.memory, std::chrono::hours(24)) << each.text;
  }
}

TEST_F(ShippedRules, about_a_recipient_hold_no_whole_server) {
  const Meaning found = read(kQq, "550 Mailbox unavailable or access denied", "MAIL");
  EXPECT_EQ(name_of(found.scope), "path");
  EXPECT_EQ(text_of(found.hold), "");
}

TEST_F(ShippedRules, hold_for_their_providers_servers_only) {
  EXPECT_EQ(text_of(read("mx.shop.test", "554 HL:ITC").hold), "");
  EXPECT_EQ(read("mx.shop.test", "554 HL:ITC").provider, "");
  EXPECT_EQ(read("mx3.qq.com.shop.test", "550 Sender frequency limited").scope, path);
  EXPECT_EQ(read("notqq.com", "550 Sender frequency limited").scope, path);
  EXPECT_EQ(read("MX3.QQ.COM.", "550 Sender frequency limited").provider, "qq");
  EXPECT_EQ(read("", "550 Sender frequency limited").scope, path);
}

TEST_F(ShippedRules, leave_the_class_as_it_is) {
  const Meaning meaning = read(kQq, "550 Mailbox unavailable or access denied");
  EXPECT_EQ(meaning.bounce_class, BounceClass::policy_rate);
  EXPECT_EQ(meaning.rule, "qq-recipient-rate");
  const ServerReply apart{
      .host = kQq, .command = "RCPT", .code = 550, .enhanced = "", .text = "Sender frequency limited"};
  EXPECT_EQ(reader_.read(apart).scope, sender_domain) << "codes and words may come apart";
}

}  // namespace
}  // namespace sesame::shaping

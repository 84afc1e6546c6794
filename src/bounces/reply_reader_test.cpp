#include "bounces/reply_reader.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

namespace sesame::bounces {
namespace {

using enum Signal;
using enum Scope;

struct Expected {
  std::string_view host;
  Signal signal;
  Scope scope;
  std::string_view text;
  std::string_view command = "RCPT";
  BounceClass bounce_class = BounceClass::other;  // Compared in kServers.
};

/// Replies of servers that no rule knows by their names.
constexpr Expected kServers[] = {
    {"mx.shop.test", server_error, path, "452 4.3.1 Not enough storage space", "MAIL",
     BounceClass::soft_temporary},
    {"mx.shop.test", unknown_user, recipient,
     "550 5.1.1 <ann@shop.test>: Recipient address rejected: User unknown", "RCPT",
     BounceClass::hard_unknown_user},
    {"mx.shop.test", unknown_user, recipient, "550 no", "RCPT", BounceClass::hard_unknown_user},
    {"mx.shop.test", greylisted, message, "450 4.2.0 <ann@shop.test>: Recipient address rejected: Greylisted",
     "RCPT", BounceClass::soft_temporary},
    {"mx.shop.test", connection_limit, path, "421 4.7.0 too many connections from 192.0.2.1", "CONN",
     BounceClass::policy_rate},
    {"mx.shop.test", session_limit, path, "421 4.7.0 Too many messages per session", "MAIL",
     BounceClass::policy_rate},
    {"mx.shop.test", rate, path, "450 4.7.1 Error: too much mail from 192.0.2.1", "RCPT",
     BounceClass::policy_rate},
    {"mx.shop.test", blocked, path, "554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org",
     "RCPT", BounceClass::policy_spam},
    {"mx.shop.test", content, message, "554 5.7.1 Message contains a URL listed by dbl.spamhaus.org", "DATA",
     BounceClass::policy_spam},
    {"mx.shop.test", blocked, sender_domain, "554 5.7.1 Your domain mail.test is blocked", "MAIL",
     BounceClass::policy_spam},
    {"mx.shop.test", blocked, path, "554 5.7.1 Sender IP 192.0.2.1 blocked", "MAIL",
     BounceClass::policy_spam},
    {"mx.shop.test", blocked, path, "554 no", "CONN", BounceClass::policy_spam},
    {"mx.shop.test", content, message, "554 5.7.1 Rejected as spam", "DATA", BounceClass::policy_spam},
    {"mx.shop.test", auth, path, "550 5.7.25 No PTR record for 192.0.2.1", "RCPT", BounceClass::policy_auth},
    {"mx.shop.test", auth, path, "530 5.7.0 Authentication required", "CONN", BounceClass::policy_auth},
    {"mx.shop.test", auth, path, "530 5.7.0 Authentication required", "MAIL", BounceClass::policy_auth},
    {"mx.shop.test", auth, recipient, "530 5.7.0 Authentication required", "RCPT", BounceClass::policy_auth},
    {"mx.shop.test", auth, path, "530 5.7.0 Must issue a STARTTLS command first", "MAIL",
     BounceClass::policy_auth},
    {"mx.shop.test", auth, sender_domain, "550 5.7.1 SPF check failed", "MAIL", BounceClass::policy_auth},
    {"mx.shop.test", content, sender_domain, "550 5.1.8 Sender address rejected: Domain not found", "MAIL",
     BounceClass::policy_spam},
    {"mx.shop.test", content, sender_domain, "550 5.1.1 User unknown", "MAIL", BounceClass::policy_spam},
    {"mx.shop.test", server_error, path, "550 5.1.1 User unknown", "HELO", BounceClass::soft_temporary},
    {"mx.shop.test", recipient_refuses, recipient, "554 5.7.1 <ann@shop.test>: Relay access denied", "RCPT",
     BounceClass::policy_auth},
    {"mx.shop.test", recipient_refuses, recipient, "550 5.2.1 The account is disabled", "RCPT",
     BounceClass::hard_other},
    {"mx.shop.test", moved, recipient, "551 5.1.6 User has moved; please try <bob@else.test>", "RCPT",
     BounceClass::hard_other},
    {"mx.shop.test", mailbox_full, recipient, "452 4.2.2 Mailbox full", "RCPT",
     BounceClass::soft_mailbox_full},
    {"mx.shop.test", too_big, message, "552 5.3.4 Message too big", "DATA", BounceClass::soft_too_big},
    {"mx.shop.test", protocol, message, "503 5.5.1 Bad sequence of commands", "RCPT", BounceClass::other},
    {"mx.shop.test", protocol, message, "555 5.5.4 Unsupported option", "RCPT", BounceClass::other},
    {"mx.shop.test", server_error, message, "451 4.3.0 Temporary system problem", "RCPT",
     BounceClass::soft_temporary},
    {"mx.shop.test", server_error, path, "421 4.3.2 Shutting down", "DATA", BounceClass::soft_temporary},
    {"mx.shop.test", server_error, path, "421 no", "CONN", BounceClass::soft_temporary},
    {"mx.shop.test", server_error, message, "no answer in time", "RCPT", BounceClass::other},
    {"mx.shop.test", server_error, message, "", "RCPT", BounceClass::other},
    {"mx.shop.test", accepted, message, "250 2.0.0 queued", "DATA", BounceClass::other},
    {"mx.shop.test", accepted, message, "250 2.0.0 your spam is blocked, user unknown", "DATA",
     BounceClass::other},
    {"mx.shop.test", server_error, path, "452 4.2.2 Mailbox full", "CONN", BounceClass::soft_temporary},
    {"mx.shop.test", content, sender_domain, "551 5.1.6 User has moved; please try <bob@else.test>", "MAIL",
     BounceClass::policy_spam},
    {"mx.shop.test", auth, path, "554 5.7.1 Relay access denied", "MAIL", BounceClass::policy_auth},
};

/// A provider with a rule of a path, one of a recipient and one of a command.
Providers small_providers() {
  const auto rule = [](std::string name, std::string_view text, Signal signal) {
    BounceRule made;
    made.name = std::move(name);
    made.text.push_back(*Phrase::parse(text));
    made.meaning.signal = signal;
    return made;
  };
  Provider provider{.name = "a", .match = {".a.test"}, .rules = {}};
  provider.rules.push_back(rule("slow", "slow down", rate));
  provider.rules.back().meaning.hold.steps = {{std::chrono::minutes(15)}};
  provider.rules.push_back(rule("much", "too much for you", rate));
  provider.rules.back().meaning.scope = recipient;
  provider.rules.back().meaning.hold.steps = {{std::chrono::hours(2)}};
  provider.rules.push_back(rule("full", "no room", mailbox_full));
  provider.rules.back().commands = {"MAIL"};
  provider.rules.back().meaning.names_command = true;
  return Providers({std::move(provider)});
}

class ReplyMeanings : public testing::Test {
 protected:
  Meaning read(std::string_view host, std::string_view text, std::string_view command = "RCPT") const {
    return reader_.read(ServerReply{.host = host, .command = command, .text = text});
  }
  void expect(const Expected& wanted) const {
    const Meaning found = read(wanted.host, wanted.text, wanted.command);
    EXPECT_EQ(name_of(found.signal), name_of(wanted.signal))
        << wanted.host << ": " << wanted.text << " (" << found.rule << ")";
    EXPECT_EQ(name_of(found.scope), name_of(wanted.scope))
        << wanted.host << ": " << wanted.text << " (" << found.rule << ")";
  }
  void expect_class(const Expected& wanted) const {
    const Meaning found = read(wanted.host, wanted.text, wanted.command);
    EXPECT_EQ(name_of(found.bounce_class), name_of(wanted.bounce_class))
        << wanted.command << ": " << wanted.text << " (" << found.rule << ")";
  }

  Classifier classifier_;
  Providers providers_ = small_providers();
  ReplyReader reader_{classifier_, providers_};
};

TEST_F(ReplyMeanings, of_other_servers_are_read_by_words_then_codes) {
  for (const Expected& each : kServers) {
    expect(each);
    expect_class(each);
  }
}

TEST_F(ReplyMeanings, of_a_command_are_what_a_rule_for_that_command_says) {
  const Meaning found = read("mx.a.test", "452 No room", "MAIL");
  EXPECT_EQ(name_of(found.signal), "mailbox_full");
  EXPECT_EQ(name_of(found.scope), "recipient");
}

TEST_F(ReplyMeanings, of_a_provider_hold_what_its_rule_is_about) {
  const Meaning found = read("mx.a.test", "550 Slow down");
  EXPECT_EQ(found.provider, "a");
  EXPECT_EQ(found.rule, "slow");
  EXPECT_EQ(text_of(found.hold), "15m");
  EXPECT_EQ(text_of(read("mx.a.test", "550 Too much for you").hold), "2h");
  EXPECT_EQ(text_of(read("mx.shop.test", "550 Slow down").hold), "") << "another server";
}

TEST_F(ReplyMeanings, of_a_whole_server_are_held_by_no_rule_about_a_recipient) {
  const Meaning found = read("mx.a.test", "550 Too much for you", "MAIL");
  EXPECT_EQ(name_of(found.scope), "path");
  EXPECT_EQ(text_of(found.hold), "");
}

TEST_F(ReplyMeanings, ask_for_a_pause_by_their_words_alone) {
  EXPECT_EQ(read("mx.shop.test", "450 4.2.0 Greylisted, try again in 7 minutes").retry_after->count(), 420);
  EXPECT_FALSE(read("mx.a.test", "451 Slow down").retry_after) << "its rule's hold is another thing";
  EXPECT_EQ(read("mx.a.test", "451 Slow down, please try again in 20 minutes").retry_after->count(), 1200);
  EXPECT_FALSE(read("mx.shop.test", "451 try again later").retry_after);
  EXPECT_FALSE(read("mx.shop.test", "550 5.2.1 The account has been suspended for 90 days").retry_after);
  EXPECT_EQ(read("mx.shop.test", "450 4.2.1 The account has been suspended for 2 hours").retry_after->count(),
            7200);
  EXPECT_EQ(
      read("mx.shop.test", "550 5.7.1 Too many connections, try again in 5 minutes").retry_after->count(),
      300)
      << "final, but about the pace";
  EXPECT_EQ(read("mx.shop.test", "Too busy, try again in 5 minutes").retry_after->count(), 300) << "no code";
}

TEST_F(ReplyMeanings, take_any_bytes) {
  for (const std::string& text :
       {std::string("550 \xff\xfe"), std::string("550\0x", 5), std::string(1'000'000, 'a'),
        std::string(100'000, '\n'), std::string("5"), std::string("55"), std::string("999 9.9.9 what"),
        "421 " + std::string(70'000, ' ') + "HL:ICC"})
    for (const std::string_view host :
         {std::string_view(), std::string_view("mx.a.test"), std::string_view("."), std::string_view("\xff")})
      EXPECT_LE(static_cast<int>(read(host, text).signal), static_cast<int>(Signal::other));
}

TEST(BounceRules, that_name_a_signal_show_a_reply) {
  std::set<std::string> without;
  for (const BounceRule& rule : BounceRules::built_in().rules()) {
    // Words of a code's name, or a code alone, show themselves.
    if (rule.meaning.signal && rule.samples.empty() && rule.by_words()) without.insert(rule.name);
  }
  EXPECT_EQ(without, (std::set<std::string>{}));
}

}  // namespace
}  // namespace sesame::bounces

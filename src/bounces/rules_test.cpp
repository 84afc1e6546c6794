#include "bounces/rules.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

#include "bounces/classifier.hpp"
#include "bounces/rule_samples.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::bounces {
namespace {

std::map<std::string, std::string> faults(std::string_view toml) {
  const Result<BounceRules> parsed = BounceRules::parse(toml, "my.toml");
  std::map<std::string, std::string> facts;
  if (parsed) return facts;
  EXPECT_EQ(parsed.error().reason(), "bounces.rules");
  for (const Error::Fact& fact : parsed.error().facts()) facts.emplace(fact.name, fact.value);
  return facts;
}

TEST(BounceRules, built_in_ones_are_without_fault) {
  const Result<BounceRules> parsed = BounceRules::parse(BounceRules::built_in_text(), "rules/bounces.toml");
  ASSERT_TRUE(parsed) << parsed.error().facts()[3].value;
  EXPECT_GT(parsed->rules().size(), 100U);
  EXPECT_EQ(BounceRules::built_in().rules().size(), parsed->rules().size());
}

TEST(BounceRules, decide_the_replies_that_are_their_samples) {
  const BounceRules& rules = BounceRules::built_in();
  const Status checked = check_samples(rules, rules, "rules/bounces.toml");
  ASSERT_TRUE(checked) << checked.error().facts().at(1).value << ": " << checked.error().facts().at(2).value;
}

TEST(BounceRules, of_an_operator_are_refused_when_a_sample_is_not_theirs) {
  const testkit::TempDir folder;
  const std::string path = folder.file("my.toml");
  const auto refused = [&path](std::string_view sample) {
    std::ofstream(path)
        << "[[rule]]\nname = \"partner\"\nclass = \"policy_rate\"\ntext = [\"come back tomorrow\"]\n"
        << "sample = [\"" << sample << "\"]\n";
    const Result<BounceRules> rules = BounceRules::built_in_with(path);
    return rules ? std::string() : rules.error().facts().at(2).value;
  };
  EXPECT_EQ(refused("451 Come back, tomorrow"), "");
  EXPECT_EQ(refused("451 come back later"),
            "its sample `451 come back later` is decided by the rule `temporary`");
  std::ofstream(path) << "[[rule]]\nname = \"partner\"\nclass = \"policy_rate\"\ntext = [\"no\"]\n"
                      << "from = [\"partner.test\"]\nsample = [\"550 no\"]\n";
  EXPECT_TRUE(BounceRules::built_in_with(path)) << "a sample comes from the host that its rule names";
  EXPECT_EQ(refused("what"), "its sample `what` is decided by no rule");
}

TEST(BounceRules, of_an_operator_take_precedence) {
  const std::string_view mine = R"(
[[rule]]
name = "our-partner"
class = "policy_rate"
text = ["come back * tomorrow"]
from = ["partner.test"]
status = ["4.7.*"]
reply = ["45x"]
)";
  const Result<BounceRules> parsed = BounceRules::parse(mine, "my.toml");
  ASSERT_TRUE(parsed);
  const BounceRules rules = BounceRules::built_in().extended_by(*parsed);
  const Classifier classifier(rules);
  const auto found =
      classifier.classify_reply("451 4.7.9 mx.partner.test: Come back, please, tomorrow. Try again later");
  EXPECT_EQ(found.rule, "our-partner");
  EXPECT_EQ(found.bounce_class, BounceClass::policy_rate);
  // All conditions must hold.
  EXPECT_NE(classifier.classify_reply("451 4.7.9 mx.else.test: come back tomorrow").rule, "our-partner");
  EXPECT_NE(classifier.classify_reply("451 4.2.9 mx.partner.test: come back tomorrow").rule, "our-partner");
  EXPECT_NE(classifier.classify_reply("421 4.7.9 mx.partner.test: come back tomorrow").rule, "our-partner");
  EXPECT_NE(classifier.classify_reply("451 4.7.9 mx.notpartner.test: come back tomorrow").rule,
            "our-partner");
}

TEST(BounceRules, of_an_operator_replace_those_they_name) {
  const Result<BounceRules> mine = BounceRules::parse(
      "[[rule]]\nname = \"mailbox-full\"\nclass = \"hard_other\"\ntext = [\"mailbox full\"]\n", "my.toml");
  ASSERT_TRUE(mine);
  const BounceRules rules = BounceRules::built_in().extended_by(*mine);
  EXPECT_EQ(rules.rules().size(), BounceRules::built_in().rules().size());
  EXPECT_EQ(Classifier(rules).classify_reply("552 mailbox full").bounce_class, BounceClass::hard_other);
}

TEST(BounceRules, suppress_with_the_codes_that_they_list) {
  const auto rules = BounceRules::parse(
      "[[rule]]\nsuppress = [\"5.1.1\", \"x.2.*\"]\nname = \"a\"\nclass = \"hard_unknown_user\"\ntext = "
      "[\"gone\"]\n",
      "my.toml");
  ASSERT_TRUE(rules);
  const BounceRule& rule = rules->rules().front();
  EXPECT_TRUE(rule.condemns("5.1.1"));
  EXPECT_TRUE(rule.condemns("5.2.4"));
  EXPECT_FALSE(rule.condemns("5.7.1"));
  EXPECT_FALSE(rule.condemns(""));
}

TEST(BounceRules, name_sets_of_words) {
  const auto rules = BounceRules::parse(
      "[words]\nplace = [\"house\", \"tall tower\"]\nstate = [\"gone\", \"shut\"]\n"
      "[[rule]]\nname = \"a\"\nclass = \"other\"\ntext = [\"{place} is {state}\"]\n",
      "my.toml");
  ASSERT_TRUE(rules);
  ASSERT_EQ(rules->rules().front().text.size(), 4U);
  for (const char* text : {"the house is shut", "The tall tower is gone."}) {
    Facts facts;
    facts.text = plain_text(text);
    EXPECT_TRUE(rules->rules().front().fits(facts)) << text;
  }
}

TEST(BounceRules, say_which_line_and_which_rule_is_wrong) {
  auto found = faults(
      "[[rule]]\nname = \"a\"\nclass = \"other\"\nreply = [\"5\"]\n\n[[rule]]\nname = \"b\"\nclass = "
      "\"mauve\"\n");
  EXPECT_EQ(found["path"], "my.toml");
  EXPECT_EQ(found["line"], "8");
  EXPECT_EQ(found["rule"], "b");
  EXPECT_EQ(found["problem"],
            "`class` is one of hard_unknown_user, hard_unknown_domain, hard_other, soft_mailbox_full, "
            "soft_temporary, "
            "soft_too_big, policy_spam, policy_auth, policy_rate, complaint, auto_reply, other");
  EXPECT_EQ(faults("[[rule]]\nname = 5 =\n")["line"], "2") << "not even TOML";
  EXPECT_NE(faults("[[rule]]\nname = \"a\"\nclass = \"other\"\n")["problem"].find("condition"),
            std::string::npos);
  EXPECT_NE(faults("[[rule]]\nname = \"a\"\nclass = \"other\"\ntext = [\"...\"]\n")["problem"].find("word"),
            std::string::npos);
  EXPECT_NE(faults("[[rule]]\nname = \"a\"\nclass = \"other\"\nreply = [\"5y0\"]\n")["problem"].find("code"),
            std::string::npos);
  EXPECT_NE(faults("[[rule]]\nname = \"a\"\nclass = \"other\"\nwords = [\"x\"]\n")["problem"].find("words"),
            std::string::npos);
  EXPECT_NE(faults("[[rule]]\nclass = \"other\"\nreply = [\"5\"]\n")["problem"].find("name"),
            std::string::npos);
  EXPECT_NE(faults("[[rule]]\nname = \"a\"\nclass = \"other\"\ntext = \"x\"\n")["problem"].find("list"),
            std::string::npos);
  const std::string whole = "[[rule]]\nname = \"a\"\nclass = \"other\"\nreply = [\"5\"]\n";
  EXPECT_NE(faults(whole + "suppress = \"5.1.1\"\n")["problem"].find("list of codes"), std::string::npos);
  EXPECT_NE(faults(whole + "command = [\"rcpt\"]\n")["problem"].find("RCPT"), std::string::npos);
  EXPECT_NE(faults("[rules]\n")["problem"].find("rules"), std::string::npos);
  EXPECT_NE(faults(whole + "text = [\"{noun} gone\"]\n")["problem"].find("noun"), std::string::npos);
  EXPECT_NE(faults("[recognise]\nshapes = [\"x\"]\n")["problem"].find("shapes"), std::string::npos);
  EXPECT_EQ(faults(whole + "text = \"x\"\n")["problem"], "`text` is a list of texts: [\"...\"]");
  EXPECT_EQ(faults(whole + "from = [\"\"]\n")["problem"],
            "`from` has a value that is no text, or an empty one");
  EXPECT_EQ(faults(whole + "status = [\"five\"]\n")["problem"],
            "`five` of `status` is no code: digits, with x for any digit and * for any rest");
  EXPECT_EQ(faults(whole + "hold = [\"1h\", \"day_begins\"]\n")["problem"],
            "`day_begins` of `hold` is for the rules of a provider, whose day it is");
  EXPECT_EQ(faults(whole + "memory = \"1h\"\n")["problem"],
            "`memory` is about the steps of `hold`, which it has not");
  EXPECT_TRUE(faults(whole + "hold = [\"1h\"]\nmemory = \"2h\"\n").empty());
  EXPECT_NE(faults("words = 1\n")["problem"].find("table"), std::string::npos);
  for (const std::string word : {"{a} x", "{b}", "a}", "{"})
    EXPECT_EQ(faults("[words]\na = [\"" + word + "\"]\n" + whole + "text = [\"{a}\"]\n")["problem"],
              "`" + word + "` of the set of words `a` has braces: a set names no other set");
  std::string many = "[words]\nw = [";
  for (int index = 0; index < 50; ++index) many += "\"w" + std::to_string(index) + "\",";
  EXPECT_NE(faults(many + "]\n" + whole + "text = [\"{w} {w} {w}\"]\n")["problem"].find("phrases"),
            std::string::npos);
  const std::string twice = "[[rule]]\nname = \"a\"\nclass = \"other\"\nreply = [\"5\"]\n";
  EXPECT_NE(faults(twice + twice)["problem"].find("same name"), std::string::npos);
  EXPECT_FALSE(BounceRules::built_in_with("/nowhere/rules.toml"));
}

TEST(Phrase, is_searched_in_a_moment_whatever_it_contains) {
  std::string text;
  for (int index = 0; index < 30'000; ++index) text += "a ";
  const PlainText plain = plain_text(text);
  EXPECT_FALSE(Phrase::parse("a * a * a * a * a * a * a * b")->found_in(plain));
  EXPECT_TRUE(Phrase::parse("a * a * a * a * a * a * a * a")->found_in(plain));
  EXPECT_TRUE(Phrase::parse("one * two * three")->found_in(plain_text("one two. Two and three")));
  EXPECT_FALSE(Phrase::parse("one * two * three")->found_in(plain_text("one three two")));
  EXPECT_FALSE(Phrase::parse("one * two")->found_in(plain_text("one " + std::string(200, 'x') + " two")));
}

TEST(Phrase, is_found_at_whole_words_whatever_stands_between_them) {
  const auto found = [](std::string_view phrase, std::string_view text) {
    return Phrase::parse(phrase)->found_in(plain_text(text));
  };
  EXPECT_TRUE(found("user unknown", "550 5.1.1 <a@b.test>... User\r\n Unknown."));
  EXPECT_TRUE(found("user unknown", "550-5.1.1 User\n550-5.1.1 unknown"));
  EXPECT_FALSE(found("user unknown", "superuser unknowns"));
  EXPECT_TRUE(found("mailbox * full", "the mailbox of ann@shop.test is full"));
  EXPECT_FALSE(found("mailbox * full", "mailbox " + std::string(200, 'x') + " full"));
  EXPECT_TRUE(found("spam*", "antispam: spammers"));
  EXPECT_FALSE(found("spam", "spammers"));
  EXPECT_TRUE(found("doesn't exist", "It doesnt exist"));
  EXPECT_TRUE(found("e-mail too big", "E-Mail too big"));
  EXPECT_TRUE(found("user @ unknown", "user <ann@shop.test> unknown"));
  EXPECT_FALSE(found("spam", "550 <spam@shop.test> http://spam.test/ full"))
      << "addresses and links are no words";
  EXPECT_TRUE(found("存在しません", "宛先は存在し\nません"));
  EXPECT_FALSE(Phrase::parse(" .!* "));
}

TEST(Phrase, has_a_sign_for_names_of_hosts) {
  const auto found = [](std::string_view phrase, std::string_view text) {
    return Phrase::parse(phrase)->found_in(plain_text(text));
  };
  for (const char* text : {"shop.test does not exist", "<ann@shop.test>: (mx-1.shop.test) does not exist",
                           "name=shop.test: does not exist"})
    EXPECT_TRUE(found("% does not exist", text)) << text;
  for (const char* text : {"it does not exist", "ann@shop.test does not exist", "1.2.3.4 does not exist",
                           "50% does not exist", "5.1.1 does not exist", "http://shop.test does not exist"})
    EXPECT_FALSE(found("% does not exist", text)) << text;
  EXPECT_TRUE(found("shop test does", "shop.test does not exist")) << "its labels are words, too";
}

TEST(Phrase, is_blanked_out) {
  PlainText text = plain_text("The Spam Firewall says: spam");
  Phrase::parse("spam firewall")->blank_out(text);
  EXPECT_FALSE(Phrase::parse("firewall")->found_in(text));
  EXPECT_TRUE(Phrase::parse("says spam")->found_in(text));
}

}  // namespace
}  // namespace sesame::bounces

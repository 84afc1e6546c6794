#include "shaping/rule_faults.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/error_text.hpp"
#include "shaping/errors.hpp"
#include "shaping/rules.hpp"

namespace sesame::shaping {
namespace {

using Texts = std::vector<std::string>;

Texts faults_of(const std::string& toml) {
  const Result<Rules> parsed = Rules::parse(toml, "f");
  if (parsed) return {};
  EXPECT_TRUE(parsed.error().is(errors::kRules));
  return fault_texts(parsed.error());
}

struct FaultCase {
  std::string_view toml;
  std::string_view fault;
};

constexpr std::string_view kRange = "not `{ start = 2, max = 10 }`, with whole numbers from 1 to 10000";
constexpr std::string_view kLimits =
    "connections, messages_per_connection, connects, mails, idle_s, tls, mta_sts, greylist_retry_s, "
    "day_begins, "
    "shared";

const FaultCase kDocumentFaults[] = {
    {"[default\n", "f:1: "},
    {"\n[defaults]\n", "f:2: defaults: not one of [default], [provider.NAME], [destination.\"DOMAIN\"]"},
    {"default = 1\n", "f:1: default: not one of [default], [provider.NAME], [destination.\"DOMAIN\"]"},
    {"[account.a]\n", "f:1: account: not one of [default], [provider.NAME], [destination.\"DOMAIN\"], "},
    {"[provider]\ngmail = 1\n", "f:2: provider.gmail: not a block: [provider.gmail]"},
    {"[destination.\"a b\"]\n",
     "f:1: destination.a b: not a block of a domain: [destination.\"example.com\"]"},
    {"[destination]\n\"a.test\" = 1\n", "f:2: destination.a.test: not a block of a domain: "},
    {"[destination.\"a.test\"]\nspeed = 1\n", "f:2: destination.a.test.speed: unknown: one of "},
};

const FaultCase kLimitFaults[] = {
    {"dane = \"obey\"", "default.dane: unknown: one of connections,"},
    {"\"shared.mails\" = \"1/s\"", "default.shared.mails: unknown: one of connections,"},
    {"connections = 5", "default.connections: not `{ start = 2, max = 10 }`"},
    {"connections = { start = 1 }", "default.connections: not `{ start = 2, max = 10 }`"},
    {"connections = { start = 1, max = 2, ceiling = 3 }", "default.connections: not `{ start"},
    {"connections = { start = 0, max = 2 }", "default.connections: not `{ start"},
    {"connections = { start = 1, max = 10001 }", "default.connections: not `{ start"},
    {"connections = { start = 1.0, max = 2 }", "default.connections: not `{ start"},
    {"connections = { start = 3, max = 2 }", "default.connections: `max` is smaller than `start`"},
    {"connections = \"5\"", "default.connections: not `{ start"},
    {"messages_per_connection = 0", "default.messages_per_connection: not a whole number from 1 to 10000"},
    {"messages_per_connection = \"8\"",
     "default.messages_per_connection: not a whole number from 1 to 10000"},
    {"mails = 50", "default.mails: not a rate, as in \"50/s\""},
    {"mails = \"50\"", "default.mails: not a rate"},
    {"mails = \"0/s\"", "default.mails: not a rate"},
    {"mails = \"-1/s\"", "default.mails: not a rate"},
    {"mails = \"50/sec\"", "default.mails: not a rate"},
    {"mails = \"1000001/s\"", "default.mails: not a rate"},
    {"connects = \"1.5/min\"", "default.connects: not a rate"},
    {"idle_s = -1", "default.idle_s: not a whole number from 0 to 3600"},
    {"idle_s = \"5s\"", "default.idle_s: not a whole number from 0 to 3600"},
    {"tls = \"verify\"", "default.tls: not one of \"opportunistic\", \"require\", \"off\""},
    {"tls = true", "default.tls: not one of "},
    {"mta_sts = \"on\"", "default.mta_sts: not one of \"obey\", \"report\", \"off\""},
    {"greylist_retry_s = 360",
     "default.greylist_retry_s: not a list of 1 to 10 whole numbers from 1 to 86400"},
    {"greylist_retry_s = []", "default.greylist_retry_s: not a list"},
    {"greylist_retry_s = [0]", "default.greylist_retry_s: not a list"},
    {"greylist_retry_s = [86401]", "default.greylist_retry_s: not a list"},
    {"day_begins = \"00:00\"", "default.day_begins: not a time of day and its difference from UTC"},
    {"day_begins = \"00:00 Asia/Shanghai\"", "default.day_begins: not a time of day"},
    {"day_begins = \"24:00 +08:00\"", "default.day_begins: not a time of day"},
    {"day_begins = \"00:00 +15:00\"", "default.day_begins: not a time of day"},
    {"shared = 5", "default.shared: not a table of connections, connects, mails"},
    {"shared = { idle_s = 1 }", "default.shared.idle_s: unknown: one of connections, connects, mails"},
    {"shared = { connections = 5 }", "default.shared.connections: not `{ start"},
    {"shared = { mails = 5 }", "default.shared.mails: not a rate"},
};

const FaultCase kProviderFaults[] = {
    {"[provider.new]\nidle_s = 1\n",
     "f:1: provider.new: there is no provider of that name, and a new one has `match`"},
    {"[provider.gmial]\nmails = \"1/s\"\n", "f:1: provider.gmial: there is no provider of that name"},
    {"[provider.a]\nmatch = []\n", "f:2: provider.a.match: no end of a server's name"},
    {"[provider.a]\nmatch = \".a.test\"\n", "f:2: provider.a.match: `match` is a list of texts"},
    {"[provider.a]\nmatch = [\"a.test\"]\n", "f:2: provider.a.match: `a.test` is no end of a name"},
    {"[provider.a]\nmatch = [\".a.test.\"]\n", "f:2: provider.a.match: `.a.test.` is no end of a name"},
    {"[provider.a]\nmatch = [\".a..test\"]\n", "f:2: provider.a.match: `.a..test` is no end of a name"},
    {"[provider.a]\nmatch = [\".x.qq.com\"]\n", "f:2: provider.a.match: `.x.qq.com` is claimed by `qq`, too"},
    {"[provider.a]\nmatch = [\".com.cn\"]\n", "f:2: provider.a.match: `.com.cn` is claimed by `sina`, too"},
    {"[provider.a]\nmatch = [\".a.test\"]\n[provider.b]\nmatch = [\".b.a.test\"]\n",
     "f:4: provider.b.match: `.b.a.test` is claimed by `a`, too"},
    {"[provider.a]\nmatch = [\".a.test\"]\nrules_of = \"c\"\n",
     "f:3: provider.a.rules_of: there is no provider `c`"},
    {"[provider.qq]\nrules_of = \"qq\"\n", "f:2: provider.qq.rules_of: the provider itself"},
    {"[provider.qq]\nrules_of = 1\n", "f:2: provider.qq.rules_of: not the name of a provider"},
    {"[provider.a]\nmatch = [\".a.test\"]\nrules_of = \"m365\"\n",
     "f:3: provider.a.rules_of: `m365` has `rules_of`, too: name the provider whose rules they are"},
    {"[provider.qq]\nspeed = 1\n", "f:2: provider.qq.speed: unknown: one of match, rules_of, [[rule]], "},
    {"[provider.qq]\nrule = 1\n", "f:2: provider.qq.rule: unknown: one of match, rules_of, [[rule]], "},
};

/// Lines of a rule of QQ that stand in for those of a right one.
const FaultCase kRuleFaults[] = {
    {"means = \"speed\"",
     "f:4: provider.qq.rule.mine.means: `means` is one of session_limit, connection_limit, "},
    {"means = \"accepted\"", "f:4: provider.qq.rule.mine.means: `means` is one of "},
    {"means = \"\"", "f:4: provider.qq.rule.mine.means: `means` is one of "},
    {"scope = \"planet\"", "f:6: provider.qq.rule.mine.scope: `scope` is one of message, recipient, "},
    {"text = [\"...\"]", "f:3: provider.qq.rule.mine.text: there is no word in `...` of `text`"},
    {"text = \"hold on\"", "f:3: provider.qq.rule.mine.text: `text` is a list of texts"},
    {"text = [\"{mailbox} gone\"]", "f:3: provider.qq.rule.mine.text: there is no set of words `mailbox`"},
    {"status = [\"5.7.\\\\d\"]", "f:6: provider.qq.rule.mine.status: `5.7.\\d` of `status` is no code"},
    {"command = [\"EHLO\"]", "f:6: provider.qq.rule.mine.command: `EHLO` of `command` is none of "},
    {"hold = \"1h\"", "f:6: provider.qq.rule.mine.hold: `hold` is a list of texts"},
    {"hold = []", "f:6: provider.qq.rule.mine.hold: `hold` has from 1 to 10 steps"},
    {"hold = [\"25h\"]", "f:6: provider.qq.rule.mine.hold: `25h` of `hold` is none of "},
    {"hold = [\"noon\"]", "f:6: provider.qq.rule.mine.hold: `noon` of `hold` is none of "},
    {"memory = \"8d\"",
     "f:6: provider.qq.rule.mine.memory: `memory` is a time as in \"24h\", 7 days at most"},
    {"memory = \"1h\"",
     "f:1: provider.qq.rule.mine: `memory` is about the steps of `hold`, which it has not"},
    {"until = \"day_begins\"", "f:6: provider.qq.rule.mine.until: unknown: one of name, text, "},
    {"wait_s = 900", "f:6: provider.qq.rule.mine.wait_s: unknown: one of name, text, "},
    {"class = \"policy_rate\"", "f:6: provider.qq.rule.mine.class: unknown: one of name, text, "},
    {"sample = [\"550 hold off\"]",
     "f:1: provider.qq.rule.mine.sample: `550 hold off` is decided by no rule"},
};

bool begins_with(const Texts& faults, std::string_view fault) {
  return faults.size() == 1 && faults.front().starts_with(fault);
}

/// The fault of one case, or a failure that shows all.
void expect_fault(const std::string& toml, const std::string& fault) {
  const Texts faults = faults_of(toml);
  EXPECT_TRUE(begins_with(faults, fault))
      << toml << "wanted: " << fault << "\nfound: " << testing::PrintToString(faults);
}

TEST(RuleFaults, of_blocks_and_limits_have_their_line_and_their_keys) {
  for (const FaultCase& each : kDocumentFaults) expect_fault(std::string(each.toml), std::string(each.fault));
  for (const FaultCase& each : kLimitFaults)
    expect_fault("[default]\n" + std::string(each.toml) + "\n", "f:2: " + std::string(each.fault));
  EXPECT_EQ(faults_of("[default]\nspeed = 1\n"),
            Texts{"f:2: default.speed: unknown: one of " + std::string(kLimits)});
  EXPECT_EQ(faults_of("[default]\nconnections = 1\n"),
            Texts{"f:2: default.connections: " + std::string(kRange)});
}

TEST(RuleFaults, of_providers_have_their_line_and_their_keys) {
  for (const FaultCase& each : kProviderFaults) expect_fault(std::string(each.toml), std::string(each.fault));
}

/// A right rule, in which the line of the same key is replaced, or which has one line more.
std::string rule_with(std::string_view line) {
  const std::string key(line.substr(0, line.find(' ')));
  std::string toml = "[[provider.qq.rule]]\n";
  bool replaced = false;
  for (const std::string_view each :
       {"name = \"mine\"", "text = [\"hold on\"]", "means = \"rate\"", "sample = [\"450 hold on\"]"}) {
    const bool same = each.substr(0, each.find(' ')) == key;
    toml += std::string(same ? line : each) + "\n";
    replaced = replaced || same;
  }
  return replaced ? toml : toml + std::string(line) + "\n";
}

TEST(RuleFaults, of_rules_have_their_line_and_their_keys) {
  EXPECT_EQ(faults_of(rule_with("name = \"mine\"")), Texts());
  EXPECT_EQ(faults_of(rule_with("hold = [\"30s\", \"10m\", \"24h\", \"day_begins\"]")), Texts());
  for (const FaultCase& each : kRuleFaults) expect_fault(rule_with(each.toml), std::string(each.fault));
}

TEST(RuleFaults, are_parts_that_a_rule_lacks) {
  const auto without = [](const std::string& key) {
    std::string toml = rule_with("name = \"mine\"");
    const std::size_t at = toml.find("\n" + key + " ") + 1;
    return toml.erase(at, toml.find('\n', at) + 1 - at);
  };
  expect_fault(without("name"), "f:1: provider.qq.rule: a rule without a name");
  expect_fault(without("means"), "f:1: provider.qq.rule.mine: it has no `means`");
  expect_fault(without("sample"), "f:1: provider.qq.rule.mine: it has no `sample`");
  expect_fault(without("text"),
               "f:1: provider.qq.rule.mine: it has no condition: text, link, status, reply or command");
}

TEST(RuleFaults, are_rules_that_take_each_others_replies) {
  const std::string wide =
      "[[provider.qq.rule]]\nname = \"wide\"\ntext = [\"hold\"]\nmeans = \"rate\"\nsample = [\"450 hold\"]\n";
  EXPECT_EQ(faults_of(wide + rule_with("name = \"mine\"")),
            Texts{"f:6: provider.qq.rule.mine.sample: `450 hold on` is decided by the rule `wide`"});
  EXPECT_EQ(faults_of(rule_with("name = \"mine\"") + wide), Texts());
  EXPECT_EQ(faults_of(wide + wide), Texts{"f:6: provider.qq.rule.wide: another rule has the same name"});
  // An operator's rule may take what a shipped one decides.
  EXPECT_EQ(
      faults_of("[[provider.qq.rule]]\nname = \"mine\"\ntext = [\"frequency limited\"]\nmeans = \"rate\"\n"
                "sample = [\"550 Ip frequency limited\"]\n"),
      Texts());
  // With a shipped name a rule stands in the shipped place, where others come first.
  EXPECT_EQ(
      faults_of("[[provider.qq.rule]]\nname = \"qq-content\"\ntext = [\"limited\"]\nmeans = \"content\"\n"
                "sample = [\"550 Ip frequency limited\"]\n"),
      Texts{"f:1: provider.qq.rule.qq-content.sample: `550 Ip frequency limited` is decided by the rule "
            "`qq-address-rate`"});
}

TEST(RuleFaults, are_days_of_a_provider_that_names_none) {
  const std::string rule =
      "[[provider.yandex.rule]]\nname = \"mine\"\ntext = [\"hold on\"]\nmeans = \"rate\"\nhold = "
      "[\"day_begins\"]\nsample = [\"450 hold on\"]\n";
  EXPECT_EQ(faults_of(rule),
            Texts{"f:1: provider.yandex.rule.mine.hold: `day_begins` is the provider's, which names none"});
  EXPECT_EQ(faults_of("[provider.yandex]\nday_begins = \"00:00 +03:00\"\n" + rule), Texts());
  EXPECT_EQ(faults_of("[default]\nday_begins = \"00:00 +03:00\"\n" + rule), Texts());
  EXPECT_EQ(faults_of("[provider.a]\nmatch = [\".a.test\"]\nrules_of = \"qq\"\n").size(), 2U)
      << "nor has one that shares such rules";
  EXPECT_EQ(faults_of("[provider.qq]\nday_begins = \"unset\"\n").size(), 2U);
}

TEST(RuleFaults, of_a_file_are_all_told_in_the_order_of_its_lines) {
  const Texts faults = faults_of(
      "[provider.qq]\n"
      "mails = \"fast\"\n"
      "connections = { start = 9, max = 2 }\n"
      "[[provider.qq.rule]]\n"
      "name = \"mine\"\n"
      "means = \"speed\"\n"
      "scope = \"planet\"\n"
      "[provider.gmial]\n"
      "[default]\n"
      "speed = 1\n");
  ASSERT_EQ(faults.size(), 6U) << testing::PrintToString(faults);
  const std::string_view begins[] = {"f:2: provider.qq.mails: ",
                                     "f:3: provider.qq.connections: ",
                                     "f:6: provider.qq.rule.mine.means: ",
                                     "f:7: provider.qq.rule.mine.scope: ",
                                     "f:8: provider.gmial: ",
                                     "f:10: default.speed: "};
  for (std::size_t index = 0; index < faults.size(); ++index)
    EXPECT_TRUE(faults[index].starts_with(begins[index])) << faults[index];
}

TEST(RuleFaults, are_one_line_in_a_log) {
  const auto text = [](const std::string& toml) { return declared_text(Rules::parse(toml, "f").error()); };
  EXPECT_EQ(text("[default]\ntls = 1\n"),
            "f:2: default.tls: not one of \"opportunistic\", \"require\", \"off\"");
  EXPECT_EQ(text("[default]\ntls = 1\nmails = 1\nidle_s = \"\"\n"),
            "f:2: default.tls: not one of \"opportunistic\", \"require\", \"off\"; 2 more: `sesame shaping "
            "check` shows "
            "all");
}

}  // namespace
}  // namespace sesame::shaping

#include "bounces/providers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sesame::bounces {
namespace {

/// The problem of the file; empty when it has none.
std::string problem_of(const std::string& toml) {
  const Result<Providers> parsed = Providers::parse(toml, "my.toml");
  if (parsed) return {};
  EXPECT_EQ(parsed.error().reason(), "bounces.rules");
  return parsed.error().facts().back().value;
}

const std::string kProvider = "[provider.a]\nmatch = [\".a.test\"]\n";
const std::string kRule =
    "[[provider.a.rule]]\nname = \"slow\"\ntext = [\"slow down\"]\nmeans = \"rate\"\nsample = [\"421 Slow "
    "down\"]\n";

TEST(Providers, built_in_ones_are_without_fault) {
  EXPECT_GT(Providers::built_in().all().size(), 15U);
  EXPECT_GT(Providers::built_in().find("mx.mx.microsoft")->rules.size(), 5U) << "by `rules_of`";
}

TEST(Providers, are_found_by_the_ends_of_their_servers_names) {
  const Providers providers = Providers::parse(kProvider + kRule, "my.toml").value();
  for (const std::string_view host : {"mx.a.test", "MX.A.TEST", "mx.a.test.", "1.2.a.test"})
    ASSERT_NE(providers.find(host), nullptr) << host;
  for (const std::string_view host : {"a.test", "mxa.test", "mx.a.test.else", "", ".", "192.0.2.1"})
    EXPECT_EQ(providers.find(host), nullptr) << host;
}

TEST(Providers, say_what_is_wrong_with_their_file) {
  EXPECT_EQ(problem_of(kProvider + kRule), "");
  EXPECT_EQ(problem_of("[provider.a]\n"), "it has no `match`: the ends of its servers' names");
  for (const std::string_view end : {"a.test", ".a.test.", ".", "", ".a..test", ".a_b"})
    EXPECT_FALSE(problem_of("[provider.a]\nmatch = [\"" + std::string(end) + "\"]\n").empty()) << end;
  EXPECT_EQ(problem_of(kProvider + "[provider.b]\nmatch = [\".x.a.test\"]\n"),
            "`.x.a.test` is claimed by `a`, too");
  EXPECT_EQ(problem_of(kProvider + "rules_of = \"c\"\n"),
            "`rules_of` names `c`, and there is no such provider");
  EXPECT_EQ(problem_of(kProvider + "rules_of = \"a\"\n" + kRule),
            "`rules_of` names `a`, the provider itself");
  EXPECT_EQ(problem_of(kProvider + "speed = 1\n"), "`speed` is none of match, rules_of, [[rule]]");
  const Result<Providers> stray = Providers::parse(kProvider + kRule + "[zone]\n", "my.toml");
  ASSERT_FALSE(stray);
  for (const Error::Fact& fact : stray.error().facts())
    EXPECT_TRUE(std::string_view(fact.name) != "rule" || fact.value.empty()) << "it belongs to no provider";
  EXPECT_EQ(problem_of("[providers]\n"), "`providers` is not [provider.NAME]");
  const auto without = [](std::string_view key) {
    std::string rule;
    for (std::size_t at = 0, end = 0; at < kRule.size(); at = end + 1) {
      end = kRule.find('\n', at);
      if (!kRule.substr(at, end - at).starts_with(key)) rule += kRule.substr(at, end - at + 1);
    }
    return problem_of(kProvider + rule);
  };
  EXPECT_EQ(without("name"), "it has no name");
  EXPECT_EQ(without("means"), "it has no `means`");
  EXPECT_EQ(without("sample"), "it has no `sample`");
  EXPECT_EQ(without("text"), "it has no condition: text, link, status, reply or command");
  for (const std::string wrong : {"means = \"speed\"", "scope = \"planet\"", "until = \"day_begins\"",
                                  "wait_s = 1", "memory = \"8d\"", "class = \"other\"", "from = [\"a\"]"})
    EXPECT_FALSE(
        problem_of(kProvider + "[[provider.a.rule]]\n" + wrong + "\nname = \"x\"\ntext = [\"y\"]\n").empty())
        << wrong;
  const auto value = [](const std::string& line) {
    return problem_of(kProvider + "[[provider.a.rule]]\n" + line + "\nname = \"x\"\ntext = [\"y\"]\n");
  };
  for (const std::string signal : {"accepted", "uncertain", "speed", ""})
    EXPECT_EQ(value("means = \"" + signal + "\""),
              "`means` is one of session_limit, connection_limit, rate, blocked, auth, content, greylisted, "
              "mailbox_full, too_big, server_error, unknown_user, moved, recipient_refuses, protocol, other");
  EXPECT_EQ(value("scope = \"planet\""),
            "`scope` is one of message, recipient, sender_domain, account, path, provider");
  for (const std::string step : {"25h", "2d", "0m", "10", "noon"})
    EXPECT_EQ(
        value("hold = [\"1h\", \"" + step + "\"]"),
        "`" + step + "` of `hold` is none of \"30s\", \"10m\", \"1h\" (24 hours at most), \"day_begins\"");
  EXPECT_EQ(value("hold = []"), "`hold` has from 1 to 10 steps");
  EXPECT_EQ(value("hold = \"1h\""), "`hold` is a list of texts: [\"...\"]");
  EXPECT_EQ(value("memory = \"1h\""), "`memory` is about the steps of `hold`, which it has not");
  EXPECT_EQ(problem_of(kProvider + kRule +
                       "[[provider.a.rule]]\nname = \"b\"\ntext = [\"down\"]\nmeans = \"rate\"\n" +
                       "sample = [\"421 slow down\"]\n"),
            "its sample `421 slow down` is decided by the rule `slow`");
}

TEST(Providers, share_rules_of_one_that_shares_none) {
  const std::string shares = "[provider.b]\nmatch = [\".b.test\"]\nrules_of = \"a\"\n";
  const Result<Providers> shared = Providers::parse(shares + kProvider + kRule, "my.toml");
  ASSERT_TRUE(shared);
  ASSERT_EQ(shared->find("mx.b.test")->rules.size(), 1U);
  // In both orders of the names, since they are read in that order.
  for (const std::string_view name : {"0", "c"})
    EXPECT_EQ(problem_of(kProvider + kRule + shares + "[provider." + std::string(name) +
                         "]\nmatch = [\".c.test\"]\nrules_of = \"b\"\n"),
              "`rules_of` names `b`, which has `rules_of`, too: name the provider whose rules they are");
  EXPECT_EQ(
      problem_of(kProvider + kRule + shares +
                 "[[provider.b.rule]]\nname = \"down\"\ntext = [\"down\"]\nmeans = \"blocked\"\n" +
                 "sample = [\"421 Down\"]\n"),
      "`rules_of` names `a`, whose rule `slow` is not reached here: its sample `421 Slow down` is decided by "
      "the rule `down`");
}

TEST(Meanings, have_names_that_are_read_again) {
  for (int number = 0; number <= static_cast<int>(Signal::other); ++number) {
    const auto signal = static_cast<Signal>(number);
    EXPECT_EQ(signal_of(name_of(signal)), signal);
  }
  for (int number = 0; number <= static_cast<int>(Scope::provider); ++number) {
    const auto scope = static_cast<Scope>(number);
    EXPECT_EQ(scope_of(name_of(scope)), scope);
  }
  EXPECT_FALSE(signal_of(""));
  EXPECT_FALSE(scope_of("path "));
  const Hold hold{{*hold_step_of("90s"), *hold_step_of("24h"), *hold_step_of("day_begins")}};
  EXPECT_EQ(text_of(hold), "90s, 24h, day_begins");
}

}  // namespace
}  // namespace sesame::bounces

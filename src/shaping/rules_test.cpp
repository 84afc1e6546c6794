#include "shaping/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>

#include "shaping/rule_faults.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::shaping {
namespace {

using Hosts = std::vector<std::string>;

const Hosts kGmail{"gmail-smtp-in.l.google.com", "alt1.gmail-smtp-in.l.google.com"};

Rules rules_with(const std::string& toml) {
  Result<Rules> parsed = Rules::parse(toml, "my.toml");
  if (parsed) return std::move(*parsed);
  for (const std::string& fault : fault_texts(parsed.error())) ADD_FAILURE() << fault;
  return Rules::built_in();
}

/// "10 (shipped provider gmail)".
std::string explained(const Rules& rules, const Hosts& hosts, std::string_view domain, std::string_view key) {
  const std::vector<Rules::Value> values = rules.explain(hosts, domain);
  const auto found = std::ranges::find(values, key, &Rules::Value::key);
  return found == values.end() ? "" : found->value + " (" + found->layer + ")";
}

TEST(Rules, of_the_program_are_without_fault) {
  const Result<Rules> loaded = Rules::load({});
  EXPECT_TRUE(loaded);
  if (!loaded) {
    for (const std::string& fault : fault_texts(loaded.error())) ADD_FAILURE() << fault;
  }
  EXPECT_EQ(Rules::built_in().profile({}, "").limits, Limits()) << "[default] as in limits.hpp";
}

/// The numbers that the providers are known to take.
struct ProviderLimits {
  std::string_view host;
  std::string_view provider;
  Range connections;
  std::optional<Range> shared;
  unsigned messages;
  bool tls = false;
};

constexpr Range kDefault{2, 10};
const ProviderLimits kProviderLimits[] = {
    {"mx.google.com", "gmail", kDefault, Range{3, 10}, 50, true},
    {"mx.googlemail.com", "gmail", kDefault, Range{3, 10}, 50, true},
    {"mta5.am0.yahoodns.net", "yahoo", {2, 10}, std::nullopt, 20},
    {"mx1.mail.yahoo.co.jp", "yahoo-jp", {1, 2}, std::nullopt, 20},
    {"x.olc.protection.outlook.com", "outlook", kDefault, Range{3, 10}, 50},
    {"x.mail.protection.outlook.com", "m365", kDefault, Range{5, 20}, 50},
    {"x.o-v1.mx.microsoft", "m365-dnssec", kDefault, Range{5, 20}, 50},
    {"mx01.mail.icloud.com", "icloud", kDefault, Range{3, 10}, 5},
    {"mx1.comcast.net", "comcast", {5, 25}, std::nullopt, 100, true},
    {"mx00.gmx.net", "gmx", {2, 4}, std::nullopt, 20, true},
    {"mx-ha.web.de", "gmx", {2, 4}, std::nullopt, 20, true},
    {"mx00.t-online.de", "t-online", {1, 2}, std::nullopt, 20},
    {"smtp-in.orange.fr", "orange", kDefault, Range{1, 2}, 100, true},
    {"smtpz4.laposte.net", "laposte", kDefault, Range{1, 2}, 50},
    {"eu-1.mimecast.com", "mimecast", {2, 10}, std::nullopt, 100},
    {"za-1.mimecast.co.za", "mimecast", {2, 10}, std::nullopt, 100},
    {"je.mimecast-offshore.com", "mimecast", {2, 10}, std::nullopt, 100},
    {"d1.ess.barracudanetworks.com", "barracuda", kDefault, Range{2, 10}, 15, true},
    {"mx1.kpnmail.nl", "kpn", {2, 10}, std::nullopt, 10, true},
    {"mx1.netvigator.com", "netvigator", kDefault, Range{2, 5}, 10, true},
    {"mx3.qq.com", "qq", {2, 4}, std::nullopt, 8, true},
    {"163mx01.mxmail.netease.com", "netease", {2, 4}, std::nullopt, 7, true},
    {"freemx1.sinamail.sina.com.cn", "sina", {1, 2}, std::nullopt, 10},
    {"mx1.aliyun.com", "aliyun", {2, 5}, std::nullopt, 20},
    {"mxw.mxhichina.com", "aliyun", {2, 5}, std::nullopt, 20},
    {"mxs.mail.ru", "mailru", {1, 2}, std::nullopt, 10},
    {"mx.yandex.ru", "yandex", {1, 3}, std::nullopt, 20},
};

TEST(Rules, of_the_program_know_the_limits_of_providers) {
  for (const ProviderLimits& wanted : kProviderLimits) {
    const Rules::Profile found = Rules::built_in().profile(Hosts{std::string(wanted.host)}, "shop.test");
    EXPECT_EQ(found.provider, wanted.provider) << wanted.host;
    EXPECT_EQ(found.limits.connections, wanted.connections) << wanted.host;
    EXPECT_EQ(found.limits.shared.connections, wanted.shared) << wanted.host;
    EXPECT_EQ(found.limits.messages_per_connection, wanted.messages) << wanted.host;
    EXPECT_EQ(found.limits.tls, wanted.tls ? smtp::TlsPolicy::required : smtp::TlsPolicy::opportunistic)
        << wanted.host;
  }
  std::set<std::string_view> tested;
  for (const ProviderLimits& each : kProviderLimits) tested.insert(each.provider);
  EXPECT_EQ(tested.size(), Rules::built_in().providers().all().size()) << "each provider is in the table";
  const auto limits_of = [](std::string_view host) {
    return Rules::built_in().profile(Hosts{std::string(host)}, "").limits;
  };
  const DayBegin beijing{.of_day = {}, .offset_from_utc = std::chrono::hours(8)};
  EXPECT_EQ(limits_of("mx3.qq.com").day_begin, beijing);
  EXPECT_EQ(limits_of("163mx01.mxmail.netease.com").day_begin, beijing);
  EXPECT_EQ(limits_of("mx.yahoo.co.jp").mails, (Rate{10, std::chrono::seconds(1)}));
  EXPECT_EQ(limits_of("mx.google.com").shared.mails, (Rate{20, std::chrono::seconds(1)}));
}

TEST(Rules, apply_to_a_provider_whose_servers_are_all_of_a_site) {
  const Rules& rules = Rules::built_in();
  EXPECT_EQ(rules.profile(kGmail, "").provider, "gmail");
  EXPECT_EQ(rules.profile(Hosts{"MX.Google.COM."}, "").provider, "gmail") << "case, last dot";
  EXPECT_EQ(rules.profile({}, "").provider, "");
  for (const Hosts& mixed :
       {Hosts{"mx.google.com", "mx.shop.test"}, Hosts{"mx.shop.test", "mx.google.com"},
        Hosts{"mx.google.com", "mx3.qq.com"}, Hosts{"x.mail.protection.outlook.com", "x.mx.microsoft"}}) {
    const Rules::Profile profile = rules.profile(mixed, "");
    EXPECT_EQ(profile.provider, "") << mixed.front();
    EXPECT_EQ(profile.limits, Limits()) << mixed.front();
  }
}

TEST(Rules, of_an_operator_come_over_the_shipped_ones_key_by_key) {
  const Rules rules = rules_with(
      "[default]\nmails = \"7/s\"\nmessages_per_connection = 9\n"
      "[provider.gmail]\nshared = { connections = { start = 1, max = 5 } }\n"
      "[destination.\"partner.example\"]\nconnections = { start = 1, max = 2 }\n");
  EXPECT_EQ(explained(rules, {}, "", "mails"), "7/s (my.toml default)");
  EXPECT_EQ(explained(rules, {}, "", "connects"), "100/min (shipped default)");
  EXPECT_EQ(explained(rules, {}, "", "day_begins"), "00:00 +00:00 (program)");
  EXPECT_EQ(explained(rules, {}, "", "shared.mails"), "- (program)");
  EXPECT_EQ(explained(rules, kGmail, "", "messages_per_connection"), "50 (shipped provider gmail)")
      << "a shipped provider is nearer than the operator's default";
  EXPECT_EQ(explained(rules, kGmail, "", "mails"), "7/s (my.toml default)");
  EXPECT_EQ(explained(rules, kGmail, "", "shared.connections"), "1 to 5 (my.toml provider gmail)");
  EXPECT_EQ(explained(rules, kGmail, "", "shared.mails"), "20/s (shipped provider gmail)");
  EXPECT_EQ(explained(rules, kGmail, "", "tls"), "require (shipped provider gmail)");
  EXPECT_EQ(explained(rules, kGmail, "Partner.Example.", "connections"),
            "1 to 2 (my.toml destination partner.example)");
  EXPECT_EQ(rules.profile(kGmail, "partner.example").destination, "partner.example");
  EXPECT_EQ(rules.profile(kGmail, "sub.partner.example").destination, "");
  EXPECT_EQ(rules.profile(kGmail, "gmail.com").limits.connections, (Range{2, 10}));
}

TEST(Rules, name_a_destination_in_either_form) {
  const Rules rules = rules_with("[destination.\"bücher.example\"]\nidle_s = 1\n");
  EXPECT_EQ(rules.profile({}, "xn--bcher-kva.example").limits.idle, std::chrono::seconds(1));
  EXPECT_EQ(rules.profile({}, "BÜCHER.example").destination, "xn--bcher-kva.example");
}

TEST(Rules, unset_a_limit_to_the_one_below) {
  const Rules rules = rules_with(
      "[default]\nmails = \"7/s\"\nidle_s = \"unset\"\n"
      "[provider.gmail]\nmessages_per_connection = \"unset\"\nshared = \"unset\"\ntls = \"unset\"\n"
      "[provider.orange]\nshared = { connections = \"unset\" }\n"
      "[destination.\"a.test\"]\nmails = \"unset\"\n");
  EXPECT_EQ(explained(rules, kGmail, "", "messages_per_connection"), "50 (shipped default)");
  EXPECT_EQ(explained(rules, kGmail, "", "tls"), "opportunistic (shipped default)");
  EXPECT_FALSE(rules.profile(kGmail, "").limits.shared.any());
  EXPECT_EQ(rules.profile(Hosts{"smtp-in.orange.fr"}, "").limits.shared.connections, std::nullopt);
  EXPECT_EQ(explained(rules, {}, "a.test", "mails"), "50/s (shipped default)");
  EXPECT_EQ(explained(rules, {}, "", "idle_s"), "5 (program)");
}

class RuleFiles : public testing::Test {
 protected:
  testkit::TempDir folder_;
};

TEST_F(RuleFiles, win_over_those_named_before) {
  const std::string rule =
      "[[provider.qq.rule]]\nname = \"NAME\"\ntext = [\"hold on\"]\nmeans = \"rate\"\nsample = [\"450 hold "
      "on\"]\n";
  const auto named = [&](std::string name) { return std::string(rule).replace(rule.find("NAME"), 4, name); };
  const std::string first =
      folder_.write("1.toml", "[provider.qq]\nidle_s = 1\nconnects = \"1/h\"\n" + named("first"));
  const std::string later = folder_.write("2.toml", "[provider.qq]\nidle_s = 2\n" + named("later"));
  const Result<Rules> rules = Rules::load({first, later});
  ASSERT_TRUE(rules) << fault_texts(rules.error()).front();
  const Hosts qq{"mx3.qq.com"};
  EXPECT_EQ(explained(*rules, qq, "", "idle_s"), "2 (" + later + " provider qq)");
  EXPECT_EQ(explained(*rules, qq, "", "connects"), "1/h (" + first + " provider qq)");
  const bounces::Provider* provider = rules->providers().find("mx3.qq.com");
  EXPECT_EQ(provider->rules.at(0).name, "later");
  EXPECT_EQ(provider->rules.at(1).name, "first");
  EXPECT_EQ(provider->rules.at(2).name, "qq-address-rate");
  EXPECT_EQ(rules->layer_of("qq", "later"), later);
  EXPECT_EQ(rules->layer_of("qq", "qq-address-rate"), "shipped");
}

TEST_F(RuleFiles, that_cannot_be_read_are_faults_beside_the_others) {
  const std::string bad = folder_.write("bad.toml", "[default]\nspeed = 1\n");
  const Result<Rules> rules = Rules::load({folder_.file("none.toml"), bad});
  ASSERT_FALSE(rules);
  const std::vector<std::string> faults = fault_texts(rules.error());
  ASSERT_EQ(faults.size(), 2U);
  EXPECT_EQ(faults[0], folder_.file("none.toml") + ": it cannot be read");
  EXPECT_TRUE(faults[1].starts_with(bad + ":2: default.speed: unknown: one of connections,")) << faults[1];
}

TEST(Rules, of_an_operator_replace_those_they_name_in_their_place) {
  const std::string rule =
      "[[provider.outlook.rule]]\nname = \"outlook-connections\"\ntext = [\"ib007\"]\nmeans = \"rate\"\n"
      "hold = [\"1m\"]\nsample = [\"451 IB007\"]\n";
  const Rules rules = rules_with(rule);
  const auto place = [](const Rules& in, std::string_view host) {
    const auto& list = in.providers().find(host)->rules;
    return std::ranges::find(list, "outlook-connections", &bounces::BounceRule::name) - list.begin();
  };
  for (const std::string_view host : {"x.olc.protection.outlook.com", "x.mail.protection.outlook.com"}) {
    EXPECT_EQ(place(rules, host), place(Rules::built_in(), host)) << host;
    EXPECT_EQ(text_of(rules.providers()
                          .find(host)
                          ->rules.at(static_cast<std::size_t>(place(rules, host)))
                          .meaning.hold),
              "1m")
        << host;
  }
  EXPECT_EQ(rules.layer_of("m365", "outlook-connections"), "my.toml");
  EXPECT_EQ(rules.providers().find("x.olc.protection.outlook.com")->rules.size(),
            Rules::built_in().providers().find("x.olc.protection.outlook.com")->rules.size());
}

TEST(Rules, of_a_provider_replace_those_it_shares) {
  const Rules rules = rules_with(
      "[[provider.m365.rule]]\nname = \"outlook-rate\"\ntext = [\"server busy\"]\nmeans = \"rate\"\nhold = "
      "[\"9m\"]\n"
      "sample = [\"451 4.3.2 Server busy\"]\n");
  const auto hold_at = [&](std::string_view host) {
    const auto& list = rules.providers().find(host)->rules;
    return text_of(std::ranges::find(list, "outlook-rate", &bounces::BounceRule::name)->meaning.hold);
  };
  EXPECT_EQ(hold_at("x.mail.protection.outlook.com"), "9m");
  EXPECT_EQ(hold_at("x.mx.microsoft"), "15m, 30m, 90m");
}

}  // namespace
}  // namespace sesame::shaping

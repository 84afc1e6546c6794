#include "routing/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "dns/errors.hpp"
#include "net/public_address.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::routing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using Kind = NoRoute::Kind;

constexpr std::int64_t kNowMs = 1'796'083'200'000;

net::Address address(const char* digits) { return *net::Address::parse(digits); }

dns::Answer denied(dns::Rcode code = dns::Rcode::no_error) {
  return {.code = code, .records = {}, .canonical = "shop.test", .ttl_s = 300};
}
dns::Answer bogus() { return {.code = dns::Rcode::server_failure, .trust = dns::Trust::bogus}; }
Error failed() { return Error(dns::errors::kNoAnswer); }

dns::Answer mail_hosts(const std::vector<dns::MailHost>& hosts, std::uint32_t ttl_s = 3600) {
  dns::Answer answer{.canonical = "shop.test", .ttl_s = ttl_s};
  for (const dns::MailHost& host : hosts)
    answer.records.push_back({"shop.test", dns::RecordType::mx, ttl_s, host});
  return answer;
}

dns::Answer addresses(const std::vector<std::string>& digits, std::uint32_t ttl_s = 3600) {
  dns::Answer answer{.canonical = "mx.shop.test", .ttl_s = ttl_s};
  for (const std::string& each : digits) {
    const net::Address found = *net::Address::parse(each);
    answer.records.push_back(
        {"mx.shop.test", found.is_v4() ? dns::RecordType::a : dns::RecordType::aaaa, ttl_s, found});
  }
  return answer;
}

/// A destination in the words of a zone: its MX records, and the addresses of its hosts.
class PlanTest : public testing::Test {
 protected:
  void host(const std::string& name, Result<dns::Answer> v4,
            std::optional<Result<dns::Answer>> v6 = std::nullopt) {
    answers_.hosts.push_back({name, std::move(v4), std::move(v6)});
  }
  void mx(Result<dns::Answer> answer) { answers_.mx = std::move(answer); }

  Route route(const std::string& domain = "shop.test") {
    return make_plan(domain, answers_, own_, families_, kNowMs, random_);
  }
  Plan plan() {
    Route found = route();
    if (const auto* none = std::get_if<NoRoute>(&found)) {
      ADD_FAILURE() << none->enhanced << ' ' << none->text;
      return {};
    }
    return std::get<Plan>(std::move(found));
  }
  std::vector<std::string> hosts() {
    std::vector<std::string> names;
    for (const HostPlan& each : plan().hosts) names.push_back(each.host);
    return names;
  }
  void expect_none(unsigned code, const std::string& enhanced, Kind kind, Kind confirmed = Kind::dead,
                   const std::string& domain = "shop.test") {
    const Route found = route(domain);
    const auto* none = std::get_if<NoRoute>(&found);
    ASSERT_NE(none, nullptr);
    EXPECT_EQ(none->code, code) << none->text;
    EXPECT_EQ(none->enhanced, enhanced) << none->text;
    EXPECT_EQ(none->kind, kind) << none->text;
    EXPECT_EQ(none->confirmed, confirmed) << none->text;
    EXPECT_FALSE(none->text.empty());
  }

  testkit::SeededRandom random_;
  Answers answers_{denied(), {}};
  OwnAddresses own_;
  Families families_ = Families::v4;
};

// ---- delivery from the domain to the list of addresses, in the order of the steps ----

TEST(Destination, is_a_domain_in_lower_case_and_a_labels) {
  EXPECT_EQ(destination_of("Shop.TEST."), "shop.test");
  EXPECT_EQ(destination_of("例え.jp"), "xn--r8jz45g.jp");
  for (const std::string& wrong :
       {std::string("[192.0.2.1]"), std::string("[IPv6:2001:db8::1]"), std::string("192.0.2.1"),
        std::string(), std::string("."), std::string("localhost"), std::string("a_b.test"),
        std::string("a..test"), std::string(64, 'a') + ".test"}) {
    EXPECT_FALSE(destination_of(wrong)) << wrong;
  }
}

TEST_F(PlanTest, refuses_a_domain_that_cannot_be_a_destination) {
  expect_none(550, "5.1.3", Kind::dead, Kind::dead, "[192.0.2.1]");
  expect_none(550, "5.1.3", Kind::dead, Kind::dead, "[IPv6:2001:db8::1]");
  expect_none(550, "5.1.3", Kind::dead, Kind::dead, std::string(64, 'a') + ".test");
}

TEST_F(PlanTest, goes_to_the_hosts_of_the_name_behind_an_alias) {
  dns::Answer answer = mail_hosts({{10, "mx.other.test"}});
  answer.canonical = "other.test";
  mx(answer);
  host("mx.other.test", addresses({"8.8.8.8"}));
  EXPECT_THAT(hosts(), ElementsAre("mx.other.test"));
}

TEST_F(PlanTest, never_uses_the_address_of_a_domain_with_mx_records) {
  mx(mail_hosts({{10, "mx.shop.test"}}));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("mx.shop.test"));
  host("mx.shop.test", denied(dns::Rcode::no_such_name));
  host("shop.test", addresses({"8.8.8.8"}));
  expect_none(550, "5.4.4", Kind::suspect);
}

TEST_F(PlanTest, refuses_a_null_mx_at_once) {
  mx(mail_hosts({{0, ""}}, 7200));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), IsEmpty());
  expect_none(556, "5.1.10", Kind::dead);
  EXPECT_EQ(valid_until_ms(route()), kNowMs + 7'200'000);
}

TEST_F(PlanTest, ignores_a_null_mx_beside_other_hosts) {
  mx(mail_hosts({{0, ""}, {10, "mx.shop.test"}}));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("mx.shop.test"));
  host("mx.shop.test", addresses({"8.8.8.8"}));
  EXPECT_THAT(hosts(), ElementsAre("mx.shop.test"));
}

TEST_F(PlanTest, takes_the_domain_itself_without_mx_records) {
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("shop.test"));
  host("shop.test", addresses({"8.8.8.8"}));
  const Plan found = plan();
  ASSERT_THAT(found.hosts, SizeIs(1));
  EXPECT_EQ(found.hosts[0].host, "shop.test");
  EXPECT_EQ(found.hosts[0].preference, 0);
  EXPECT_THAT(found.hosts[0].addresses, ElementsAre(address("8.8.8.8")));
}

TEST_F(PlanTest, takes_the_name_behind_an_alias_without_mx_records) {
  dns::Answer answer = denied();
  answer.canonical = "other.test";
  mx(answer);
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("other.test"));
}

TEST_F(PlanTest, suspects_a_domain_that_does_not_exist) {
  mx(denied(dns::Rcode::no_such_name));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), IsEmpty());
  expect_none(550, "5.1.2", Kind::suspect);
}

TEST_F(PlanTest, never_falls_through_to_addresses_when_the_dns_fails) {
  mx(failed());
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), IsEmpty());
  host("shop.test", addresses({"8.8.8.8"}));
  expect_none(451, "4.4.3", Kind::unsure);
  for (const dns::Rcode code : {dns::Rcode::server_failure, dns::Rcode::refused, dns::Rcode::malformed}) {
    mx(denied(code));
    EXPECT_THAT(hosts_to_ask(answers_.mx, random_), IsEmpty());
    expect_none(451, "4.4.3", Kind::unsure);
  }
}

TEST_F(PlanTest, waits_when_signatures_are_wrong) {
  mx(bogus());
  expect_none(451, "4.7.5", Kind::unsure);
  mx(mail_hosts({{10, "mx.shop.test"}}));
  host("mx.shop.test", bogus());
  expect_none(451, "4.7.5", Kind::unsure);
}

TEST_F(PlanTest, sorts_by_preference_and_shuffles_equal_ones) {
  mx(mail_hosts({{20, "last.test"},
                 {10, "a.test"},
                 {10, "b.test"},
                 {10, "c.test"},
                 {10, "d.test"},
                 {5, "first.test"}}));
  for (const char* name : {"a.test", "b.test", "c.test", "d.test", "first.test", "last.test"})
    host(name, addresses({"8.8.8.8"}));
  std::map<std::string, int> second;
  const SiteKey site = plan().site;
  for (int i = 0; i < 1000; ++i) {
    const Plan found = plan();
    ASSERT_THAT(found.hosts, SizeIs(6));
    EXPECT_EQ(found.hosts.front().host, "first.test");
    EXPECT_EQ(found.hosts.back().host, "last.test");
    EXPECT_EQ(found.site, site) << "the order among equals is no part of the site";
    ++second[found.hosts[1].host];
  }
  EXPECT_THAT(second, SizeIs(4));
  for (const auto& [name, count] : second) EXPECT_NEAR(count, 250, 60) << name;
}

TEST_F(PlanTest, gives_each_session_an_order_of_its_own) {
  mx(mail_hosts({{10, "a.test"}, {10, "b.test"}, {20, "c.test"}}));
  for (const char* name : {"a.test", "b.test", "c.test"}) host(name, addresses({"8.8.8.8"}));
  Plan found = plan();
  std::set<std::string> first;
  for (int i = 0; i < 50; ++i) {
    shuffle_equal(found.hosts, random_);
    first.insert(found.hosts.front().host);
    EXPECT_EQ(found.hosts.back().host, "c.test");
  }
  EXPECT_THAT(first, SizeIs(2));
}

TEST_F(PlanTest, shuffles_the_addresses_of_a_host) {
  mx(mail_hosts({{10, "mx.shop.test"}}));
  host("mx.shop.test", addresses({"8.8.8.1", "8.8.8.2", "8.8.8.3"}));
  std::set<net::Address> first;
  for (int i = 0; i < 50; ++i) first.insert(plan().hosts.at(0).addresses.front());
  EXPECT_THAT(first, SizeIs(3));
}

TEST_F(PlanTest, keeps_the_name_of_a_host_that_is_an_alias) {
  mx(mail_hosts({{10, "mx.shop.test"}}));
  dns::Answer answer = addresses({"8.8.8.8"});
  answer.canonical = "host.elsewhere.test";
  host("mx.shop.test", answer);
  EXPECT_THAT(hosts(), ElementsAre("mx.shop.test"));
}

TEST_F(PlanTest, skips_hosts_without_addresses) {
  mx(mail_hosts({{10, "gone.test"}, {20, "bare.test"}, {30, "slow.test"}, {40, "here.test"}}));
  host("gone.test", denied(dns::Rcode::no_such_name));
  host("bare.test", denied());
  host("slow.test", failed());
  host("here.test", addresses({"8.8.8.8"}));
  EXPECT_THAT(hosts(), ElementsAre("here.test"));
  EXPECT_EQ(plan().valid_until_ms, kNowMs + 300'000) << "the slow one may come back";
}

TEST_F(PlanTest, waits_when_one_of_the_hosts_fails_and_the_others_have_no_address) {
  mx(mail_hosts({{10, "gone.test"}, {20, "slow.test"}}));
  host("gone.test", denied(dns::Rcode::no_such_name));
  host("slow.test", failed());
  expect_none(451, "4.4.3", Kind::unsure);
}

TEST_F(PlanTest, suspects_a_domain_whose_hosts_all_have_no_address) {
  mx(mail_hosts({{10, "gone.test"}, {20, "bare.test"}}));
  host("gone.test", denied(dns::Rcode::no_such_name));
  host("bare.test", denied());
  expect_none(550, "5.4.4", Kind::suspect);
}

TEST_F(PlanTest, suspects_a_domain_without_mx_records_and_addresses) {
  host("shop.test", denied());
  expect_none(550, "5.4.4", Kind::suspect);
}

TEST_F(PlanTest, waits_when_the_address_of_a_domain_without_mx_records_is_not_answered) {
  host("shop.test", failed());
  expect_none(451, "4.4.3", Kind::unsure);
}

TEST_F(PlanTest, drops_itself_and_everything_that_is_equal_or_worse) {
  own_ = {{address("8.8.8.1")}, {"mail.own.test"}};
  mx(mail_hosts({{5, "best.test"}, {10, "a.test"}, {10, "us.test"}, {20, "worse.test"}}));
  host("best.test", addresses({"9.9.9.9"}));
  host("a.test", addresses({"9.9.9.8"}));
  host("us.test", addresses({"9.9.9.7", "8.8.8.1"}));
  host("worse.test", addresses({"9.9.9.6"}));
  EXPECT_THAT(hosts(), ElementsAre("best.test"));
}

TEST_F(PlanTest, knows_itself_by_name_even_without_an_address) {
  own_ = {{}, {"mail.own.test"}};
  mx(mail_hosts({{5, "best.test"}, {10, "mail.own.test"}, {20, "worse.test"}}));
  host("best.test", addresses({"9.9.9.9"}));
  host("mail.own.test", failed());
  host("worse.test", addresses({"9.9.9.6"}));
  EXPECT_THAT(hosts(), ElementsAre("best.test"));
}

TEST_F(PlanTest, refuses_a_loop) {
  own_ = {{address("8.8.8.1")}, {}};
  mx(mail_hosts({{10, "us.test"}, {20, "worse.test"}}));
  host("us.test", addresses({"8.8.8.1"}));
  host("worse.test", addresses({"9.9.9.9"}));
  expect_none(550, "5.4.6", Kind::suspect, Kind::loop);
  mx(denied());
  answers_.hosts.clear();
  host("shop.test", addresses({"8.8.8.1"}));
  expect_none(550, "5.4.6", Kind::suspect, Kind::loop);
}

TEST_F(PlanTest, waits_when_better_hosts_than_itself_have_no_address) {
  own_ = {{address("8.8.8.1")}, {}};
  mx(mail_hosts({{10, "best.test"}, {20, "us.test"}}));
  host("us.test", addresses({"8.8.8.1"}));
  host("best.test", denied());
  expect_none(451, "4.4.4", Kind::unreachable);
  answers_.hosts.pop_back();
  host("best.test", failed());
  expect_none(451, "4.4.3", Kind::unsure);
}

TEST_F(PlanTest, never_goes_to_an_address_that_is_not_public) {
  for (const char* inside : {"127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1",
                             "169.254.1.1", "224.0.0.1"}) {
    answers_.hosts.clear();
    mx(mail_hosts({{10, "inside.test"}}));
    host("inside.test", addresses({inside}));
    expect_none(550, "5.4.4", Kind::suspect, Kind::forbidden);
  }
  families_ = Families::both;
  for (const char* inside :
       {"::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"}) {
    answers_.hosts.clear();
    host("inside.test", denied(), addresses({inside}));
    expect_none(550, "5.4.4", Kind::suspect, Kind::forbidden);
  }
}

TEST_F(PlanTest, passes_over_private_addresses_beside_public_ones) {
  own_ = {{address("127.0.0.1"), address("10.0.0.1")}, {}};  // As the interfaces of a machine list them.
  mx(mail_hosts({{10, "inside.test"}, {20, "here.test"}}));
  host("inside.test", addresses({"127.0.0.1", "10.0.0.1"}));
  host("here.test", addresses({"192.168.1.1", "8.8.8.8"}));
  const Plan found = plan();
  ASSERT_THAT(found.hosts, SizeIs(1));
  EXPECT_THAT(found.hosts[0].addresses, ElementsAre(address("8.8.8.8")));
}

// ---- traps ----

TEST_F(PlanTest, takes_underscores_in_hosts_and_ignores_what_is_no_name) {
  mx(mail_hosts({{5, "192.0.2.1"}, {6, "a b.test"}, {7, "a..test"}, {10, "mx_1.shop.test"}}));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("mx_1.shop.test"));
  host("mx_1.shop.test", addresses({"8.8.8.8"}));
  EXPECT_THAT(hosts(), ElementsAre("mx_1.shop.test"));
  mx(mail_hosts({{5, "192.0.2.1"}}));
  expect_none(550, "5.4.4", Kind::suspect);
}

TEST_F(PlanTest, counts_a_host_that_is_listed_twice_once_at_its_best) {
  mx(mail_hosts({{20, "mx.test"}, {10, "mx.test"}}));
  EXPECT_THAT(hosts_to_ask(answers_.mx, random_), ElementsAre("mx.test"));
  host("mx.test", addresses({"8.8.8.8"}));
  const Plan found = plan();
  ASSERT_THAT(found.hosts, SizeIs(1));
  EXPECT_EQ(found.hosts[0].preference, 10);
}

TEST_F(PlanTest, asks_for_a_bounded_number_of_hosts) {
  std::vector<dns::MailHost> many;
  for (int i = 0; i < 40; ++i)
    many.push_back({static_cast<std::uint16_t>(i < 5 ? 1 : 10), "mx" + std::to_string(i) + ".test"});
  mx(mail_hosts(many));
  const std::vector<std::string> asked = hosts_to_ask(answers_.mx, random_);
  EXPECT_THAT(asked, SizeIs(kHostsMax));
  EXPECT_THAT(std::vector(asked.begin(), asked.begin() + 5),
              UnorderedElementsAre("mx0.test", "mx1.test", "mx2.test", "mx3.test", "mx4.test"));
  for (const std::string& name : asked) host(name, denied());
  expect_none(451, "4.4.3", Kind::unsure);
}

// ---- families ----

TEST_F(PlanTest, keeps_both_families_within_its_limit) {
  families_ = Families::both;
  std::vector<std::string> v4, v6;
  for (int i = 1; i <= 40; ++i) {
    v4.push_back("8.8.8." + std::to_string(i));
    v6.push_back("2a00::" + std::to_string(i));
  }
  const auto counts = [&](std::size_t count4, std::size_t count6) {
    mx(mail_hosts({{10, "mx.test"}}));
    answers_.hosts.clear();
    host("mx.test", addresses({v4.begin(), v4.begin() + static_cast<long>(count4)}),
         addresses({v6.begin(), v6.begin() + static_cast<long>(count6)}));
    const Plan found = plan();
    const auto& kept = found.hosts.at(0).addresses;
    const auto kept4 = std::ranges::count_if(kept, &net::Address::is_v4);
    return std::pair(kept4, static_cast<long>(kept.size()) - kept4);
  };
  EXPECT_EQ(counts(40, 40), std::pair(4L, 4L));
  EXPECT_EQ(counts(40, 1), std::pair(7L, 1L));
  EXPECT_EQ(counts(1, 40), std::pair(1L, 7L));
  EXPECT_EQ(counts(40, 0), std::pair(8L, 0L));
  EXPECT_EQ(counts(2, 3), std::pair(2L, 3L));
}

TEST_F(PlanTest, waits_when_only_the_other_family_has_addresses) {
  mx(mail_hosts({{10, "mx.test"}}));
  host("mx.test", denied(), addresses({"2a00::1"}));
  expect_none(451, "4.4.4", Kind::unreachable);
}

TEST_F(PlanTest, waits_for_a_family_that_it_may_use_and_could_not_ask_for) {
  families_ = Families::both;
  mx(mail_hosts({{10, "mx.test"}}));
  host("mx.test", denied());
  expect_none(451, "4.4.3", Kind::unsure);
}

// ---- any answers ----

/// Answers that no zone gives on purpose, made of everything that can go wrong.
class AnyAnswers {
 public:
  explicit AnyAnswers(testkit::SeededRandom& random) : random_(random) {}

  std::size_t below(std::size_t end) { return random_.next() % end; }
  template <class T>
  Result<dns::Answer> answer(T definite) {
    switch (below(8)) {
      case 0:
        return failed();
      case 1:
        return bogus();
      case 2:
        return denied(dns::Rcode::no_such_name);
      case 3:
        return denied(dns::Rcode::refused);
      default:
        return definite();
    }
  }
  Result<dns::Answer> hosts() {
    return answer([this] {
      std::vector<dns::MailHost> hosts(below(16));
      for (dns::MailHost& host : hosts)
        host = {static_cast<std::uint16_t>(below(4)),
                below(9) == 0 ? "" : "mx" + std::to_string(below(12)) + ".test"};
      return mail_hosts(hosts);
    });
  }
  Result<dns::Answer> host_addresses(bool v4) {
    return answer([this, v4] {
      static constexpr const char* kDigits[][6] = {
          {"2a00::1", "2a00::2", "::1", "fe80::1", "::ffff:8.8.8.8", "2a00::53"},
          {"8.8.8.8", "9.9.9.9", "127.0.0.1", "10.0.0.1", "192.0.2.1", "8.8.4.4"}};
      std::vector<std::string> digits(below(12));
      // The last ones are ours; were they frequent, nearly every route would be a loop.
      for (std::string& each : digits) each = kDigits[v4 ? 1 : 0][below(40) == 0 ? 5 : below(5)];
      return addresses(digits);
    });
  }

 private:
  testkit::SeededRandom& random_;
};

TEST_F(PlanTest, keeps_its_rules_whatever_the_dns_says) {
  own_ = {{address("8.8.4.4"), address("2a00::53")}, {"mx11.test"}};
  AnyAnswers any(random_);
  std::size_t plans = 0;
  for (int trial = 0; trial < 3000; ++trial) {
    families_ = static_cast<Families>(any.below(3));
    answers_ = {any.hosts(), {}};
    const std::vector<std::string> asked = hosts_to_ask(answers_.mx, random_);
    ASSERT_LE(asked.size(), kHostsMax);
    for (const std::string& name : asked) {
      if (any.below(10) == 0) continue;
      host(name, any.host_addresses(true), any.host_addresses(false));
    }
    const Route found = route();
    if (const auto* none = std::get_if<NoRoute>(&found)) {
      const bool temporary = none->kind == Kind::unsure || none->kind == Kind::unreachable;
      ASSERT_EQ(none->code / 100, temporary ? 4u : 5u);
      ASSERT_TRUE(none->enhanced.starts_with(temporary ? "4." : "5.")) << none->enhanced;
      continue;
    }
    ++plans;
    const Plan& plan = std::get<Plan>(found);
    ASSERT_FALSE(plan.hosts.empty());
    ASSERT_TRUE(std::ranges::is_sorted(plan.hosts, {}, &HostPlan::preference));
    ASSERT_GE(plan.valid_until_ms, kNowMs + kRouteMinMs);
    for (const HostPlan& each : plan.hosts) {
      ASSERT_NE(each.host, "mx11.test");
      ASSERT_FALSE(each.addresses.empty());
      ASSERT_LE(each.addresses.size(), kAddressesMax);
      for (const net::Address& to : each.addresses) {
        ASSERT_TRUE(net::is_public_address(to) && !to.is_mapped()) << to.text();
        ASSERT_EQ(std::ranges::count(own_.addresses, to), 0) << to.text();
        ASSERT_TRUE(families_ == Families::both || to.is_v4() == (families_ == Families::v4));
      }
    }
  }
  EXPECT_GT(plans, 500u);
}

// ---- time and trust ----

TEST_F(PlanTest, lives_as_long_as_the_shortest_of_its_records_within_bounds) {
  const auto lives_s = [&](std::uint32_t mx_s, std::uint32_t address_s) {
    mx(mail_hosts({{10, "mx.test"}}, mx_s));
    answers_.hosts.clear();
    host("mx.test", addresses({"8.8.8.8"}, address_s));
    return (plan().valid_until_ms - kNowMs) / 1000;
  };
  EXPECT_EQ(lives_s(3600, 600), 600);
  EXPECT_EQ(lives_s(600, 3600), 600);
  EXPECT_EQ(lives_s(3600, 0), 60);
  EXPECT_EQ(lives_s(1'000'000, 2'000'000), 86'400);
}

TEST_F(PlanTest, is_secure_as_far_as_signatures_go) {
  const auto secure = [&](dns::Trust of_mx, dns::Trust of_host) {
    dns::Answer hosts = mail_hosts({{10, "mx.test"}});
    hosts.trust = of_mx;
    mx(hosts);
    dns::Answer host_addresses = addresses({"8.8.8.8"});
    host_addresses.trust = of_host;
    answers_.hosts.clear();
    host("mx.test", host_addresses);
    const Plan found = plan();
    return std::pair(found.mx_secure, found.hosts.at(0).secure);
  };
  EXPECT_EQ(secure(dns::Trust::secure, dns::Trust::secure), std::pair(true, true));
  EXPECT_EQ(secure(dns::Trust::secure, dns::Trust::insecure), std::pair(true, false));
  EXPECT_EQ(secure(dns::Trust::unknown, dns::Trust::secure), std::pair(false, true));
}

}  // namespace
}  // namespace sesame::routing

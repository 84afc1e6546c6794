#include "routing/policed_routes.hpp"

#include <gtest/gtest.h>

#include "routing/sts_fixture.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::routing {
namespace {

using smtp::CertificateDemand;
using smtp::StsUse;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;

class PolicedRoutesTest : public StsWorld {
 protected:
  PolicedRoutesTest() {
    resolver.publish("shop.test", dns::Resolver::MailHosts{{10, "mx1.shop.test"}, {20, "mx2.shop.test"}});
    resolver.publish("same.test", dns::Resolver::MailHosts{{10, "mx1.shop.test"}, {20, "mx2.shop.test"}});
    resolver.publish_address("mx1.shop.test", "8.8.8.1");
    resolver.publish_address("mx2.shop.test", "8.8.8.2");
  }
  /// "mx1.shop.test mx2.shop.test noted", or the reason why there is no route.
  std::string route(const std::string& domain) {
    RoutePtr found;
    routes.find(domain, [&](RoutePtr one) { found = std::move(one); });
    EXPECT_EQ(routes.known(domain), found);
    return text(found);
  }
  static std::string text(const RoutePtr& found) {
    if (found == nullptr) return "waits";
    if (const auto* none = std::get_if<NoRoute>(found.get())) return none->enhanced + " " + none->text;
    const Plan& plan = std::get<Plan>(*found);
    std::string text;
    for (const HostPlan& host : plan.hosts) text += host.host + " ";
    if (plan.certificate == CertificateDemand::noted) return text + "noted";
    return text + (plan.certificate == CertificateDemand::required ? "required" : "plain");
  }
  SiteKey site(const std::string& domain) {
    routes.find(domain, [](const RoutePtr&) {});
    return std::get<Plan>(*routes.known(domain)).site;
  }

  StsUse use = StsUse::follow;
  std::uint64_t epoch = 1;
  testkit::SeededRandom random;
  Routes plain{resolver, clock, random, {}};
  PolicedRoutes routes{
      plain,
      *policies,
      {[this](std::span<const std::string>, const std::string&) { return use; }, [this] { return epoch; }}};
};

TEST_F(PolicedRoutesTest, without_a_policy_the_route_is_the_plain_one) {
  EXPECT_EQ(route("shop.test"), "mx1.shop.test mx2.shop.test plain");
  EXPECT_EQ(routes.known("shop.test"), plain.known("shop.test"));
  EXPECT_EQ(questions("shop.test"), 1U);
}

TEST_F(PolicedRoutesTest, enforce_leaves_the_hosts_that_the_policy_names) {
  publish("shop.test", "1", policy_text("enforce", {"mx2.shop.test"}));
  EXPECT_EQ(route("shop.test"), "mx2.shop.test required");
  publish("same.test", "1", policy_text("enforce", {"*.shop.test"}));
  EXPECT_EQ(route("same.test"), "mx1.shop.test mx2.shop.test required");
}

TEST_F(PolicedRoutesTest, enforce_without_a_host_defers_with_a_text_that_says_so) {
  publish("shop.test", "1", policy_text("enforce", {"mx.elsewhere.test"}));
  EXPECT_EQ(route("shop.test"), "4.7.5 The MTA-STS policy of shop.test names none of its mail hosts");
  const auto none = std::get<NoRoute>(*routes.known("shop.test"));
  EXPECT_EQ(none.code, 451U);
  EXPECT_EQ(none.kind, NoRoute::Kind::unreachable);
}

TEST_F(PolicedRoutesTest, a_policy_that_leaves_no_host_is_looked_up_again_before_mail_is_deferred) {
  publish("shop.test", "1", policy_text("enforce", {"mx.elsewhere.test"}));
  route("shop.test");
  publish("shop.test", "2", policy_text("none", {}));
  clock.advance(5min);
  EXPECT_EQ(route("shop.test"), "mx1.shop.test mx2.shop.test plain");
}

TEST_F(PolicedRoutesTest, testing_and_report_try_all_hosts_and_note_the_certificate) {
  publish("shop.test", "1", policy_text("testing", {"mx.elsewhere.test"}));
  EXPECT_EQ(route("shop.test"), "mx1.shop.test mx2.shop.test noted");
  use = StsUse::report;
  publish("same.test", "1", policy_text("enforce", {"mx1.shop.test"}));
  EXPECT_EQ(route("same.test"), "mx1.shop.test mx2.shop.test noted");
}

TEST_F(PolicedRoutesTest, none_and_off_change_nothing) {
  publish("shop.test", "1", policy_text("none", {}));
  EXPECT_EQ(route("shop.test"), "mx1.shop.test mx2.shop.test plain");
  use = StsUse::off;
  publish("same.test", "1", policy_text("enforce", {"mx1.shop.test"}));
  EXPECT_EQ(route("same.test"), "mx1.shop.test mx2.shop.test plain");
  EXPECT_EQ(questions("same.test"), 0U);
}

TEST_F(PolicedRoutesTest, changed_rules_count_from_the_next_mail) {
  publish("shop.test", "1", policy_text("enforce", {"mx1.shop.test"}));
  EXPECT_EQ(route("shop.test"), "mx1.shop.test required");
  use = StsUse::report;
  EXPECT_EQ(route("shop.test"), "mx1.shop.test required") << "the same epoch";
  ++epoch;
  EXPECT_EQ(route("shop.test"), "mx1.shop.test mx2.shop.test noted");
}

TEST_F(PolicedRoutesTest, domains_share_a_site_only_under_the_same_demand) {
  const SiteKey without = site("same.test");
  publish("shop.test", "1", policy_text("enforce", {"*.shop.test"}));
  const SiteKey both = site("shop.test");
  EXPECT_NE(both, without);
  restart();
  publish("same.test", "1", policy_text("enforce", {"mx1.shop.test", "mx2.shop.test"}));
  EXPECT_EQ(site("same.test"), both) << "the same hosts may be used";
  restart();
  publish("same.test", "1", policy_text("enforce", {"mx1.shop.test"}));
  EXPECT_NE(site("same.test"), both);
  restart();
  publish("same.test", "1", policy_text("testing", {"*.shop.test"}));
  EXPECT_NE(site("same.test"), both);
  EXPECT_NE(site("same.test"), without);
}

TEST_F(PolicedRoutesTest, the_policy_is_looked_up_beside_the_route) {
  publish("shop.test", "1", policy_text("enforce", {"mx2.shop.test"}));
  resolver.hold();
  RoutePtr found;
  routes.find("shop.test", [&](RoutePtr one) { found = std::move(one); });
  EXPECT_EQ(resolver.waiting(), 2U) << "MX and TXT";
  EXPECT_EQ(routes.known("shop.test"), nullptr);
  resolver.release();
  EXPECT_EQ(text(found), "mx2.shop.test required");
}

TEST_F(PolicedRoutesTest, a_policy_that_does_not_come_holds_up_nothing_for_long) {
  publish("shop.test", "1", policy_text("enforce", {"mx2.shop.test"}));
  hold_fetches = true;
  RoutePtr found;
  routes.find("shop.test", [&](RoutePtr one) { found = std::move(one); });
  EXPECT_EQ(found, nullptr);
  clock.advance(options.deadline);
  policies->expire();
  EXPECT_EQ(text(found), "mx1.shop.test mx2.shop.test plain");
}

TEST_F(PolicedRoutesTest, a_destination_without_a_route_has_no_policy) {
  EXPECT_EQ(route("nowhere.test").substr(0, 5), "5.1.2");
  RoutePtr found;
  routes.find("[8.8.8.8]", [&](RoutePtr one) { found = std::move(one); });
  EXPECT_EQ(text(found).substr(0, 5), "5.1.3");
}

}  // namespace
}  // namespace sesame::routing

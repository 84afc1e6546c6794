#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actions/families.hpp"
#include "testkit/cloud_api.hpp"

namespace sesame::actions {
namespace {

using testing::StartsWith;

constexpr std::pair<const char*, const char*> kCalls[] = {{"ListDeliverySites", R"({"Offset":0,"Limit":10})"},
                                                          {"ListDeliveryHolds", R"({"Offset":0,"Limit":10})"},
                                                          {"GetDeliverySite", R"({"Domain":"shop.test"})"},
                                                          {"EndDeliveryHold", R"({"Path":"provider x"})"},
                                                          {"ReloadDeliveryRules", "{}"}};

// A server that is not in mode direct.
class SiteActionsTest : public testing::Test {
 protected:
  SiteActionsTest() {
    call_as(true);
    const SiteParts parts{.outlet = nullptr,
                          .wake_delivery = [] {},
                          .reload_rules =
                              [this] {
                                ++reloads;
                                return RuleReload{.in_force = false, .faults = {"rules.toml:2: not a rate"}};
                              }};
    add_site_actions(api_.actions, parts);
    add_hold_actions(api_.actions, parts);
    add_destination_action(api_.actions, parts);
    add_rule_actions(api_.actions, parts);
  }
  void call_as(bool manages_accounts) {
    accounts::Credential caller = api_.credential(testkit::kSecretId, testkit::kSecretKey, 1);
    caller.administers = manages_accounts;
    api_.keyring.put(std::move(caller));
  }
  std::string outcome(std::string_view action, std::string_view body) {
    api_.clock.advance(std::chrono::seconds(1));
    return api_.outcome(api_.request(action, body, kOwnVersion));
  }

  testkit::CloudApi api_;
  int reloads = 0;
};

TEST_F(SiteActionsTest, answer_that_there_are_none_in_other_modes) {
  for (const auto& [action, body] : kCalls) {
    api_.clock.advance(std::chrono::seconds(1));
    const boost::json::object answer = api_.call(action, body, kOwnVersion);
    if (const auto* available = answer.if_contains("Available")) {
      EXPECT_FALSE(available->as_bool()) << action;
    }
  }
  EXPECT_EQ(
      api_.call("EndDeliveryHold", R"({"Path":"provider y"})", kOwnVersion).at("Holds").as_array().size(),
      0U);
}

TEST_F(SiteActionsTest, are_for_whoever_manages_accounts) {
  call_as(false);
  for (const auto& [action, body] : kCalls)
    EXPECT_THAT(outcome(action, body), StartsWith("AuthFailure.UnauthorizedOperation")) << action;
  EXPECT_EQ(reloads, 0) << "nothing was done before the refusal";
}

TEST_F(SiteActionsTest, name_the_faults_of_rules) {
  const boost::json::object answer = api_.call("ReloadDeliveryRules", "{}", kOwnVersion);
  EXPECT_FALSE(answer.at("Reloaded").as_bool());
  EXPECT_EQ(answer.at("Faults").as_array().at(0), "rules.toml:2: not a rate");
  EXPECT_EQ(reloads, 1);
}

TEST_F(SiteActionsTest, refuse_what_is_no_domain) {
  for (const char* domain : {"@", "ann@shop.test", "shop", "a..test", "[192.0.2.1]"})
    EXPECT_THAT(outcome("GetDeliverySite", R"({"Domain":")" + std::string(domain) + R"("})"),
                StartsWith("InvalidParameterValue"))
        << domain;
}

}  // namespace
}  // namespace sesame::actions

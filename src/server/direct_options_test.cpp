#include "server/direct_options.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <map>
#include <stdexcept>
#include <utility>

namespace sesame::server {
namespace {

Settings settings_of(const std::map<std::string, std::string>& wanted) {
  Settings::Sources sources;
  sources.flags = {{"delivery.mode", "direct"}, {"delivery.helo", "Out.Shop.test"}};
  for (const auto& [key, value] : wanted) sources.flags[key] = value;
  sources.environment = [](const std::string&) { return std::nullopt; };
  Result<Settings> settings = Settings::load(sources);
  if (!settings) throw std::runtime_error(std::string(settings.error().reason()));
  return std::move(*settings);
}

/// The setting that direct_options() refuses, or "".
std::string refused(const std::map<std::string, std::string>& wanted) {
  const auto options = direct_options(settings_of(wanted));
  return options ? "" : options.error().facts().front().value;
}

TEST(DirectOptionsTest, need_a_qualified_name_and_checked_domains) {
  EXPECT_EQ(refused({}), "");
  EXPECT_EQ(refused({{"identity.verification", "dns"}}), "");
  EXPECT_EQ(refused({{"identity.verification", "trust"}}), "identity.verification");
  for (const char* name : {"mail", "[192.0.2.1]", "mail.localdomain"})
    EXPECT_EQ(refused({{"delivery.helo", name}}), "delivery.helo") << name;
}

TEST(DirectOptionsTest, greet_with_the_name_as_the_dns_has_it) {
  const auto options = direct_options(settings_of({{"delivery.helo", "почта.test"}}));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->target.helo_name, "xn--80a1acny.test");
}

TEST(DirectOptionsTest, encrypt_without_asking_for_proof) {
  const auto options = direct_options(settings_of({}));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->target.helo_name, "out.shop.test");
  EXPECT_EQ(options->target.port, 25);
  EXPECT_EQ(options->target.tls, smtp::TlsPolicy::opportunistic);
  ASSERT_TRUE(options->site.client.tls_context);
  EXPECT_FALSE(options->site.client.tls_context->verifies_peer());
  EXPECT_TRUE(options->site.client.user.empty());
}

TEST(DirectOptionsTest, limits_are_those_of_the_settings_or_careful_ones) {
  const auto careful = direct_options(settings_of({}));
  EXPECT_EQ(careful->connections, 1000);
  const auto chosen = direct_options(
      settings_of({{"delivery.connections", "20"}, {"delivery.messages_per_connection", "1000"}}));
  EXPECT_EQ(chosen->connections, 20);
  EXPECT_EQ(chosen->site.messages_per_connection, 1000);
}

TEST(RouteOptionsTest, know_the_names_of_this_machine) {
  std::map<std::string, std::string> wanted{{"identity.mx_host", "MX.shop.test"}};
  EXPECT_EQ(route_options(settings_of(wanted), {}).own.names, std::vector<std::string>{"out.shop.test"});
  EXPECT_EQ(route_options(settings_of(wanted), {}).families, routing::Families::v4);
  wanted["bounces.listen"] = "0.0.0.0:25";
  EXPECT_EQ(route_options(settings_of(wanted), {}).own.names,
            (std::vector<std::string>{"out.shop.test", "mx.shop.test"}));
}

TEST(RouteOptionsTest, use_the_families_of_the_sources_and_know_their_addresses) {
  const shaping::Source four{"a", net::Address::parse("45.10.0.1").value(), "a.shop.test"};
  const shaping::Source six{"b", net::Address::parse("2a0e:1::1").value(), "b.shop.test"};
  const auto options_with = [](std::vector<shaping::Source> sources) {
    return route_options(settings_of({}), shaping::SourcePools(std::move(sources), {}, {}));
  };
  EXPECT_EQ(options_with({four}).families, routing::Families::v4);
  EXPECT_EQ(options_with({six}).families, routing::Families::v6);
  const routing::RouteOptions both = options_with({four, six});
  EXPECT_EQ(both.families, routing::Families::both);
  EXPECT_NE(std::ranges::find(both.own.addresses, six.address), both.own.addresses.end());
}

}  // namespace
}  // namespace sesame::server

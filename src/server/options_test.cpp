#include "server/options.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>

namespace sesame::server {
namespace {

bool checks_certificate(const std::map<std::string, std::string>& wanted) {
  Settings::Sources sources;
  sources.flags["delivery.mode"] = "relay";
  sources.flags["delivery.relay"] = "smtp.rcpt.test:587";
  // Not as flags: a password is not taken from there.
  std::map<std::string, std::string> variables;
  for (const auto& [key, value] : wanted) variables[environment_name(key)] = value;
  sources.environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
  const Result<Settings> settings = Settings::load(sources);
  if (!settings) throw std::runtime_error(std::string(settings.error().reason()));
  const Result<delivery::RelayOptions> options = relay_options(*settings);
  if (!options) throw std::runtime_error(std::string(options.error().reason()));
  return options->client.tls_context->verifies_peer();
}

TEST(RelayOptionsTest, the_password_is_for_a_relay_whose_certificate_is_checked) {
  EXPECT_TRUE(checks_certificate({{"delivery.relay_username", "user"}, {"delivery.relay_password", "pass"}}));
}

TEST(RelayOptionsTest, required_tls_checks_the_certificate) {
  EXPECT_TRUE(checks_certificate({{"delivery.relay_tls", "required"}}));
}

TEST(RelayOptionsTest, opportunistic_tls_with_nothing_to_lose_checks_none) {
  EXPECT_FALSE(checks_certificate({}));
}

Result<Settings> settings_of(std::map<std::string, std::string> flags) {
  Settings::Sources sources;
  sources.flags = std::move(flags);
  sources.environment = [](const std::string&) { return std::nullopt; };
  return Settings::load(sources);
}

TEST(ReturnServerTest, is_off_until_it_is_told_where_to_listen) {
  const Result<Settings> settings = settings_of({{"bounces.domain", "back.shop.test"}});
  const auto options = return_server_options(*settings);
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->has_value());
}

TEST(ReturnServerTest, needs_to_know_its_domain) {
  const Result<Settings> settings = settings_of({{"bounces.listen", "127.0.0.1:25"}});
  const auto options = return_server_options(*settings);
  ASSERT_FALSE(options);
  EXPECT_EQ(options.error().reason(), "settings.value");
}

TEST(ReturnServerTest, takes_mail_from_everybody_without_a_log_in) {
  const Result<Settings> settings =
      settings_of({{"bounces.domain", "back.shop.test"}, {"bounces.listen", "127.0.0.1:2525"}});
  const auto options = return_server_options(*settings);
  ASSERT_TRUE(options);
  ASSERT_TRUE(options->has_value());
  EXPECT_EQ((*options)->port, 2525);
  EXPECT_FALSE((*options)->auth);
  EXPECT_EQ((*options)->tls, smtp::ServerTls::none);
}

TEST(HttpOptionsTest, trusted_proxies_are_addresses_and_nets) {
  const auto options =
      http_options(*settings_of({{"http.trusted_proxies", "127.0.0.1,10.0.0.0/8,fd00::/8"}}));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->trusted_proxies, (std::vector<std::string>{"127.0.0.1", "10.0.0.0/8", "fd00::/8"}));
  EXPECT_TRUE(http_options(*settings_of({}))->trusted_proxies.empty());
  for (const char* wrong : {"nginx", "10.0.0.0/40", "127.0.0.1,*"}) {
    const auto refused = http_options(*settings_of({{"http.trusted_proxies", wrong}}));
    ASSERT_FALSE(refused) << wrong;
    EXPECT_EQ(refused.error().reason(), "settings.value");
    EXPECT_EQ(refused.error().facts().front().value, "http.trusted_proxies");
  }
}

TEST(HttpOptionsTest, a_new_connection_speaks_before_a_used_one_would_have_to) {
  EXPECT_EQ(http_options(*settings_of({{"http.idle_timeout_s", "3"}}))->first_byte_timeout,
            std::chrono::seconds(3));
  EXPECT_EQ(http_options(*settings_of({}))->first_byte_timeout, std::chrono::seconds(10));
}

}  // namespace
}  // namespace sesame::server

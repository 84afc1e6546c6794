#include "server/options.hpp"

#include <gtest/gtest.h>

#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "server/submission_options.hpp"

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

TEST(PublicUrlTest, is_checked_and_in_the_form_of_links) {
  const auto read = [](const std::string& url) {
    const Result<Settings> settings = settings_of({{"public_url", url}});
    return settings ? public_url(*settings) : std::string(settings.error().reason());
  };
  EXPECT_EQ(read("https://links.shop.test"), "https://links.shop.test");
  EXPECT_EQ(read("https://links.shop.test/"), "https://links.shop.test");
  EXPECT_EQ(read("HTTP://Links.Shop.test:8080/mail//"), "HTTP://Links.Shop.test:8080/mail");
  EXPECT_EQ(read("http://[2001:db8::1]:8080"), "http://[2001:db8::1]:8080");
  EXPECT_EQ(read("https://b\xC3\xBC"
                 "cher.test/x"),
            "https://xn--bcher-kva.test/x");
  EXPECT_EQ(read("https://B\xC3\x9C"
                 "CHER.test:8443"),
            "https://xn--bcher-kva.test:8443");
  EXPECT_EQ(read("https://\xE4\xBE\x8B\xE5\xAD\x90.test"), "https://xn--fsqu00a.test");
  for (const std::string url : {"links.shop.test",
                                "ftp://links.shop.test",
                                " https://links.shop.test",
                                "https://links.shop.test ",
                                "https://",
                                "https:///x",
                                "https://links shop.test",
                                "https://user@links.shop.test",
                                "https://links.shop.test/?a=b",
                                "https://links.shop.test/#top",
                                "https://links.shop.test:port",
                                "https://links.shop.test:0",
                                "https://links.shop.test:70000",
                                "https://links.shop.test/b\xC3\xBC",
                                "https://\xC3\xBC \xC3\xBC.test",
                                "https://links.shop.test\nX: y",
                                "//links.shop.test",
                                "https://a%20b.test",
                                "https:links.shop.test",
                                "https://\xFF.test"})
    EXPECT_EQ(read(url), "settings.value") << url;
}

TEST(PostingOptionsTest, certificates_are_read_at_the_start) {
  const auto read = [](const std::string& file) {
    const Result<Settings> settings = settings_of({{"webhooks.ca", file}});
    if (!settings) return std::string(settings.error().reason());
    const auto options = posting_options(*settings);
    return options ? std::string("read") : std::string(options.error().reason());
  };
  EXPECT_EQ(read(""), "read");
  EXPECT_EQ(read("/nonexistent/ca.pem"), "settings.value");
  EXPECT_EQ(read("/dev/null"), "settings.value");
  EXPECT_EQ(read("/"), "settings.value");
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

std::vector<actions::SubmissionAddress> addresses_with(std::map<std::string, std::string> wanted) {
  Settings::Sources sources;
  sources.flags = std::move(wanted);
  const Result<Settings> settings = Settings::load(sources);
  if (!settings) throw std::runtime_error(std::string(settings.error().reason()));
  return submission_addresses(*settings);
}

TEST(SubmissionAddressesTest, are_those_that_a_program_can_connect_to) {
  using Addresses = std::vector<actions::SubmissionAddress>;
  EXPECT_EQ(addresses_with({}), Addresses());
  EXPECT_EQ(addresses_with({{"submission.listen", "192.0.2.7:587"}, {"submission.listen_tls", "[::1]:465"}}),
            (Addresses{{{"192.0.2.7", 587}, false}, {{"::1", 465}, true}}));
  EXPECT_EQ(addresses_with({{"submission.listen", "0.0.0.0:587,[::]:587,127.0.0.1:0"},
                            {"submission.name", "mail.shop.test"}}),
            (Addresses{{{"mail.shop.test", 587}, false}}));
  EXPECT_EQ(addresses_with({{"submission.listen_tls", "[::]:465"}, {"delivery.helo", "mx.shop.test"}}),
            (Addresses{{{"mx.shop.test", 465}, true}}));
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

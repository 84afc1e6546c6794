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

TEST(RelayOptionsTest, ThePasswordIsForARelayWhoseCertificateIsChecked) {
  EXPECT_TRUE(checks_certificate({{"delivery.relay_username", "user"}, {"delivery.relay_password", "pass"}}));
}

TEST(RelayOptionsTest, RequiredTlsChecksTheCertificate) {
  EXPECT_TRUE(checks_certificate({{"delivery.relay_tls", "required"}}));
}

TEST(RelayOptionsTest, OpportunisticTlsWithNothingToLoseChecksNone) { EXPECT_FALSE(checks_certificate({})); }

}  // namespace
}  // namespace sesame::server

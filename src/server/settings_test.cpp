#include "server/settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "cloudapi/gateway.hpp"
#include "delivery/retry.hpp"
#include "returns/return_addresses.hpp"
#include "submission/submission_settings.hpp"

namespace sesame::server {
namespace {

using namespace std::chrono_literals;

class SettingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::path(::testing::TempDir()) / ("settings-" + std::to_string(getpid()) + ".toml");
  }
  void TearDown() override { std::filesystem::remove(path_); }

  Settings::Sources with_file(const std::string& text) {
    std::ofstream(path_) << text;
    Settings::Sources sources;
    sources.file = path_.string();
    return sources;
  }

  static std::string fact(const Error& error, std::string_view name) {
    for (const Error::Fact& each : error.facts()) {
      if (each.name == name) return each.value;
    }
    return "";
  }

  std::filesystem::path path_;
};

TEST_F(SettingsTest, defaults_are_safe) {
  const Result<Settings> settings = Settings::load({});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->text("delivery.mode"), "sandbox");
  EXPECT_EQ(settings->text("listen"), "127.0.0.1:8080");
  EXPECT_EQ(settings->text("limits.recipients_per_request"), "20000");
  EXPECT_EQ(settings->entry("listen").origin, "default");
}

TEST_F(SettingsTest, every_setting_has_a_key_and_a_variable_of_its_own) {
  std::set<std::string> keys, variables;
  for (const SettingRule& rule : setting_rules()) {
    EXPECT_TRUE(keys.emplace(rule.key).second) << rule.key;
    EXPECT_TRUE(variables.insert(environment_name(rule.key)).second) << rule.key;
  }
  EXPECT_GT(keys.size(), 90U);
}

struct UnlistedOptions {
  int threads = 1;
  void visit(SettingVisitor& settings) { settings.number("unlisted.threads", threads, {1, 8}, "threads"); }
};

template <class Options>
concept CanBeRead = requires(const Settings& settings) {
  settings.get<Options>();
};

TEST_F(SettingsTest, only_listed_structs_can_be_read) {
  EXPECT_TRUE(CanBeRead<delivery::RetryPolicy>);
  EXPECT_FALSE(CanBeRead<UnlistedOptions>);
  EXPECT_THROW(static_cast<void>(Settings::load({})->text("unlisted.threads")), std::logic_error);
}

TEST_F(SettingsTest, every_default_is_within_its_bounds) {
  for (const SettingRule& rule : setting_rules()) EXPECT_EQ(rule.broken_by(rule.fallback), "") << rule.key;
}

TEST_F(SettingsTest, every_help_text_stands_alone) {
  for (const SettingRule& rule : setting_rules()) {
    const std::string padded = " " + std::string(rule.help) + " ";
    EXPECT_GT(rule.help.size(), 10U) << rule.key;
    for (const char* pointer : {" the same ", " of these", " they ", " them ", " and how many ", " for it "})
      EXPECT_EQ(padded.find(pointer), std::string::npos) << rule.key << ":" << padded;
  }
}

TEST_F(SettingsTest, every_setting_that_hides_something_is_a_secret) {
  for (const SettingRule& rule : setting_rules()) {
    const bool hides = rule.key.find("password") != std::string_view::npos ||
                       rule.key.find("secret") != std::string_view::npos ||
                       rule.key.find("token") != std::string_view::npos;
    EXPECT_EQ(rule.secret, hides) << rule.key;
  }
}

TEST_F(SettingsTest, flags_win_over_environment_over_file) {
  Settings::Sources sources =
      with_file("listen = '0.0.0.0:1'\n[log]\nlevel = 'error'\n[delivery]\nmode = 'relay'\n");
  sources.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SESAME_LOG_LEVEL") return "warning";
    if (name == "SESAME_LISTEN") return "0.0.0.0:2";
    return std::nullopt;
  };
  sources.flags["listen"] = "0.0.0.0:3";
  const Result<Settings> settings = Settings::load(sources);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->text("listen"), "0.0.0.0:3");
  EXPECT_EQ(settings->text("log.level"), "warning");
  EXPECT_EQ(settings->text("delivery.mode"), "relay");
  EXPECT_EQ(settings->entry("log.level").origin, "environment SESAME_LOG_LEVEL");
}

TEST_F(SettingsTest, lists_come_from_arrays_and_commas) {
  const Result<Settings> file = Settings::load(with_file("[api]\nregions = ['a', 'b']\n"));
  ASSERT_TRUE(file);
  EXPECT_EQ(file->get<cloudapi::GatewayOptions>().regions, (std::vector<std::string>{"a", "b"}));
  Settings::Sources sources;
  sources.flags["api.regions"] = "x, y ,";
  EXPECT_EQ(Settings::load(sources)->get<cloudapi::GatewayOptions>().regions,
            (std::vector<std::string>{"x", "y"}));
}

TEST_F(SettingsTest, an_unknown_key_names_the_nearest) {
  const Result<Settings> settings = Settings::load(with_file("[delivery]\nmod = 'relay'\n"));
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().reason(), "settings.unknown");
  EXPECT_EQ(fact(settings.error(), "nearest"), "delivery.mode");
}

TEST_F(SettingsTest, a_value_outside_its_rule_says_the_rule) {
  Settings::Sources sources;
  sources.flags["limits.recipients_per_request"] = "0";
  const Result<Settings> settings = Settings::load(sources);
  ASSERT_FALSE(settings);
  EXPECT_EQ(fact(settings.error(), "rule"), "a whole number from 1 to 1000000");
  sources.flags = {{"delivery.mode", "teleport"}};
  EXPECT_EQ(fact(Settings::load(sources).error(), "rule"), "one of: sandbox relay direct");
}

TEST_F(SettingsTest, a_list_of_numbers_holds_nothing_else) {
  Settings::Sources sources;
  for (const char* bad : {"5m,15m", "300,0", "604801", "", "300,x"}) {
    sources.flags["delivery.retry_s"] = bad;
    const Result<Settings> settings = Settings::load(sources);
    ASSERT_FALSE(settings) << bad;
    EXPECT_EQ(fact(settings.error(), "rule"), "whole numbers from 1 to 604800, separated by commas");
  }
  sources.flags["delivery.retry_s"] = "1, 2,3";
  EXPECT_EQ(Settings::load(sources)->get<delivery::RetryPolicy>().pauses, (std::vector{1s, 2s, 3s}));
}

TEST_F(SettingsTest, a_secret_is_not_taken_from_the_command_line) {
  Settings::Sources sources;
  sources.flags["delivery.relay_password"] = "hushhush";
  const Result<Settings> settings = Settings::load(sources);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().reason(), "settings.secret_flag");
  EXPECT_EQ(fact(settings.error(), "variable"), "SESAME_DELIVERY_RELAY_PASSWORD");
  for (const Error::Fact& each : settings.error().facts())
    EXPECT_EQ(each.value.find("hush"), std::string::npos);
  sources = with_file("[delivery]\nrelay_password = 'hushhush'\n");
  EXPECT_TRUE(Settings::load(sources));
}

TEST_F(SettingsTest, a_broken_file_names_line_and_column) {
  const Result<Settings> settings = Settings::load(with_file("listen = \n"));
  ASSERT_FALSE(settings);
  EXPECT_NE(fact(settings.error(), "problem").find("line 1"), std::string::npos);
  Settings::Sources missing;
  missing.file = "/nonexistent/sesame.toml";
  EXPECT_EQ(Settings::load(missing).error().reason(), "settings.file");
}

TEST_F(SettingsTest, an_address_is_host_and_port) {
  Settings::Sources sources;
  sources.flags["listen"] = "8080";
  const Result<Settings> settings = Settings::load(sources);
  ASSERT_FALSE(settings);
  EXPECT_EQ(fact(settings.error(), "key"), "listen");
  EXPECT_EQ(fact(settings.error(), "rule"), "HOST:PORT, for example 127.0.0.1:8080");
  EXPECT_EQ(fact(settings.error(), "origin"), "flag");
  sources.flags = {{"submission.listen", "[::1]:587, 127.0.0.1:25"}, {"bounces.listen", ""}};
  EXPECT_EQ(Settings::load(sources)->get<submission::SubmissionSettings>().listen,
            (std::vector<HostPort>{{"::1", 587}, {"127.0.0.1", 25}}));
  EXPECT_FALSE(Settings::load(sources)->get<returns::ReturnOptions>().listen);
}

TEST_F(SettingsTest, a_refused_setting_names_value_rule_and_origin) {
  const Result<Settings> settings = Settings::load(with_file("database = 'mysql:x'\n"));
  ASSERT_TRUE(settings);
  const Error error = settings->refusal("database", "sqlite:PATH");
  EXPECT_EQ(error.reason(), "settings.value");
  EXPECT_EQ(fact(error, "key"), "database");
  EXPECT_EQ(fact(error, "value"), "mysql:x");
  EXPECT_EQ(fact(error, "rule"), "sqlite:PATH");
  EXPECT_EQ(fact(error, "origin"), "file " + path_.string());
}

TEST_F(SettingsTest, a_refused_secret_is_hidden) {
  const Result<Settings> settings = Settings::load(with_file("[delivery]\nrelay_password = 'hushhush'\n"));
  ASSERT_TRUE(settings);
  EXPECT_EQ(fact(settings->refusal("delivery.relay_password", "empty"), "value"), "(hidden)");
}

}  // namespace
}  // namespace sesame::server

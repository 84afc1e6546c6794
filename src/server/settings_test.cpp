#include "server/settings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace sesame::server {
namespace {

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
  EXPECT_EQ(settings->integer("limits.recipients_per_request"), 20000);
  EXPECT_EQ(settings->entry("listen").origin, "default");
}

TEST_F(SettingsTest, defaults_keep_their_own_rules) {
  Settings::Sources sources;
  for (const SettingRule& rule : setting_rules()) {
    if (!rule.secret) sources.flags[std::string(rule.key)] = std::string(rule.fallback);
  }
  EXPECT_TRUE(Settings::load(sources));
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
  EXPECT_EQ(file->list("api.regions"), (std::vector<std::string>{"a", "b"}));
  Settings::Sources sources;
  sources.flags["api.regions"] = "x, y ,";
  EXPECT_EQ(Settings::load(sources)->list("api.regions"), (std::vector<std::string>{"x", "y"}));
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
  EXPECT_EQ(fact(Settings::load(sources).error(), "rule"), "one of: sandbox relay");
}

TEST_F(SettingsTest, a_list_of_numbers_holds_nothing_else) {
  Settings::Sources sources;
  for (const char* bad : {"5m,15m", "300,0", "", "300,x"}) {
    sources.flags["delivery.retry_s"] = bad;
    const Result<Settings> settings = Settings::load(sources);
    ASSERT_FALSE(settings) << bad;
    EXPECT_EQ(fact(settings.error(), "rule"), "whole numbers from 1 on, separated by commas");
  }
  sources.flags["delivery.retry_s"] = "1, 2,3";
  EXPECT_EQ(Settings::load(sources)->list("delivery.retry_s").size(), 3U);
}

TEST_F(SettingsTest, the_password_is_a_secret) {
  for (const SettingRule& rule : setting_rules()) {
    EXPECT_EQ(rule.secret, rule.key == "delivery.relay_password") << rule.key;
  }
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

TEST(HostPortTest, takes_names_and_both_families) {
  EXPECT_EQ(parse_host_port("listen", "127.0.0.1:8080")->port, 8080);
  EXPECT_EQ(parse_host_port("listen", "[::1]:25")->host, "::1");
  for (const char* bad : {"", "8080", ":8080", "host:", "host:70000", "host:-1", "host:80x"}) {
    EXPECT_FALSE(parse_host_port("listen", bad)) << bad;
  }
}

}  // namespace
}  // namespace sesame::server

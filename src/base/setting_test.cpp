#include "base/setting.hpp"

#include <gtest/gtest.h>

#include <map>

namespace sesame {
namespace {

using namespace std::chrono_literals;

enum class Colour { red, blue };

struct Options {
  std::string name = "anna";
  Secret password;
  bool loud = true;
  unsigned count = 3;
  std::chrono::milliseconds patience{1500};
  std::chrono::seconds lifetime = 48h;
  Colour colour = Colour::blue;
  std::vector<std::string> words{"a", "b"};
  std::vector<std::int64_t> numbers{5, 6};
  std::vector<std::chrono::seconds> pauses{1min, 2min};
  HostPort listen{"::1", 80};
  std::optional<HostPort> relay;
  std::vector<HostPort> doors;

  void visit(SettingVisitor& settings) {
    settings.text("name", name, "a name");
    settings.secret("password", password, "a password");
    settings.flag("loud", loud, "whether it is loud", Reload::now);
    settings.number("count", count, {1, 9}, "a count");
    settings.milliseconds("patience_ms", patience, {1, 5000}, "a patience");
    settings.hours("lifetime_hours", lifetime, {1, 72}, "a lifetime");
    settings.choice("colour", colour, {{"red", Colour::red}, {"blue", Colour::blue}}, "a colour");
    settings.list("words", words, "some words");
    settings.numbers("numbers", numbers, {1, 9}, "some numbers");
    settings.seconds("pauses_s", pauses, {1, 600}, "some pauses");
    settings.address("listen", listen, "an address");
    settings.address("relay", relay, "an address or none");
    settings.addresses("doors", doors, "some addresses");
  }
};

/// Gives the fields the texts that it holds, or else their defaults.
class Filler final : public SettingVisitor {
 public:
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, SettingRule, std::less<>> rules;

 protected:
  std::string text_for(const SettingRule& rule) override {
    rules[std::string(rule.key)] = rule;
    const auto found = texts.find(rule.key);
    return found == texts.end() ? rule.fallback : found->second;
  }
};

TEST(SettingVisitor, the_default_is_the_value_of_the_field) {
  Filler filler;
  Options options;
  options.visit(filler);
  const std::map<std::string, std::string> defaults{
      {"name", "anna"},       {"password", ""},        {"loud", "true"},
      {"count", "3"},         {"patience_ms", "1500"}, {"lifetime_hours", "48"},
      {"colour", "blue"},     {"words", "a,b"},        {"numbers", "5,6"},
      {"pauses_s", "60,120"}, {"listen", "[::1]:80"},  {"relay", ""},
      {"doors", ""}};
  ASSERT_EQ(filler.rules.size(), defaults.size());
  for (const auto& [key, text] : defaults) {
    EXPECT_EQ(filler.rules[key].fallback, text) << key;
    EXPECT_EQ(filler.rules[key].broken_by(text), "") << key;
  }
  EXPECT_EQ(options.lifetime, 48h);
  EXPECT_EQ(options.listen, (HostPort{"::1", 80}));
  EXPECT_EQ(filler.rules["colour"].choices, "red blue");
  EXPECT_TRUE(filler.rules["password"].secret);
  EXPECT_EQ(filler.rules["loud"].reload, Reload::now);
  EXPECT_EQ(filler.rules["count"].reload, Reload::restart);
}

TEST(SettingVisitor, a_text_becomes_the_value_of_the_field) {
  Filler filler;
  filler.texts = {{"name", "bert"},     {"password", "hush"},  {"loud", "false"},
                  {"count", "9"},       {"patience_ms", "20"}, {"lifetime_hours", "2"},
                  {"colour", "red"},    {"words", " x , y,"},  {"numbers", "7"},
                  {"pauses_s", "5, 6"}, {"listen", "host:1"},  {"relay", "[2001:db8::1]:25"},
                  {"doors", "a:1,b:2"}};
  Options options;
  options.visit(filler);
  EXPECT_EQ(options.name, "bert");
  EXPECT_EQ(options.password.reveal(), "hush");
  EXPECT_FALSE(options.loud);
  EXPECT_EQ(options.count, 9U);
  EXPECT_EQ(options.patience, 20ms);
  EXPECT_EQ(options.lifetime, 2h);
  EXPECT_EQ(options.colour, Colour::red);
  EXPECT_EQ(options.words, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(options.numbers, (std::vector<std::int64_t>{7}));
  EXPECT_EQ(options.pauses, (std::vector{std::chrono::seconds(5), std::chrono::seconds(6)}));
  EXPECT_EQ(options.listen, (HostPort{"host", 1}));
  EXPECT_EQ(options.relay, (HostPort{"2001:db8::1", 25}));
  EXPECT_EQ(options.doors, (std::vector<HostPort>{{"a", 1}, {"b", 2}}));
}

TEST(SettingRule, says_what_the_setting_must_be) {
  Filler filler;
  Options().visit(filler);
  const std::tuple<const char*, const char*, const char*> wrong[] = {
      {"loud", "yes", "true or false"},
      {"count", "0", "a whole number from 1 to 9"},
      {"count", "10", "a whole number from 1 to 9"},
      {"count", "3x", "a whole number from 1 to 9"},
      {"colour", "pink", "one of: red blue"},
      {"colour", "red blue", "one of: red blue"},
      {"numbers", "1,10", "whole numbers from 1 to 9, separated by commas"},
      {"numbers", "", "whole numbers from 1 to 9, separated by commas"},
      {"listen", "", "HOST:PORT, for example 127.0.0.1:8080"},
      {"relay", "host", "HOST:PORT, for example 127.0.0.1:8080"},
      {"doors", "a:1,b", "HOST:PORT, for example 127.0.0.1:8080; several are separated by commas"},
  };
  for (const auto& [key, text, rule] : wrong) EXPECT_EQ(filler.rules[key].broken_by(text), rule) << key;
}

TEST(HostPort, is_a_name_or_an_address_of_either_family_and_a_port) {
  EXPECT_EQ(parse_host_port("127.0.0.1:8080"), (HostPort{"127.0.0.1", 8080}));
  EXPECT_EQ(parse_host_port("[::1]:25"), (HostPort{"::1", 25}));
  EXPECT_EQ(to_text({"::1", 25}), "[::1]:25");
  EXPECT_EQ(to_text({"mx.test", 25}), "mx.test:25");
  for (const char* bad : {"", "8080", ":8080", "host:", "host:70000", "host:-1", "host:80x"}) {
    EXPECT_FALSE(parse_host_port(bad)) << bad;
  }
}

}  // namespace
}  // namespace sesame

#include "routing/sts_policy.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace sesame::routing {
namespace {

using Mode = StsPolicy::Mode;
using Texts = std::vector<std::string>;

TEST(StsRecord, has_an_id_when_exactly_one_is_right) {
  const std::vector<std::pair<Texts, std::string>> cases = {
      {{"v=STSv1; id=20160831085700Z;"}, "20160831085700Z"},
      {{"v=STSv1;id=1"}, "1"},
      {{"v=STSv1; \t id=abc ; later=yes;"}, "abc"},
      {{"v=STSv1; later=yes; id=abc"}, "abc"},
      {{"v=spf1 -all", "v=STSv1; id=7;", "google-site-verification=x"}, "7"},
      {{"v=STSv1; id=" + std::string(32, 'a')}, std::string(32, 'a')},
      // A destination without a policy.
      {{}, ""},
      {{"v=spf1 -all"}, ""},
      {{"v=STSv1; id=1;", "v=STSv1; id=2;"}, ""},
      {{"v=STSv1; id=1;", "v=STSv1;"}, ""},
      {{"v=STSv1;"}, ""},
      {{"v=STSv1; id=;"}, ""},
      {{"v=STSv1; id=1-2;"}, ""},
      {{"v=STSv1; id=" + std::string(33, 'a')}, ""},
      {{"v=STSv1"}, ""},
      {{"v=STSv12; id=1;"}, ""},
      {{" v=STSv1; id=1;"}, ""},
      {{"v=stsv1; id=1;"}, ""},
  };
  for (const auto& [texts, id] : cases) {
    const auto found = sts_record_id(texts);
    EXPECT_EQ(found.value_or(""), id) << (texts.empty() ? "" : texts.front());
  }
}

TEST(StsPolicy, is_read_as_it_is_written) {
  const auto policy = parse_sts_policy(
      "version: STSv1\r\nmode: enforce\r\nmx: Mail.Example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n");
  ASSERT_TRUE(policy);
  EXPECT_EQ(policy->mode, Mode::enforce);
  EXPECT_EQ(policy->max_age_s, 604'800);
  EXPECT_EQ(policy->mx, (Texts{"mail.example.com", "*.example.net"}));
}

TEST(StsPolicy, is_read_strictly_and_with_what_may_come_later) {
  const std::string begin = "version: STSv1\n";
  const std::string rest = "mx: mx.test\nmax_age: 1\n";
  const std::vector<std::pair<std::string, bool>> cases = {
      {begin + "mode: testing\n" + rest, true},
      {"mode: testing\n" + rest + begin, true},
      {begin + "mode:testing \t\r\n" + rest + "\n\n", true},
      {begin + "mode: testing\nmx: mx.test\nmax_age: 1", true},
      {begin + "mode: none\nmax_age: 0\n", true},
      {begin + "mode: testing\nnew-key_1.x: any: thing \xff\n" + rest, true},
      {begin + "mode: testing\nmode: junk\nversion: STSv2\nmax_age: 1\nmax_age: x\nmx: mx.test\n", true},
      {begin + "mode: testing\nmx: *.mx.test\nmax_age: 9999999999\n", true},
      // Not a policy.
      {"", false},
      {"<html>404</html>", false},
      {begin, false},
      {begin + "mode: testing\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: mx.test\n", false},
      {begin + rest, false},
      {"mode: testing\n" + rest, false},
      {"version: STSv2\nmode: testing\n" + rest, false},
      {begin + "mode: Testing\n" + rest, false},
      {begin + "mode: testing\nmx: mx.test\nmax_age: -1\n", false},
      {begin + "mode: testing\nmx: mx.test\nmax_age: 99999999999\n", false},
      {begin + "mode: testing\nmx: mx.test\nmax_age: 1d\n", false},
      {begin + "mode: testing\nmx: *\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: mx.*.test\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: *.*.test\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: mx..test\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: mx.test.\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx: m\xc3\xbc.test\nmax_age: 1\n", false},
      {begin + "mode: testing\nmx:\nmax_age: 1\n", false},
      {begin + "mode: testing\nno key\n" + rest, false},
      {begin + "mode: testing\n: value\n" + rest, false},
      {begin + "mode: testing\na key: value\n" + rest, false},
  };
  for (const auto& [text, right] : cases) EXPECT_EQ(parse_sts_policy(text).has_value(), right) << text;
}

TEST(StsPolicy, has_bounds) {
  EXPECT_EQ(parse_sts_policy("version: STSv1\nmode: none\nmax_age: 31557601\n")->max_age_s, kStsAgeMaxS);
  std::string hosts;
  for (std::size_t i = 0; i < kStsPatternsMax; ++i) hosts += "mx: mx" + std::to_string(i) + ".test\n";
  const std::string begin = "version: STSv1\nmode: enforce\nmax_age: 1\n";
  EXPECT_TRUE(parse_sts_policy(begin + hosts));
  EXPECT_FALSE(parse_sts_policy(begin + hosts + "mx: one-more.test\n"));
}

TEST(StsPolicy, names_hosts_by_whole_labels) {
  StsPolicy policy;
  policy.mx = {"mail.shop.test", "*.pool.test"};
  for (const std::string_view named : {"mail.shop.test", "a.pool.test", "in-1.pool.test"})
    EXPECT_TRUE(policy.names(named)) << named;
  for (const std::string_view strange : {"shop.test", "x.mail.shop.test", "mail.shop.test.evil", "pool.test",
                                         "a.b.pool.test", ".pool.test", "apool.test", "test", ""})
    EXPECT_FALSE(policy.names(strange)) << strange;
}

TEST(StsPolicy, is_found_at_its_fixed_places) {
  EXPECT_EQ(sts_record_name("shop.test"), "_mta-sts.shop.test");
  EXPECT_EQ(sts_policy_url("shop.test"), "https://mta-sts.shop.test/.well-known/mta-sts.txt");
}

}  // namespace
}  // namespace sesame::routing

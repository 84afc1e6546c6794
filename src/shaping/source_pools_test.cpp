#include "shaping/source_pools.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "shaping/rule_faults.hpp"
#include "shaping/rules.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::shaping {
namespace {

constexpr auto kThree = R"(
[source.a]
address = "192.0.2.10"
helo = "a.mta.shop.test"
[source.b]
address = "192.0.2.11"
helo = "B.mta.Shop.test"
[source.c]
address = "2001:db8::12"
helo = "c.mta.shop.test"
[pool.news]
sources = { a = 1, b = 3 }
senders = ["News.shop.test"]
)";

Rules rules_of(const std::string& toml) {
  Result<Rules> rules = Rules::parse(toml, "f");
  if (!rules) {
    for (const std::string& fault : fault_texts(rules.error())) ADD_FAILURE() << fault;
    return Rules::built_in();
  }
  return std::move(*rules);
}

std::string faults_of(const std::string& toml) {
  const Result<Rules> rules = Rules::parse(toml, "f");
  if (rules) return "none";
  std::string all;
  for (const std::string& fault : fault_texts(rules.error())) all.append(fault).append("|");
  return all;
}

/// How many of 10,000 recipients prefer each source.
std::map<std::string, int> preferred(const SourcePools& pools, const SourcePool& pool) {
  std::map<std::string, int> counts;
  for (int i = 0; i < 10'000; ++i)
    ++counts[pools.order(pool, "user" + std::to_string(i) + "@one.test").front()->name];
  return counts;
}

TEST(SourcePools, carry_the_mail_of_their_senders_and_all_sources_that_of_others) {
  const Rules rules = rules_of(kThree);
  const SourcePools& pools = rules.source_pools();
  ASSERT_EQ(pools.sources().size(), 3U);
  EXPECT_EQ(pools.sources()[1].helo_name, "b.mta.shop.test");
  EXPECT_EQ(pools.sources()[2].address.text(), "2001:db8::12");
  EXPECT_EQ(pools.pool_of("news.shop.test").name, "news");
  EXPECT_EQ(pools.pool_of("shop.test").shares.size(), 3U);
  EXPECT_EQ(pools.pool_of("").name, "default");
  EXPECT_TRUE(Rules::built_in().source_pools().empty());
}

TEST(SourcePools, named_default_carry_the_mail_that_no_other_names) {
  const Rules rules = rules_of(std::string(kThree) + "[pool.default]\nsources = { c = 1 }\n");
  const SourcePool& pool = rules.source_pools().pool_of("shop.test");
  ASSERT_EQ(pool.shares.size(), 1U);
  EXPECT_EQ(pool.shares.front().source, 2U);
}

TEST(SourcePools, share_recipients_by_weight) {
  const Rules rules = rules_of(kThree);
  const SourcePools& pools = rules.source_pools();
  const auto counts = preferred(pools, pools.pool_of("news.shop.test"));
  EXPECT_NEAR(counts.at("a"), 2'500, 250);
  EXPECT_NEAR(counts.at("b"), 7'500, 250);
}

TEST(SourcePools, move_only_the_recipients_of_a_source_that_goes) {
  const Rules with = rules_of(kThree);
  const Rules without = rules_of(std::string(kThree) + "[pool.default]\nsources = { a = 1, b = 1 }\n");
  for (int i = 0; i < 1'000; ++i) {
    const std::string recipient = "user" + std::to_string(i) + "@one.test";
    const auto before = with.source_pools().order(with.source_pools().pool_of(""), recipient);
    const auto after = without.source_pools().order(without.source_pools().pool_of(""), recipient);
    ASSERT_EQ(after.size(), 2U);
    const bool went = before.front()->name == "c";
    EXPECT_EQ(after.front()->name, before[went ? 1 : 0]->name) << recipient;
  }
}

TEST(SourcePools, of_a_later_file_replace_those_of_the_same_name) {
  const testkit::TempDir folder;
  const std::vector<std::string> files{
      folder.write("one.toml", kThree),
      folder.write("two.toml", "[source.a]\naddress = \"192.0.2.99\"\nhelo = \"a2.mta.shop.test\"\n")};
  const Result<Rules> rules = Rules::load(files);
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->source_pools().sources()[0].address.text(), "192.0.2.99");
  EXPECT_EQ(rules->source_pools().sources()[0].helo_name, "a2.mta.shop.test");
  EXPECT_EQ(rules->source_pools().pool_of("news.shop.test").name, "news");
}

TEST(SourceFaults, are_told_with_their_line_and_key) {
  const std::string source = "[source.a]\naddress = \"192.0.2.10\"\nhelo = \"a.shop.test\"\n";
  const std::pair<std::string, std::string> cases[] = {
      {"[source.a]\nhelo = \"a.shop.test\"\n", "f:1: source.a: it has no `address`|"},
      {"[source.a]\naddress = \"192.0.2.10\"\n", "f:1: source.a: it has no `helo`"},
      {"[source.a]\naddress = \"here\"\nhelo = \"a.shop.test\"\n",
       "f:2: source.a.address: not an IP address"},
      {"[source.a]\naddress = \"::ffff:192.0.2.1\"\nhelo = \"a.shop.test\"\n",
       "f:2: source.a.address: not an IP"},
      {"[source.a]\naddress = \"192.0.2.10\"\nhelo = \"a\"\n",
       "f:3: source.a.helo: not a fully qualified name"},
      {"[source.a]\nport = 26\n", "f:2: source.a.port: unknown: one of address, helo|"},
      {"[source.A]\nport = 26\n", "f:1: source.A: its name is not"},
      {source + "[source.b]\naddress = \"192.0.2.10\"\nhelo = \"b.shop.test\"\n",
       "f:4: source.b.address: it is that of `a`, too|"},
      {"[pool.x]\nsources = { a = 1 }\nsenders = [\"shop.test\"]\n",
       "f:1: pool.x.sources: there is no source `a`|"},
      {source + "[pool.x]\nsources = { a = 0 }\nsenders = [\"shop.test\"]\n",
       "f:5: pool.x.sources: not a table"},
      {source + "[pool.x]\nsources = { a = 1 }\n", "f:4: pool.x: it has no `senders`"},
      {source + "[pool.x]\nsenders = [\"shop.test\"]\n", "f:4: pool.x: it has no `sources`|"},
      {source + "[pool.x]\nsources = { a = 1 }\nsenders = [\"shop\"]\n", "f:6: pool.x.senders: not a domain"},
      {source + "[pool.default]\nsources = { a = 1 }\nsenders = [\"shop.test\"]\n",
       "f:4: pool.default.senders: the pool `default` is"},
      {source + "[pool.x]\nsources = { a = 1 }\nsenders = [\"shop.test\"]\n[pool.y]\nsources = { a = 1 }\n"
                "senders = [\"shop.test\"]\n",
       "f:7: pool.y.senders: `shop.test` is named by the pool `x`, too|"},
  };
  for (const auto& [toml, fault] : cases) {
    const std::string found = faults_of(toml);
    EXPECT_EQ(found.substr(0, fault.size()), fault) << toml << found;
    EXPECT_EQ(std::ranges::count(found, '|'), 1) << found;
  }
}

}  // namespace
}  // namespace sesame::shaping

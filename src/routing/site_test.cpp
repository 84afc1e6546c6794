#include "routing/site.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace sesame::routing {
namespace {

using Hosts = std::vector<dns::MailHost>;

SiteKey key(const Hosts& hosts, std::uint16_t port = kSmtpPort) { return {hosts, port}; }

TEST(SiteKey, is_shared_by_domains_with_the_same_hosts_in_the_same_order) {
  const SiteKey one = key({{10, "a.test"}, {20, "b.test"}, {20, "c.test"}});
  EXPECT_EQ(one, key({{20, "c.test"}, {10, "a.test"}, {20, "b.test"}}));
  EXPECT_EQ(one, key({{1, "a.test"}, {30, "b.test"}, {30, "c.test"}})) << "only the order counts";
  EXPECT_EQ(one.hash(), std::hash<SiteKey>()(one));
  EXPECT_EQ(one.text().size(), 32u);
}

TEST(SiteKey, differs_with_the_hosts_their_order_and_the_port) {
  const std::unordered_set<SiteKey> keys{
      SiteKey(),
      key({}),
      key({{10, "a.test"}}),
      key({{10, "a.test"}}, 2525),
      key({{10, "b.test"}}),
      key({{10, "a.test"}, {20, "b.test"}}),
      key({{10, "a.test"}, {10, "b.test"}}),
      key({{20, "a.test"}, {10, "b.test"}}),
      key({{10, "a.testb.test"}}),
  };
  EXPECT_EQ(keys.size(), 9u);
}

}  // namespace
}  // namespace sesame::routing

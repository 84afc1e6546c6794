#include "delivery/site_clock.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"

namespace sesame::delivery {
namespace {

using namespace std::chrono_literals;

class Site : public testing::Test {
 protected:
  unsigned begin_all() {
    unsigned count = 0;
    while (site.begin(now)) ++count;
    return count;
  }
  /// Advances the clock to the next probe; returns the time until then.
  std::chrono::milliseconds pause() {
    std::chrono::milliseconds waited{0};
    while (!site.begin(now)) {
      now += 100ms;
      waited += 100ms;
    }
    return waited;
  }
  testkit::SeededRandom random;
  SiteClock site{SitePolicy{1s, 60s, 0.15}, 8, random};
  SiteClock::Time now{std::chrono::hours(1)};
};

TEST_F(Site, lets_all_connections_open_while_the_server_is_well) {
  EXPECT_EQ(begin_all(), 8u);
  site.opened();
  site.closed();
  EXPECT_EQ(begin_all(), 1u);
}

TEST_F(Site, probes_with_one_connection_and_growing_pauses) {
  ASSERT_EQ(begin_all(), 8u);
  EXPECT_TRUE(site.failed(now));
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(site.failed(now)) << "one round counts once";
  std::chrono::milliseconds expected = 1s;
  for (int i = 0; i < 10; ++i) {
    const auto waited = pause();
    EXPECT_GE(waited, expected * 0.85 - 100ms);
    EXPECT_LE(waited, expected * 1.15 + 100ms);
    EXPECT_EQ(begin_all(), 0u) << "one probe at a time";
    EXPECT_FALSE(site.failed(now));
    expected = std::min<std::chrono::milliseconds>(expected * 2, 60s);
  }
}

TEST_F(Site, starts_slowly_when_the_server_is_back) {
  begin_all();
  for (int i = 0; i < 8; ++i) site.failed(now);
  pause();
  EXPECT_TRUE(site.opened());
  EXPECT_EQ(begin_all(), 1u);
  EXPECT_FALSE(site.opened());
  EXPECT_EQ(begin_all(), 2u);
}

TEST_F(Site, keeps_its_connections_when_the_server_refuses_more) {
  begin_all();
  site.opened();
  site.opened();
  for (int i = 0; i < 6; ++i) site.failed(now);
  now += 2s;
  EXPECT_EQ(begin_all(), 0u);
  site.closed();
  EXPECT_EQ(begin_all(), 1u);
}

TEST_F(Site, pauses_when_connections_are_of_no_use) {
  begin_all();
  for (int i = 0; i < 8; ++i) site.opened();
  for (int i = 0; i < 8; ++i) site.closed_unused(now);
  EXPECT_EQ(begin_all(), 0u);
  EXPECT_GE(pause(), 800ms);
}

}  // namespace
}  // namespace sesame::delivery

#include "messages/hold.hpp"

#include <gtest/gtest.h>

#include "base/metrics.hpp"

namespace sesame::messages {
namespace {

double shown() { return gauge("sesame_delivery_held", "").value(); }

TEST(Hold, is_shown_as_a_metric) {
  Hold hold;
  EXPECT_FALSE(hold.held());
  EXPECT_EQ(shown(), 0);
  hold.begin(1'700'000'000'000);
  EXPECT_TRUE(hold.held());
  EXPECT_EQ(hold.since_ms(), 1'700'000'000'000);
  EXPECT_EQ(shown(), 1);
  hold.end();
  EXPECT_FALSE(hold.held());
  EXPECT_EQ(shown(), 0);
}

}  // namespace
}  // namespace sesame::messages

#include "shaping/rules_in_force.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "base/metrics.hpp"

namespace sesame::shaping {
namespace {

double failed() { return gauge("sesame_rules_reload_failed", "").value(); }

TEST(RulesInForce, change_at_once_and_stay_with_who_took_them) {
  const auto first = std::make_shared<const Rules>(Rules::built_in());
  RulesInForce rules(first);
  EXPECT_EQ(rules.get(), first);
  EXPECT_EQ(rules.epoch(), 1U);
  const std::shared_ptr<const Rules> taken = rules.get();
  rules.set(std::make_shared<const Rules>(Rules::parse("[default]\nidle_s = 1\n", "f").value()));
  EXPECT_EQ(rules.epoch(), 2U);
  EXPECT_EQ(rules.get()->profile({}, "").limits.idle.count(), 1);
  EXPECT_EQ(taken->profile({}, "").limits.idle.count(), 5);
  EXPECT_EQ(gauge("sesame_rules_epoch", "").value(), 2);
}

TEST(RulesInForce, stay_when_new_ones_have_a_fault_and_say_so) {
  const auto first = std::make_shared<const Rules>(Rules::built_in());
  RulesInForce rules(first);
  rules.refused();
  EXPECT_EQ(failed(), 1);
  EXPECT_EQ(rules.get(), first);
  EXPECT_EQ(rules.epoch(), 1U);
  rules.set(first);
  EXPECT_EQ(failed(), 0);
}

}  // namespace
}  // namespace sesame::shaping

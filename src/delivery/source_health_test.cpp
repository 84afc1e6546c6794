#include "delivery/source_health.hpp"

#include <gtest/gtest.h>

#include <string>

#include "testkit/manual_clock.hpp"

namespace sesame::delivery {
namespace {

class SourcesHealth : public testing::Test {
 protected:
  SourcesHealth() {
    for (const char* name : {"a", "b", "c"}) {
      const std::string digit(1, static_cast<char>('1' + all_.size()));
      all_.push_back(
          {name, net::Address::parse("192.0.2." + digit).value(), name + std::string(".shop.test")});
    }
    for (const shaping::Source& source : all_) wanted_.push_back(&source);
  }
  std::string usable() const {
    std::string names;
    for (const shaping::Source* source : health_.usable(wanted_)) names += source->name;
    return names;
  }

  testkit::ManualClock clock_;
  SourceHealth health_{clock_};
  std::vector<shaping::Source> all_;
  std::vector<const shaping::Source*> wanted_;
};

TEST_F(SourcesHealth, passes_over_an_address_that_is_missing_for_ten_minutes) {
  EXPECT_EQ(usable(), "abc");
  health_.failed(all_[0].address);
  EXPECT_EQ(usable(), "bc");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(usable(), "abc");
}

TEST_F(SourcesHealth, takes_one_with_a_wrong_name_only_when_no_other_is_left) {
  health_.set_name_problem(all_[0], "its PTR record names x.test");
  EXPECT_EQ(usable(), "bc");
  health_.failed(all_[1].address);
  health_.failed(all_[2].address);
  EXPECT_EQ(usable(), "a");
  health_.set_name_problem(all_[0], "");
  clock_.advance(std::chrono::minutes(10));
  EXPECT_EQ(usable(), "abc");
}

TEST_F(SourcesHealth, takes_all_when_all_are_missing_so_that_mail_is_told_why) {
  for (const shaping::Source& source : all_) health_.failed(source.address);
  EXPECT_EQ(usable(), "abc");
}

}  // namespace
}  // namespace sesame::delivery

#include "bounces/providers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sesame::bounces {
namespace {

TEST(Providers, are_found_by_the_ends_of_their_servers_names) {
  const Providers providers({Provider{.name = "a", .match = {".a.test"}, .rules = {}}});
  for (const std::string_view host : {"mx.a.test", "MX.A.TEST", "mx.a.test.", "1.2.a.test"})
    ASSERT_NE(providers.find(host), nullptr) << host;
  for (const std::string_view host : {"a.test", "mxa.test", "mx.a.test.else", "", ".", "192.0.2.1"})
    EXPECT_EQ(providers.find(host), nullptr) << host;
}

TEST(Meanings, have_names_that_are_read_again) {
  for (int number = 0; number <= static_cast<int>(Signal::other); ++number) {
    const auto signal = static_cast<Signal>(number);
    EXPECT_EQ(signal_of(name_of(signal)), signal);
  }
  for (int number = 0; number <= static_cast<int>(Scope::provider); ++number) {
    const auto scope = static_cast<Scope>(number);
    EXPECT_EQ(scope_of(name_of(scope)), scope);
  }
  EXPECT_FALSE(signal_of(""));
  EXPECT_FALSE(scope_of("path "));
  const Hold hold{{*hold_step_of("90s"), *hold_step_of("24h"), *hold_step_of("day_begins")}};
  EXPECT_EQ(text_of(hold), "90s, 24h, day_begins");
}

}  // namespace
}  // namespace sesame::bounces

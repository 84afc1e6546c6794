#include "engagement/click_groups.hpp"

#include <gtest/gtest.h>

namespace sesame::engagement {
namespace {

effects::MailEvent click(std::uint32_t mail, std::string link, std::int64_t at_ms) {
  effects::MailEvent event;
  event.kind = effects::EventKind::click;
  event.mail = {1, accounts::MailId::Kind::run, 5, mail};
  event.link = std::move(link);
  event.happened_ms = at_ms;
  return event;
}

TEST(ClickGroups, see_that_all_links_of_a_mail_were_followed) {
  ClickGroups groups;
  groups.add(click(1, "a", 1'000), 2);
  groups.add(click(1, "b", 2'000), 2);
  groups.add(click(2, "a", 2'000), 2);
  groups.add(click(2, "a", 3'000), 2);
  EXPECT_EQ(groups.size(), 4U);
  EXPECT_TRUE(groups.take_ended(1'000 + ClickGroups::kHeldMs - 1).empty());
  const auto first = groups.take_ended(1'000 + ClickGroups::kHeldMs);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_TRUE(first[0].all_links && first[1].all_links);
  EXPECT_EQ(first[1].link, "b");
  const auto second = groups.take_ended(2'000 + ClickGroups::kHeldMs);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_FALSE(second[0].all_links || second[1].all_links);
  EXPECT_EQ(groups.size(), 0U);
}

TEST(ClickGroups, begin_anew_after_their_time) {
  ClickGroups groups;
  groups.add(click(1, "a", 1'000), 2);
  EXPECT_EQ(groups.take_ended(6'000).size(), 1U);
  groups.add(click(1, "b", 6'000), 2);
  EXPECT_TRUE(groups.take_ended(7'000).empty());
  EXPECT_FALSE(groups.take_all().at(0).all_links);
}

TEST(ClickGroups, a_click_of_the_moment_after_ends_no_group) {
  ClickGroups groups;
  groups.add(click(1, "a", 1'000), 2);
  groups.add(click(2, "a", 1'003), 2);
  EXPECT_TRUE(groups.take_ended(1'002).empty());
  EXPECT_EQ(groups.size(), 2U);
}

TEST(ClickGroups, of_a_clock_that_was_ahead_end_at_once) {
  ClickGroups groups;
  groups.add(click(1, "a", 1'000'000'000), 2);
  EXPECT_EQ(groups.take_ended(5'000).size(), 1U);
}

}  // namespace
}  // namespace sesame::engagement

#include "bounces/verp.hpp"

#include <gtest/gtest.h>

namespace sesame::bounces {
namespace {

TEST(Verp, names_the_recipient_in_the_forms_of_lists_and_bulk_senders) {
  EXPECT_EQ(verp_recipient("news-bounces+ann=shop.test@list.test"), "ann@shop.test");
  EXPECT_EQ(verp_recipient("news-return-17-ann=shop.test@list.test"), "ann@shop.test");
  EXPECT_EQ(verp_recipient("bounces-ann=shop.test@list.test"), "ann@shop.test");
  EXPECT_EQ(verp_recipient("bounce-4711-ann.lee=shop.test@list.test"), "ann.lee@shop.test");
  EXPECT_EQ(verp_recipient("ann=mail.shop.test@list.test"), "ann@mail.shop.test");
}

TEST(Verp, finds_nobody_where_the_path_carries_something_else) {
  for (const char* path : {"", "news@list.test", "b-Zm9v@bounces.test", "prvs=0123=news@list.test",
                           "SRS0=abcd=tt=list.test=news@relay.test", "a=b@list.test", "=shop.test@list.test",
                           "ann=shop.test", "a=b=shop.test@list.test"})
    EXPECT_EQ(verp_recipient(path), "") << path;
}

}  // namespace
}  // namespace sesame::bounces

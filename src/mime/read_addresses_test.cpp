// Address fields as mail programs write them.
#include "mime/read_addresses.hpp"

#include <gmock/gmock.h>

namespace sesame::mime {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ReadAddresses, reads_names_and_addresses) {
  EXPECT_THAT(read_addresses(" news@shop.test", 9), ElementsAre(Mailbox{"", "news@shop.test"}));
  EXPECT_THAT(read_addresses("Shop <news@shop.test>", 9), ElementsAre(Mailbox{"Shop", "news@shop.test"}));
  EXPECT_THAT(read_addresses("\"Shop, Inc.\" <news@shop.test>,\r\n bob@post.test (Bob)", 9),
              ElementsAre(Mailbox{"Shop, Inc.", "news@shop.test"},
                          testing::Field(&Mailbox::address, "bob@post.test")));
}

TEST(ReadAddresses, decodes_names) {
  EXPECT_THAT(read_addresses("=?UTF-8?B?5paw6Ze7?= <news@shop.test>", 9),
              ElementsAre(Mailbox{"新闻", "news@shop.test"}));
  EXPECT_THAT(read_addresses("新闻 <news@shop.test>", 9), ElementsAre(Mailbox{"新闻", "news@shop.test"}));
}

TEST(ReadAddresses, dissolves_groups) {
  EXPECT_THAT(read_addresses("friends: ann@post.test, Bob <bob@post.test>; cid@post.test", 9),
              ElementsAre(Mailbox{"", "ann@post.test"}, Mailbox{"Bob", "bob@post.test"},
                          Mailbox{"", "cid@post.test"}));
  EXPECT_THAT(read_addresses("undisclosed-recipients:;", 9), IsEmpty());
}

TEST(ReadAddresses, leaves_out_what_is_no_address_and_what_is_too_much) {
  EXPECT_THAT(read_addresses("ann, <>, a b@post.test, @, ann@post.test", 9).size(), 1u);
  EXPECT_THAT(read_addresses("", 9), IsEmpty());
  EXPECT_THAT(read_addresses("a@x.test, b@x.test, c@x.test", 2).size(), 2u);
}

TEST(ReadAddresses, drops_blanks_of_any_kind_beside_at_signs_and_dots) {
  EXPECT_THAT(read_addresses("\va \v@\fb .\t test\v", 9), ElementsAre(Mailbox{"", "a@b.test"}));
  EXPECT_THAT(read_addresses("a\vb@x.test, c@x.test", 9), ElementsAre(Mailbox{"", "c@x.test"}));
}

TEST(ReadAddresses, keeps_line_ends_out_of_names) {
  const auto mailboxes = read_addresses("\"Shop\r\n Bcc: x@evil.test\" <news@shop.test>", 9);
  ASSERT_EQ(mailboxes.size(), 1u);
  EXPECT_EQ(mailboxes[0].display_name.find_first_of("\r\n"), std::string::npos);
}

}  // namespace
}  // namespace sesame::mime

#include "feedback/hard_bounce.hpp"

#include <gtest/gtest.h>

namespace sesame::feedback {
namespace {

TEST(HardBounce, is_a_mailbox_or_domain_that_does_not_exist) {
  for (const char* reply : {
           "550 5.1.1 <ann@shop.test>: Recipient address rejected: User unknown in local recipient table",
           "550 5.1.1 The email account that you tried to reach does not exist. Please try 5.1.1 "
           "double-checking",
           "550 5.1.2 no such domain",
           "556 5.1.10 the domain takes no mail",
           "550 5.1.1",
           "550 User not found: ann@shop.test",
           "550 Mailbox not found. http://service.shop.test/policy/spam.html",
           "553 No such user here",
           "550 5.5.0 mailbox does not exist",
           "550 5.1.1 <spam@shop.test> user unknown",
       }) {
    EXPECT_TRUE(says_no_such_mailbox(reply)) << reply;
  }
}

TEST(HardBounce, is_no_refusal_for_another_reason) {
  for (const char* reply : {
           "550 5.7.1 message rejected as spam",
           "550 5.1.1 blocked by our policy, user unknown",
           "550 5.7.26 no SPF or DKIM for the domain",
           "550 5.1.8 sender address rejected: domain not found",
           "550 5.1.1 <news@mail.test>: sender address rejected: user unknown",
           "552 5.2.2 the mailbox is over quota",
           "550 5.2.1 the mailbox is disabled",
           "550 5.4.1 recipient address rejected: access denied",
           "550 Requested action not taken: mailbox unavailable",
           "554 delivery error: no such user",
           "550 relay access denied: no such user here",
           "450 4.1.1 user unknown",
           "550 5.1.6 the mailbox has moved",
           "552 5.3.4 message too big",
           "4.4.7 expired: 450 4.1.1 user unknown",
           "5.6.7 the server takes no such addresses",
           "",
           "550",
           "5500 5.1.1 no",
       }) {
    EXPECT_FALSE(says_no_such_mailbox(reply)) << reply;
  }
}

}  // namespace
}  // namespace sesame::feedback

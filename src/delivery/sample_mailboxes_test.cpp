#include "delivery/sample_mailboxes.hpp"

#include <gtest/gtest.h>

namespace sesame::delivery {
namespace {

TEST(SampleMailboxesTest, refuses_who_is_to_bounce) {
  for (const char* address :
       {"dev+bounce@sandbox.invalid", "Dev+Bounce@Sandbox.Invalid", "a+b+bounce@sandbox.invalid"}) {
    for (const unsigned attempts : {0U, 3U}) {
      const auto answer = sample_answer(address, attempts);
      ASSERT_TRUE(answer) << address;
      EXPECT_EQ(answer->verdict, smtp::Verdict::refused);
      EXPECT_EQ(answer->code, 550U);
      EXPECT_TRUE(answer->simulated);
    }
  }
}

TEST(SampleMailboxesTest, defers_the_first_attempt_only) {
  const auto answer = sample_answer("chloe+defer@sandbox.invalid", 0);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->verdict, smtp::Verdict::deferred);
  EXPECT_TRUE(answer->simulated);
  EXPECT_FALSE(sample_answer("chloe+defer@sandbox.invalid", 1));
}

TEST(SampleMailboxesTest, takes_the_mail_of_everybody_else) {
  for (const char* address :
       {"ada@sandbox.invalid", "bounce@sandbox.invalid", "dev+bounce@shop.example",
        "dev+bounced@sandbox.invalid", "dev+bounce@a.sandbox.invalid", "@sandbox.invalid", ""})
    EXPECT_FALSE(sample_answer(address, 0)) << address;
}

}  // namespace
}  // namespace sesame::delivery

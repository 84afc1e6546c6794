#include "commands/confirmations.hpp"

#include <gtest/gtest.h>

#include "testkit/manual_clock.hpp"
#include "testkit/seeded_random.hpp"

namespace sesame::commands {
namespace {

using namespace std::chrono_literals;

class ConfirmationsTest : public testing::Test {
 protected:
  testkit::ManualClock clock_;
  testkit::SeededRandom random_;
  Confirmations confirmations_{clock_, random_};
  const boost::json::object mail_{{"Subject", "Hi"}};
};

TEST_F(ConfirmationsTest, are_for_one_call_only) {
  const std::string token = confirmations_.add("SendEmail", mail_);
  EXPECT_EQ(confirmations_.find("another", "SendEmail", mail_), nullptr);
  EXPECT_EQ(confirmations_.find(token, "BatchSendEmail", mail_), nullptr);
  EXPECT_EQ(confirmations_.find(token, "SendEmail", {{"Subject", "Ho"}}), nullptr);
  ASSERT_NE(confirmations_.find(token, "SendEmail", mail_), nullptr);
  confirmations_.find(token, "SendEmail", mail_)->carried_out = mail_;
  EXPECT_TRUE(confirmations_.find(token, "SendEmail", mail_)->carried_out) << "for a repetition";
}

TEST_F(ConfirmationsTest, end_after_15_minutes) {
  const std::string token = confirmations_.add("SendEmail", mail_);
  clock_.advance(15min - 1ms);
  EXPECT_NE(confirmations_.find(token, "SendEmail", mail_), nullptr);
  clock_.advance(1ms);
  EXPECT_EQ(confirmations_.find(token, "SendEmail", mail_), nullptr);
}

TEST_F(ConfirmationsTest, forget_the_oldest_beyond_64) {
  const std::string oldest = confirmations_.add("SendEmail", mail_);
  const std::string second = confirmations_.add("SendEmail", mail_);
  EXPECT_NE(oldest, second);
  for (int i = 0; i < 63; ++i) confirmations_.add("SendEmail", mail_);
  EXPECT_EQ(confirmations_.find(oldest, "SendEmail", mail_), nullptr);
  EXPECT_NE(confirmations_.find(second, "SendEmail", mail_), nullptr);
}

}  // namespace
}  // namespace sesame::commands

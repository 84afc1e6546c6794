#include "bounces/retry_hint.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace sesame::bounces {
namespace {

using namespace std::chrono_literals;

struct HintedReply {
  std::string_view reply;
  std::chrono::seconds pause;
};

constexpr HintedReply kHintedReplies[] = {
    {"451 4.7.1 Greylisting in action, please try again in 5 minutes", 300s},
    {"450 4.2.0 <a@b.test>: Recipient address rejected: Greylisted for 300 seconds", 300s},
    {"451 4.7.1 Greylisted, please come back in 00:04:56", 296s},
    {"451 4.7.0 Please retry after 90s", 90s},
    {"421 Too many connections. Wait two minutes.", 120s},
    {"450 try again in 5min.", 300s},
    {"450 Try again\r\nlater than 1 hour", 3600s},
    {"421 4.7.0 please wait for at least another 10 mins", 600s},
    {"450 try again in the next 15 minutes", 900s},
    {"450 retry in an hour", 3600s},
    {"450 Retry in half an hour!", 1800s},
    {"450 try again in 5-10 minutes", 600s},
    {"450 try again in 5 to 10 minutes", 600s},
    {"450 in 5 minutes please try again", 300s},
    {"450 allow 20 minutes before retrying", 1200s},
    {"421 4.7.0 Try again later (in 120 seconds), 4.7.0", 120s},
    {"550 您发信过于频繁，请5分钟后重试", 300s},
    {"421 请 2 小时之后再发", 7200s},
    // Bounds.
    {"450 try again in 1 second", 30s},
    {"450 try again in 0 minutes", 30s},
    {"450 temporarily blocked for 24 hours", 4h},
    {"450 try again in 3 days", 4h},
    {"450 try again in 99999999999999999999999999999 seconds", 4h},
    {"450 try again in 00000000000000000000000000300 seconds", 300s},
    {"450 come back in 99999999999:99999999999:99999999999", 4h},
};

TEST(RetryHint, is_found_in_the_words_of_servers) {
  for (const HintedReply& said : kHintedReplies) {
    const auto found = retry_hint(said.reply);
    ASSERT_TRUE(found) << said.reply;
    EXPECT_EQ(found->count(), said.pause.count()) << said.reply;
  }
}

TEST(RetryHint, is_not_made_of_other_times) {
  for (const std::string_view reply : {"",
                                       "5",
                                       "minutes",
                                       "450 try again later",
                                       "451 4.7.1 Try again in a few minutes",
                                       "421 4.7.0 100 messages in 60 seconds are too many",
                                       "450 rate limit of 10 messages in 60 seconds, try again later",
                                       "450 try again. You sent 100 mails in 60 seconds",
                                       "451 retry limit 5 minutes",
                                       "552 in the queue for 5 days",
                                       "450 try again 4.7.0",
                                       "450 try again in 1.5 hours",
                                       "450 try again in 5",
                                       "421 try again in 192.0.2.1 minutes",
                                       "450 retry 3 times in 5 minutes",
                                       "450 try again at 12:30",
                                       "450 try again in minutes 5",
                                       "550 账号已停用5年",
                                       "550 5分钟内发送过多",
                                       "450 try again in five",
                                       "450 a second server, try again"})
    EXPECT_FALSE(retry_hint(reply)) << reply;
}

TEST(RetryHint, takes_any_bytes_and_ends) {
  std::string hostile = "try again in ";
  for (int byte = 0; byte < 256; ++byte) hostile.push_back(static_cast<char>(byte));
  EXPECT_FALSE(retry_hint(hostile));
  for (const std::string_view piece : {"try again in ", "5 ", "5 minutes ", "1:", "a ", "\xE5\x88", "\xFF",
                                       "0", "again 5:5:5 half an ", "\x01"}) {
    std::string text;
    while (text.size() < 1'000'000) text += piece;
    const auto found = retry_hint(text);
    EXPECT_TRUE(!found || (*found >= kRetryHintMin && *found <= kRetryHintMax)) << piece;
  }
  // A hint behind the limit of what is read is not found, nor one that the limit cuts.
  EXPECT_FALSE(retry_hint(std::string(2000, ' ') + "try again in 5 minutes"));
  EXPECT_TRUE(retry_hint(std::string(1000, ' ') + "try again in 5 minutes"));
}

}  // namespace
}  // namespace sesame::bounces

#include "delivery/site_record.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sesame::delivery {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::int64_t kNowMs = 500'000 * kHourMs;

smtp::Attempt refusal(std::string text) {
  smtp::Attempt attempt;
  attempt.verdict = smtp::Verdict::refused;
  attempt.text = std::move(text);
  return attempt;
}

TEST(SiteRecord, counts_the_last_hour) {
  SiteRecord record;
  smtp::Attempt delivered;
  delivered.verdict = smtp::Verdict::delivered;
  delivered.text = "250 queued as 4f2a";
  record.count(delivered, kNowMs);
  record.count(refusal("550 no"), kNowMs + kHourMs / 2);
  EXPECT_EQ(record.counts(kNowMs + kHourMs / 2).delivered, 1U);
  EXPECT_EQ(record.counts(kNowMs + kHourMs).delivered, 0U);
  EXPECT_EQ(record.counts(kNowMs + kHourMs).refused, 1U);
  record.count(delivered, kNowMs + 12 * kHourMs);
  EXPECT_EQ(record.counts(kNowMs + 12 * kHourMs).delivered, 1U) << "places of earlier hours begin anew";
  EXPECT_EQ(record.counts(kNowMs).delivered, 0U) << "of a clock that was set back";
}

TEST(SiteRecord, keeps_the_last_different_replies) {
  SiteRecord record;
  record.count(refusal("550 5.7.1 mail 7af21 of [192.0.2.1] refused"), kNowMs);
  record.count(refusal("550 5.1.1 no such user"), kNowMs + 1);
  record.count(refusal("550 5.7.1 mail 90bb3 of [192.0.2.2] refused"), kNowMs + 2);
  ASSERT_EQ(record.replies().size(), 2U);
  EXPECT_EQ(record.replies()[0].text, "550 5.7.1 mail 90bb3 of [192.0.2.2] refused");
  EXPECT_EQ(record.replies()[0].count, 2U);
  EXPECT_EQ(record.replies()[0].last_ms, kNowMs + 2);
  record.count(refusal("450 5.7.1 mail 90bb3 of [192.0.2.2] refused"), kNowMs + 3);
  EXPECT_EQ(record.replies().size(), 3U) << "another code";
}

TEST(SiteRecord, has_a_bound) {
  SiteRecord record;
  for (char c = 'a'; c <= 'z'; ++c) record.count(refusal(std::string(10'000, c)), kNowMs);
  ASSERT_EQ(record.replies().size(), SiteRecord::kRepliesMax);
  EXPECT_EQ(record.replies().front().text, std::string(SiteRecord::kReplyBytesMax, 'z'));
}

}  // namespace
}  // namespace sesame::delivery

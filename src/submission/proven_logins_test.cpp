#include "submission/proven_logins.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"

namespace sesame::submission {
namespace {

class ProvenLoginsTest : public testing::Test {
 protected:
  static std::vector<senders::SmtpLogin> candidates(std::vector<std::string> hashes) {
    std::vector<senders::SmtpLogin> all;
    for (std::string& hash : hashes) all.emplace_back().hash = std::move(hash);
    return all;
  }
  testkit::SeededRandom random_{1};
  ProvenLogins proven_{random_};
  const ProvenLogins::Time now_{std::chrono::hours(1)};
};

TEST_F(ProvenLoginsTest, knows_a_password_for_a_minute) {
  const auto two = candidates({"hash a", "hash b"});
  EXPECT_FALSE(proven_.find(two, "secret", now_));
  proven_.add(two, "secret", 1, now_);
  EXPECT_EQ(proven_.find(two, "secret", now_ + std::chrono::seconds(59)), 1U);
  EXPECT_FALSE(proven_.find(two, "secret", now_ + std::chrono::seconds(60)));
}

TEST_F(ProvenLoginsTest, knows_nothing_once_any_password_was_changed) {
  proven_.add(candidates({"hash a", "hash b"}), "secret", 1, now_);
  EXPECT_FALSE(proven_.find(candidates({"hash a", "hash b"}), "Secret", now_));
  EXPECT_FALSE(proven_.find(candidates({"hash a", "hash c"}), "secret", now_));
  EXPECT_FALSE(proven_.find(candidates({"hash c", "hash b"}), "secret", now_));
  EXPECT_FALSE(proven_.find(candidates({"hash b"}), "secret", now_));
  EXPECT_FALSE(proven_.find(candidates({"hash a", "hash b", ""}), "secret", now_));
  EXPECT_FALSE(proven_.find({}, "secret", now_));
}

TEST_F(ProvenLoginsTest, is_of_bounded_size) {
  const auto one = candidates({"hash"});
  for (std::size_t i = 0; i <= ProvenLogins::kLoginsMax; ++i) proven_.add(one, std::to_string(i), 0, now_);
  EXPECT_FALSE(proven_.find(one, "0", now_));
  EXPECT_TRUE(proven_.find(one, std::to_string(ProvenLogins::kLoginsMax), now_));
}

}  // namespace
}  // namespace sesame::submission

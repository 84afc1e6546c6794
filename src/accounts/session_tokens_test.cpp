#include "accounts/session_tokens.hpp"

#include <gtest/gtest.h>

#include "testkit/seeded_random.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

constexpr std::int64_t kNow = 1'796'083'200;

class SessionTokensTest : public testing::Test {
 protected:
  SessionTokensTest() : box_(SecretBox::open(folder_.path(), random_).value()) { put(true); }

  void put(bool enabled, Permissions permissions = {}) {
    Credential credential;
    credential.secret_id = "parent";
    credential.secret_key = Secret(std::string("key"));
    credential.account_id = 7;
    credential.app_id = "1400000007";
    credential.enabled = enabled;
    credential.permissions = std::move(permissions);
    keyring_.put(std::move(credential));
  }
  SessionTokens::Issued issue(const Permissions& permissions = {}) {
    return tokens_.issue(*keyring_.find("parent"), permissions, kNow + 60, random_);
  }
  std::string_view refusal(std::string_view id, std::string_view token, std::int64_t now_s = kNow) {
    const auto opened = tokens_.open(id, token, now_s);
    return opened ? "opened" : opened.error().reason();
  }

  testkit::TempDir folder_;
  testkit::SeededRandom random_;
  SecretBox box_;
  Keyring keyring_;
  SessionTokens tokens_{box_, keyring_};
};

TEST_F(SessionTokensTest, a_token_is_the_credential) {
  const auto issued = issue();
  EXPECT_TRUE(SessionTokens::is_temporary_id(issued.pair.secret_id));
  EXPECT_FALSE(SessionTokens::is_temporary_id("parent"));
  EXPECT_EQ(
      issued.token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  const auto opened = tokens_.open(issued.pair.secret_id, issued.token, kNow + 59);
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->secret_key.reveal(), issued.pair.secret_key.reveal());
  EXPECT_EQ((*opened)->account_id, 7);
  EXPECT_EQ((*opened)->app_id, "1400000007");
  EXPECT_FALSE((*opened)->may_grant());
}

TEST_F(SessionTokensTest, ends_at_its_time) {
  const auto issued = issue();
  EXPECT_EQ(refusal(issued.pair.secret_id, issued.token, kNow + 60), "accounts.token_expired");
}

TEST_F(SessionTokensTest, ends_with_the_credential_that_asked_for_it) {
  const auto issued = issue();
  put(false);
  EXPECT_EQ(refusal(issued.pair.secret_id, issued.token), "accounts.token_wrong");
  put(true);
  EXPECT_EQ(refusal(issued.pair.secret_id, issued.token), "opened");
  keyring_.remove("parent");
  EXPECT_EQ(refusal(issued.pair.secret_id, issued.token), "accounts.token_wrong");
}

TEST_F(SessionTokensTest, may_call_what_both_it_and_its_parent_may) {
  const auto issued = issue(Permissions::listed({"SendEmail", "ListReceivers"}));
  put(true, Permissions::read_only());
  const auto opened = tokens_.open(issued.pair.secret_id, issued.token, kNow);
  ASSERT_TRUE(opened);
  EXPECT_TRUE((*opened)->may_call("ListReceivers", true));
  EXPECT_FALSE((*opened)->may_call("SendEmail", false));
  EXPECT_FALSE((*opened)->may_call("ListSendTasks", true));
}

TEST_F(SessionTokensTest, refuses_what_was_altered_moved_or_made_elsewhere) {
  const auto issued = issue();
  EXPECT_EQ(refusal(issue().pair.secret_id, issued.token), "accounts.token_wrong");
  for (std::size_t i = 0; i < issued.token.size(); ++i) {
    std::string altered = issued.token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(refusal(issued.pair.secret_id, altered), "accounts.token_wrong") << i;
    EXPECT_EQ(refusal(issued.pair.secret_id, issued.token.substr(0, i)), "accounts.token_wrong") << i;
  }
  testkit::TempDir elsewhere;
  const SecretBox other = SecretBox::open(elsewhere.path(), random_).value();
  const auto foreign = SessionTokens(other, keyring_).issue(*keyring_.find("parent"), {}, kNow + 60, random_);
  EXPECT_EQ(refusal(foreign.pair.secret_id, foreign.token), "accounts.token_wrong");
  EXPECT_EQ(refusal(issued.pair.secret_id, std::string(9000, 'A')), "accounts.token_wrong");
}

}  // namespace
}  // namespace sesame::accounts

#include "accounts/second_factor.hpp"

#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "accounts/console_sessions.hpp"
#include "accounts/totp.hpp"
#include "accounts/users.hpp"
#include "testkit/seeded_random.hpp"
#include "testkit/temp_database.hpp"
#include "testkit/temp_dir.hpp"

namespace sesame::accounts {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";
constexpr std::int64_t kNowMs = 1'111'111'111'000;
constexpr std::int64_t kStep = kNowMs / kTotpStepMs;

constexpr storage::Sql kStored{"test.stored", "SELECT secret FROM second_factor"};

/// The user "ann", whose second factor is on.
class SecondFactorTest : public testing::Test {
 protected:
  SecondFactorTest() : secrets_(SecretBox::open(folder_.path(), random_).value()) {
    database_.change([&](storage::Writer& writer) {
      account_ = create_account(writer, random_, "first", 10, 1).value().id;
      ann_ = create_user(writer, {account_, "ann", Role::admin, "hash"}, 5).value();
    });
    switch_on();
  }

  void switch_on(std::string_view spared = {}) {
    codes_ = make_recovery_codes(random_);
    const std::string sealed = seal_factor(secrets_, ann_, kSecret);
    database_.change([&](storage::Writer& writer) {
      set_second_factor(writer, ann_, {sealed, kStep - 1, codes_}, spared, kNowMs);
    });
  }
  bool use(std::string_view code, std::int64_t now_ms = kNowMs) {
    return database_.change(
        [&](storage::Writer& writer) { return use_code(writer, secrets_, ann_, code, now_ms); });
  }
  std::uint64_t left() {
    return database_.look([&](storage::Reader& reader) {
      const auto user = user_of(reader, ann_);
      return user ? user->recovery_codes : 0;
    });
  }
  bool is_on() {
    return database_.look([&](storage::Reader& reader) { return has_second_factor(reader, ann_); });
  }
  std::size_t sessions(std::string_view spared) {
    database_.change([&](storage::Writer& writer) {
      for (const char* digest : {"one", "two"})
        create_session(writer, {digest, account_, ann_, "192.0.2.1", "a browser"}, kNowMs);
      remove_second_factor(writer, ann_, spared);
    });
    std::size_t found = 0;
    for (const char* digest : {"one", "two"})
      found += database_.look(
          [&](storage::Reader& reader) { return find_session(reader, digest, {}, kNowMs).has_value(); });
    return found;
  }

  testkit::TempDir folder_;
  testkit::SeededRandom random_;
  testkit::TempDatabase database_;
  SecretBox secrets_;
  std::vector<std::string> codes_;
  std::int64_t account_ = 0, ann_ = 0;
};

TEST_F(SecondFactorTest, a_code_is_taken_once) {
  const std::string code = totp_code(kSecret, kStep);
  EXPECT_TRUE(use(code));
  EXPECT_FALSE(use(code));
  EXPECT_FALSE(use(code, kNowMs + kTotpStepMs));
  EXPECT_TRUE(use(totp_code(kSecret, kStep + 1)));
}

TEST_F(SecondFactorTest, blanks_in_a_pasted_code_count_for_nothing) {
  std::string code = totp_code(kSecret, kStep);
  code.insert(3, " ");
  EXPECT_TRUE(use(" " + code + " "));
}

TEST_F(SecondFactorTest, the_code_that_confirmed_the_app_is_used_up) {
  EXPECT_FALSE(use(totp_code(kSecret, kStep - 1)));
}

TEST_F(SecondFactorTest, each_recovery_code_is_taken_once_in_any_case) {
  ASSERT_EQ(codes_.size(), kRecoveryCodes);
  EXPECT_EQ(codes_[0].size(), 19U);
  for (const std::string& code : codes_) {
    std::string typed = code;
    typed[0] = typed[0] >= 'a' ? static_cast<char>(typed[0] - 32) : typed[0];
    EXPECT_TRUE(use(typed)) << code;
    EXPECT_FALSE(use(code)) << code;
  }
  EXPECT_EQ(left(), 0U);
}

TEST_F(SecondFactorTest, wrong_codes_are_refused) {
  for (const std::string_view code : {"", " ", "000000", "abcdefgh", "aaaa-aaaa-aaaa-aaaa"})
    EXPECT_FALSE(use(code));
  EXPECT_FALSE(use(std::string(100'000, '1')));
  EXPECT_EQ(left(), kRecoveryCodes);
}

TEST_F(SecondFactorTest, the_secret_is_not_stored_in_the_clear) {
  const std::string stored = database_.look([](storage::Reader& reader) {
    const auto row = reader.query(kStored);
    EXPECT_TRUE(row->next());
    const storage::Blob sealed = row->next_blob();
    return std::string(reinterpret_cast<const char*>(sealed.data()), sealed.size());
  });
  EXPECT_EQ(stored.find(kSecret), std::string::npos);
}

TEST_F(SecondFactorTest, a_new_app_replaces_the_codes_of_the_former_one) {
  const std::vector<std::string> former = codes_;
  switch_on();
  EXPECT_EQ(left(), kRecoveryCodes);
  EXPECT_FALSE(use(former[0]));
}

TEST_F(SecondFactorTest, a_change_ends_all_sessions_but_the_callers) { EXPECT_EQ(sessions("one"), 1U); }

TEST_F(SecondFactorTest, a_reset_or_deleted_user_has_none) {
  database_.change([&](storage::Writer& writer) { EXPECT_TRUE(reset_user(writer, ann_)); });
  EXPECT_FALSE(is_on());
  EXPECT_EQ(left(), 0U);
  switch_on();
  database_.change([&](storage::Writer& writer) { EXPECT_TRUE(delete_user(writer, ann_)); });
  EXPECT_FALSE(is_on());
}

}  // namespace
}  // namespace sesame::accounts

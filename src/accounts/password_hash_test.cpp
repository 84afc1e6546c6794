#include "accounts/password_hash.hpp"

#include <gtest/gtest.h>

namespace sesame::accounts {
namespace {

TEST(PasswordHash, matches_its_own_password_only) {
  const auto hash = hash_password("Ab12cd34EF");
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$")) << *hash;
  EXPECT_TRUE(password_matches(*hash, "Ab12cd34EF"));
  EXPECT_FALSE(password_matches(*hash, "Ab12cd34EG"));
  EXPECT_FALSE(password_matches(*hash, ""));
}

TEST(PasswordHash, is_salted) {
  EXPECT_NE(hash_password("Ab12cd34EF").value(), hash_password("Ab12cd34EF").value());
}

TEST(PasswordHash, of_another_form_matches_nothing) {
  EXPECT_FALSE(password_matches("", ""));
  EXPECT_FALSE(password_matches("plain", "plain"));
  EXPECT_FALSE(password_matches(std::string(1000, 'a'), "a"));
}

}  // namespace
}  // namespace sesame::accounts

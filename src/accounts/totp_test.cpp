#include "accounts/totp.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace sesame::accounts {
namespace {

constexpr std::string_view kSecret = "12345678901234567890";  // RFC 6238, appendix B.

TEST(Totp, codes_are_those_of_the_standard) {
  struct Vector {
    std::int64_t seconds;
    std::string_view code;
  };
  // RFC 6238, appendix B, SHA1.
  constexpr Vector kVectors[] = {{59, "94287082"},         {1111111109, "07081804"},
                                 {1111111111, "14050471"}, {1234567890, "89005924"},
                                 {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : kVectors) {
    EXPECT_EQ(totp_code(kSecret, seconds / 30, 8), code) << seconds;
    EXPECT_EQ(totp_code(kSecret, seconds / 30), code.substr(2)) << seconds;
  }
}

TEST(Totp, counters_are_those_of_the_standard) {
  // RFC 4226, appendix D.
  constexpr std::string_view kCodes[] = {"755224", "287082", "359152", "969429", "338314",
                                         "254676", "287922", "162583", "399871", "520489"};
  std::int64_t step = 0;
  for (const std::string_view code : kCodes) EXPECT_EQ(totp_code(kSecret, step++), code);
}

TEST(Totp, a_code_holds_for_its_step_and_the_neighbours) {
  constexpr std::int64_t kNowMs = 1'111'111'111'000;
  constexpr std::int64_t kStep = kNowMs / kTotpStepMs;
  for (std::int64_t step = kStep - 3; step <= kStep + 3; ++step) {
    const auto found = find_totp_step(kSecret, totp_code(kSecret, step), kNowMs, 0);
    EXPECT_EQ(found.has_value(), step >= kStep - 1 && step <= kStep + 1) << step - kStep;
    if (found) {
      EXPECT_EQ(*found, step);
    }
  }
}

TEST(Totp, a_used_code_and_older_ones_hold_no_more) {
  constexpr std::int64_t kNowMs = 1'111'111'111'000;
  constexpr std::int64_t kStep = kNowMs / kTotpStepMs;
  EXPECT_FALSE(find_totp_step(kSecret, totp_code(kSecret, kStep), kNowMs, kStep));
  EXPECT_FALSE(find_totp_step(kSecret, totp_code(kSecret, kStep - 1), kNowMs, kStep));
  EXPECT_TRUE(find_totp_step(kSecret, totp_code(kSecret, kStep + 1), kNowMs, kStep));
}

TEST(Totp, other_texts_are_no_code) {
  for (const std::string_view code : {"", "12345", "1234567", "abcdef", "\0\0\0\0\0\0"})
    EXPECT_FALSE(find_totp_step(kSecret, code, 59'000, -1)) << code;
}

TEST(Totp, base32_is_that_of_the_standard) {
  // RFC 4648 §10, without padding.
  EXPECT_EQ(encode_base32(""), "");
  EXPECT_EQ(encode_base32("f"), "MY");
  EXPECT_EQ(encode_base32("fo"), "MZXQ");
  EXPECT_EQ(encode_base32("foo"), "MZXW6");
  EXPECT_EQ(encode_base32("foob"), "MZXW6YQ");
  EXPECT_EQ(encode_base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(encode_base32("foobar"), "MZXW6YTBOI");
}

TEST(Totp, the_address_for_apps_is_encoded) {
  EXPECT_EQ(totp_uri(kSecret, "Sesame mail.shop.example", "ann+b@x"),
            "otpauth://totp/Sesame%20mail.shop.example:ann%2Bb%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&"
            "issuer=Sesame%20mail.shop.example&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace sesame::accounts

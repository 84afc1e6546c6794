#include "dkim/key.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/base64.hpp"

namespace sesame::dkim {
namespace {

TEST(Key, survives_its_pem) {
  for (const unsigned bits : {1024U, 2048U}) {
    const Result<PrivateKey> key = PrivateKey::generate(bits);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->bits(), bits);
    const std::string pem = key->to_pem();
    EXPECT_TRUE(pem.starts_with("-----BEGIN PRIVATE KEY-----"));
    const Result<PrivateKey> again = PrivateKey::from_pem(pem);
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->public_key_base64(), key->public_key_base64());
    const std::string digest(32, 'd');
    EXPECT_EQ(again->sign_digest(digest), key->sign_digest(digest));
    EXPECT_EQ(key->sign_digest(digest).size(), bits / 8);
  }
}

TEST(Key, public_part_is_an_rsa_subject_public_key_info) {
  const Result<PrivateKey> key = PrivateKey::generate(2048);
  const Result<std::string> der = decode_base64(key->public_key_base64());
  ASSERT_TRUE(der.ok());
  EXPECT_EQ(der->size(), 294U);  // SEQUENCE, rsaEncryption, 256 + 1 bytes of modulus, 3 of exponent
  EXPECT_EQ(key->public_key_base64().find('\n'), std::string::npos);
}

TEST(Key, refuses_other_sizes) {
  for (const unsigned bits : {0U, 512U, 1536U, 3072U, 8192U}) {
    const Result<PrivateKey> key = PrivateKey::generate(bits);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().reason(), "dkim.key_bits");
    EXPECT_EQ(key.error().facts().at(0).value, std::to_string(bits));
  }
}

TEST(Key, refuses_what_is_no_rsa_key) {
  // A key on the curve Ed25519 (RFC 8410 §10.3).
  const std::string ed25519 =
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
      "-----END PRIVATE KEY-----\n";
  EXPECT_EQ(PrivateKey::from_pem(ed25519).error().reason(), "dkim.key_bits");
  const std::string encrypted =
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
      "AES-128-CBC,00112233445566778899AABBCCDDEEFF\n"
      "\nAAAA\n-----END RSA PRIVATE KEY-----\n";
  for (const std::string& pem : std::vector<std::string>{"", "text", encrypted, std::string(100'000, '-')}) {
    const Result<PrivateKey> key = PrivateKey::from_pem(pem);
    ASSERT_FALSE(key.ok());
    EXPECT_EQ(key.error().reason(), "dkim.key_unreadable");
  }
}

}  // namespace
}  // namespace sesame::dkim

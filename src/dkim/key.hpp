#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace sesame::dkim {

/// An RSA private key that signs for a domain. A cheap value: copies share the key. Thread: any (const
/// members).
class PrivateKey {
 public:
  /// A new key of 1024 or 2048 bits (RFC 8301 §3.2; SES: CreateEmailIdentity.DKIMOption). Takes up to a
  /// second. Error: errors::kKeyBits.
  static Result<PrivateKey> generate(unsigned bits);

  /// An unencrypted PEM, PKCS#8 or PKCS#1. Errors: errors::kKeyUnreadable, errors::kKeyBits (fewer than 1024,
  /// more than 4096, or not RSA: fact "bits").
  static Result<PrivateKey> from_pem(std::string_view pem);

  /// The key as PKCS#8; the caller keeps it secret.
  std::string to_pem() const;

  /// The `p=` of the DNS record: base64 of SubjectPublicKeyInfo, without line ends (RFC 6376 §3.6.1).
  std::string public_key_base64() const;

  unsigned bits() const;

  /// RSASSA-PKCS1-v1_5 of a SHA-256 digest (32 bytes): the raw signature (RFC 6376 §3.3.3).
  std::string sign_digest(std::string_view sha256_digest) const;

 private:
  explicit PrivateKey(std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<evp_pkey_st> key_;
  // Copied for each signature: spares OpenSSL 3.0's slow fetches.
  std::shared_ptr<evp_pkey_ctx_st> prepared_;
};

}  // namespace sesame::dkim

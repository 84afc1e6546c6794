#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace sesame::dkim {

/// SHA-256 over pieces. For a single use: add, then finish. Throws std::runtime_error when OpenSSL fails,
/// which is a bug.
class Digest {
 public:
  Digest();
  void add(std::string_view piece);
  /// The 32 bytes.
  std::string finish();

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

/// OpenSSL's SHA-256, fetched once because OpenSSL 3.0 looks it up slowly. Never freed. Thread: any.
const EVP_MD* sha256();

}  // namespace sesame::dkim

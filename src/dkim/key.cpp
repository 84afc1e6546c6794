#include "dkim/key.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <stdexcept>

#include "base/base64.hpp"
#include "dkim/digest.hpp"
#include "dkim/errors.hpp"

namespace sesame::dkim {
namespace {

constexpr unsigned kMinBits = 1024;  // RFC 8301 §3.2
constexpr unsigned kMaxBits = 4096;  // RFC 8301 §3.2: verifiers need not take larger ones.
constexpr std::size_t kMaxPemBytes = 64 * 1024;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Context = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

std::string openssl_error() {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  return text;
}

void require(bool succeeded, const char* step) {
  if (!succeeded) throw std::runtime_error(std::string(step) + ": " + openssl_error());
}

// Without this callback OpenSSL would ask the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return -1; }

Error wrong_bits(unsigned bits) { return Error(errors::kKeyBits).with("bits", std::to_string(bits)); }

}  // namespace

PrivateKey::PrivateKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {
  Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr), &EVP_PKEY_CTX_free);
  require(context && EVP_PKEY_sign_init(context.get()) == 1, "prepare signing");
  require(EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1, "choose padding");
  require(EVP_PKEY_CTX_set_signature_md(context.get(), sha256()) == 1, "choose digest");
  prepared_.reset(context.release(), &EVP_PKEY_CTX_free);
}

Result<PrivateKey> PrivateKey::generate(unsigned bits) {
  if (bits != 1024 && bits != 2048) return wrong_bits(bits);
  std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(bits), &EVP_PKEY_free);
  require(key != nullptr, "generate key");
  return PrivateKey(std::move(key));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  if (pem.size() > kMaxPemBytes) return Error(errors::kKeyUnreadable).because("too large");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  require(bio != nullptr, "read key");
  std::shared_ptr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, nullptr),
                                &EVP_PKEY_free);
  if (!key) return Error(errors::kKeyUnreadable).because(openssl_error());
  const auto bits = static_cast<unsigned>(EVP_PKEY_get_bits(key.get()));
  if (EVP_PKEY_is_a(key.get(), "RSA") != 1 || bits < kMinBits || bits > kMaxBits) return wrong_bits(bits);
  return PrivateKey(std::move(key));
}

std::string PrivateKey::to_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free);
  require(
      bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "write key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string PrivateKey::public_key_base64() const {
  unsigned char* encoded = nullptr;
  const int size = i2d_PUBKEY(key_.get(), &encoded);
  require(size > 0, "encode public key");
  const std::string der(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  OPENSSL_free(encoded);
  return encode_base64(der);
}

unsigned PrivateKey::bits() const { return static_cast<unsigned>(EVP_PKEY_get_bits(key_.get())); }

std::string PrivateKey::sign_digest(std::string_view sha256_digest) const {
  const Context context(EVP_PKEY_CTX_dup(prepared_.get()), &EVP_PKEY_CTX_free);
  require(context != nullptr, "copy signing context");
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  require(
      EVP_PKEY_sign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                    reinterpret_cast<const unsigned char*>(sha256_digest.data()), sha256_digest.size()) == 1,
      "sign");
  signature.resize(size);
  return signature;
}

}  // namespace sesame::dkim

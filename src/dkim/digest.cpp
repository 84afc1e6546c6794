#include "dkim/digest.hpp"

#include <stdexcept>

namespace sesame::dkim {

const EVP_MD* sha256() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (fetched == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
  return fetched;
}

Digest::Digest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  if (!context_ || EVP_DigestInit_ex2(context_.get(), sha256(), nullptr) != 1) {
    throw std::runtime_error("SHA-256 does not start");
  }
}

void Digest::add(std::string_view piece) {
  if (EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) != 1) throw std::runtime_error("SHA-256");
}

std::string Digest::finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_DigestFinal_ex(context_.get(), digest, &size) != 1) throw std::runtime_error("SHA-256");
  return std::string(reinterpret_cast<const char*>(digest), size);
}

}  // namespace sesame::dkim

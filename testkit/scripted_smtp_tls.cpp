#include "testkit/scripted_smtp_tls.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>

namespace sesame::testkit {
namespace {

constexpr long kDayS = 24 * 60 * 60;

void add_names(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("localhost");
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
}

}  // namespace

std::shared_ptr<ssl_ctx_st> make_test_tls(const std::string& certificate_file) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to a client that may have left after the handshake.
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kDayS);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kDayS);
  X509_set_pubkey(certificate, key);
  add_names(certificate);
  X509_sign(certificate, key, EVP_sha256());
  if (FILE* file = std::fopen(certificate_file.c_str(), "w")) {
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const bool usable = context && SSL_CTX_use_certificate(context.get(), certificate) == 1 &&
                      SSL_CTX_use_PrivateKey(context.get(), key) == 1;
  X509_free(certificate);
  EVP_PKEY_free(key);
  if (!usable) throw std::runtime_error("no test certificate");
  return context;
}

}  // namespace sesame::testkit

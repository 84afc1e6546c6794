#include "net/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

#include "base/thread_safety.hpp"
#include "net/errors.hpp"

namespace sesame::net {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

namespace {

Error unusable(const std::string& file, const error_code& code) {
  return Error(errors::kTls).with("file", file).because(code.message());
}

}  // namespace

struct TlsContext::Slot {
  Mutex mutex;
  std::shared_ptr<ssl::context> context SESAME_GUARDED_BY(mutex);
};

TlsContext::TlsContext(std::shared_ptr<ssl::context> context, TlsVerify verify)
    : slot_(std::make_shared<Slot>()), verify_(verify) {
  const MutexLock lock(slot_->mutex);
  slot_->context = std::move(context);
}

std::shared_ptr<ssl::context> TlsContext::shared() const {
  const MutexLock lock(slot_->mutex);
  return slot_->context;
}

void TlsContext::replace(const TlsContext& other) const {
  std::shared_ptr<ssl::context> fresh = other.shared();
  const MutexLock lock(slot_->mutex);
  slot_->context = std::move(fresh);
}

Result<TlsContext> TlsContext::client(const TlsClientOptions& options) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(),
                                options.min_version == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
  // OpenSSL keeps 17 KiB for an idle connection then, instead of 50.
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  context->set_verify_mode(options.verify == TlsVerify::required ? ssl::verify_peer : ssl::verify_none);
  error_code code;
  if (!options.ca_file.empty()) {
    context->load_verify_file(options.ca_file, code);
  } else if (options.verify != TlsVerify::none) {
    context->set_default_verify_paths(code);
  }
  if (code) return unusable(options.ca_file, code);
  return TlsContext(std::move(context), options.verify);
}

Result<TlsContext> TlsContext::server(const TlsIdentity& identity) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  // RFC 9325 §3.1.1: nothing older than TLS 1.2; §3.4: a session ticket that is not rotated weakens all
  // sessions.
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  error_code code;
  context->use_certificate_chain_file(identity.certificate_file, code);
  if (code) return unusable(identity.certificate_file, code);
  context->use_private_key_file(identity.key_file, ssl::context::pem, code);
  if (code) return unusable(identity.key_file, code);
  return TlsContext(std::move(context), TlsVerify::none);
}

}  // namespace sesame::net

#include "net/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>

#include "testkit/certificate.hpp"

namespace sesame::net {
namespace {

bool releases_buffers(const TlsContext& context) {
  return (SSL_CTX_get_mode(context.shared()->native_handle()) & SSL_MODE_RELEASE_BUFFERS) != 0;
}

TEST(TlsContext, keeps_no_buffers_for_idle_connections) {
  const testkit::Certificate certificate("localhost");
  const TlsIdentity identity{certificate.certificate_file(), certificate.key_file()};
  EXPECT_TRUE(releases_buffers(TlsContext::server(identity).value()));
  for (const TlsVerify verify : {TlsVerify::none, TlsVerify::required}) {
    TlsClientOptions options;
    options.verify = verify;
    EXPECT_TRUE(releases_buffers(TlsContext::client(options).value()));
  }
}

}  // namespace
}  // namespace sesame::net

#pragma once

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace sesame::testkit {

/// A TLS server side with a fresh self-signed certificate for localhost, which is written to
/// `certificate_file`.
std::shared_ptr<ssl_ctx_st> make_test_tls(const std::string& certificate_file);

}  // namespace sesame::testkit

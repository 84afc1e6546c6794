#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "base/setting.hpp"

namespace boost::asio::ssl {
class context;
}

namespace sesame::net {

enum class TlsVerify : std::uint8_t {
  none,
  noted,     // Checked with the name, for Stream::certificate_problem(); the handshake goes on either way.
  required,  // An invalid certificate ends the handshake.
};
enum class TlsVersion : std::uint8_t { tls12, tls13 };

struct TlsClientOptions {
  TlsVerify verify = TlsVerify::required;
  std::string ca_file;  // PEM; empty: the system's authorities.
  TlsVersion min_version = TlsVersion::tls12;
};

/// PEM files: the certificate with its chain, and its private key.
struct TlsIdentity {
  std::string certificate_file;
  std::string key_file;

  /// The server's own identity.
  void visit(SettingVisitor& settings) {
    settings.file("tls.certificate", certificate_file,
                  "PEM file with the server's certificate chain; empty: plain HTTP", Reload::now);
    settings.file("tls.key", key_file, "PEM file with the private key of tls.certificate", Reload::now);
  }
};

/// The configuration of a side of TLS: authorities or an identity, versions. Make it once and share it; cheap
/// to copy. Copies are one: what replace() changes holds for all of them. Thread: any.
class TlsContext {
 public:
  /// errors::kTls with the fact "file" when a file cannot be read or does not fit.
  static Result<TlsContext> client(const TlsClientOptions& options);
  static Result<TlsContext> server(const TlsIdentity& identity);

  bool verifies_peer() const { return verify_ == TlsVerify::required; }
  bool notes_peer() const { return verify_ == TlsVerify::noted; }
  /// The configuration of a handshake that begins now.
  std::shared_ptr<boost::asio::ssl::context> shared() const;
  /// Handshakes use the other's files from now on: for a certificate that was renewed.
  void replace(const TlsContext& other) const;

 private:
  struct Slot;
  TlsContext(std::shared_ptr<boost::asio::ssl::context> context, TlsVerify verify);

  std::shared_ptr<Slot> slot_;
  TlsVerify verify_;
};

}  // namespace sesame::net

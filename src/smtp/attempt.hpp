#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::smtp {

/// The result of one attempt to hand a message over.
enum class Verdict : std::uint8_t {
  delivered,  // The peer took responsibility for the message.
  deferred,   // Not now; the peer did not take the message, trying again is safe.
  refused,    // Refused for good: another attempt is useless.
  uncertain,  // The message was sent to its end and no answer came: it may have been taken (RFC 1047).
};

/// The stage of the dialogue at which the verdict fell. Up to and including `auth` the message was not
/// mentioned: such a failure concerns the server, not the message.
enum class Stage : std::uint8_t { connect, greeting, ehlo, tls, auth, mail, rcpt, data, body, dot };

std::string_view stage_name(Stage stage);

/// How the connection was protected. The numbers are stored.
enum class TlsLevel : std::uint8_t {
  unknown = 0,        // No server was reached, or none exists, as in the sandbox.
  clear = 1,          // Not encrypted.
  opportunistic = 2,  // Encrypted; the certificate was not verified (RFC 7435).
  web_pki = 3,        // Encrypted; the certificate was verified by the authorities in use.
};

/// "opportunistic"; empty when unknown.
std::string_view tls_name(TlsLevel level);

struct Attempt {
  Verdict verdict = Verdict::deferred;
  Stage stage = Stage::connect;
  unsigned code = 0;       // The reply's code; 0 when there was no reply.
  std::string enhanced;    // "5.1.1", or empty.
  std::string text;        // The peer's reply with its code, cleaned for display; or our own reason.
  std::string remote;      // host:port of the peer.
  bool simulated = false;  // Chosen by chaos in the sandbox; no server said it.
  std::string address;     // The peer's IP address; empty when no connection was made.
  TlsLevel tls = TlsLevel::unknown;
  std::chrono::milliseconds took{0};  // The dialogue about this message, without connecting.

  /// True when the failure concerns the server, not the message.
  bool about_server() const { return verdict == Verdict::deferred && stage <= Stage::auth; }
};

}  // namespace sesame::smtp

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sesame::smtp {

/// What one try to hand a message over came to.
enum class Verdict : std::uint8_t {
  delivered,  // The peer took responsibility for the message.
  deferred,   // Not now; nothing was taken over, trying again is safe.
  refused,    // Never: a permanent refusal of this message.
  uncertain,  // The message was sent to its end and no answer came: it may have been taken (RFC 1047).
};

/// How far the dialogue had come when the verdict fell. Up to and including `auth` nothing was said about the
/// message: such a failure concerns the server, not the message.
enum class Stage : std::uint8_t { connect, greeting, ehlo, tls, auth, mail, rcpt, data, body, dot };

std::string_view stage_name(Stage stage);

struct Attempt {
  Verdict verdict = Verdict::deferred;
  Stage stage = Stage::connect;
  unsigned code = 0;     // The reply's code; 0 when there was no reply to go by.
  std::string enhanced;  // "5.1.1", or empty.
  std::string text;      // What the peer said, code and all, cleaned for display; or what befell us.
  std::string remote;    // host:port of the peer.

  /// True when the failure concerns the server, not the message.
  bool about_server() const { return verdict == Verdict::deferred && stage <= Stage::auth; }
};

}  // namespace sesame::smtp

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "testkit/scripted_smtp.hpp"
#include "testkit/smtp_wire.hpp"

namespace sesame::testkit {

/// One connection to the scripted server, on its own thread.
class ScriptedSmtp::Session {
 public:
  Session(ScriptedSmtp& server, const TcpPeer& peer, std::size_t number)
      : server_(server), wire_(peer), number_(number) {}
  void run();

 private:
  bool handle(const std::string& line);
  bool start_tls(const std::string& answer);
  bool log_in(const std::string& line);
  bool receive_body();
  /// Does what the answer says; false when the connection is over.
  bool act(const std::string& answer);
  bool drip(std::string_view text);

  ScriptedSmtp& server_;
  SmtpWire wire_;
  const std::size_t number_;
  ReceivedMail mail_;
  std::size_t mails_ = 0;
};

}  // namespace sesame::testkit

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/setting.hpp"
#include "submission/submission.hpp"

namespace sesame::submission {

/// The SMTP servers that take submitted mail, and what they take.
struct SubmissionSettings {
  std::vector<HostPort> listen;
  std::vector<HostPort> listen_tls;  // TLS from the first byte only.
  std::string certificate_file;      // With its key; empty: the identity of the HTTP server.
  std::string key_file;
  std::string name;  // How the servers introduce themselves; empty: as the SMTP client does.
  std::size_t recipients = 50;
  std::size_t connections = 1000;
  std::size_t connections_per_peer = 50;
  SubmissionOptions options;

  void visit(SettingVisitor& settings) {
    settings.addresses("submission.listen", listen,
                       "HOST:PORT where mail is submitted by SMTP (ports 587 and 25), by STARTTLS or by TLS "
                       "from the first byte; empty: nowhere");
    settings.addresses("submission.listen_tls", listen_tls,
                       "HOST:PORT where mail is submitted by TLS from the first byte only (port 465); empty: "
                       "nowhere");
    settings.file("submission.certificate", certificate_file,
                  "PEM file with the certificate chain for submission; empty: tls.certificate", Reload::now);
    settings.file("submission.key", key_file,
                  "PEM file with the private key of submission.certificate; empty: tls.key", Reload::now);
    settings.text("submission.name", name,
                  "host name in the greeting of the submission servers; empty: as in EHLO (delivery.helo)");
    settings.number("submission.mail_bytes", options.mail.mail_bytes, {1024, 100 * 1024 * 1024},
                    "bytes of a submitted mail with its files");
    settings.number("submission.recipients", recipients, {1, 1000}, "recipients of a submitted mail");
    settings.number("submission.mails_per_second", options.mails_per_second, {0, 1'000'000'000},
                    "submitted mails per second of an account; 0: no limit");
    settings.number("submission.failed_logins", options.failed_logins_max, {0, 1'000'000'000},
                    "failed logins of a peer after which it may not try until 15 minutes are over; 0: no "
                    "limit");
    settings.number("submission.connections", connections, {1, 1'000'000},
                    "open connections at each address of submission");
    settings.number("submission.connections_per_peer", connections_per_peer, {1, 1'000'000},
                    "open connections from one peer at each address of submission");
  }
};

}  // namespace sesame::submission

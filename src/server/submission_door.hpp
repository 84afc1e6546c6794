#pragma once

#include <memory>
#include <vector>

#include "base/result.hpp"
#include "server/settings.hpp"
#include "smtp/server.hpp"
#include "submission/submission.hpp"

namespace sesame::server {

/// One for each address of the settings. Errors: "settings.value" (no certificate), "net.tls" (a certificate
/// that can't be read).
Result<std::vector<smtp::ServerOptions>> submission_servers(const Settings& settings);

/// The SMTP servers that take mails of programs: one a configured address, all with the same rules.
class SubmissionDoor {
 public:
  /// Listens; with no address configured there is nothing, and no thread. The loops run and outlive it, as do
  /// the parts. Errors: those of submission_servers, of smtp::Server::start and of Submission::open.
  static Result<std::unique_ptr<SubmissionDoor>> open(const Settings& settings, net::Loops& loops,
                                                      submission::SubmissionParts parts);
  ~SubmissionDoor();  // stop()

  /// As smtp::Server::stop, all of them. May be called again.
  void stop();

 private:
  SubmissionDoor() = default;

  std::unique_ptr<submission::Submission> submission_;
  std::vector<std::unique_ptr<smtp::Server>> servers_;
};

}  // namespace sesame::server

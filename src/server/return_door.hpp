#pragma once

#include <memory>

#include "net/loops.hpp"
#include "returns/intake.hpp"
#include "returns/return_handler.hpp"
#include "server/settings.hpp"
#include "smtp/server.hpp"

namespace sesame::server {

/// Where bounces and complaints come in: the SMTP server of the bounce domain, and who answers there.
class ReturnDoor {
 public:
  /// All outlive the door; the loops run.
  struct Parts {
    const content::MailTokens& tokens;
    const bounces::Classifier& classifier;
    const effects::MailEffects& effects;
    storage::Database& database;
    net::BlockingPool& pool;
    const Clock& clock;
  };

  /// Listens; nothing, if bounces.listen is empty. Errors: those of return_server_options and of
  /// smtp::Server::start.
  static Result<std::unique_ptr<ReturnDoor>> open(const Settings& settings, net::Loops& loops,
                                                  const Parts& parts);
  ~ReturnDoor();  // stop()

  /// As smtp::Server::stop. May be called again.
  void stop();

 private:
  ReturnDoor(const Settings& settings, net::Loops& loops, const Parts& parts, smtp::ServerOptions options);

  const returns::ReturnAddresses addresses_;
  const returns::Intake intake_;
  returns::ReturnHandler desk_;
  smtp::Server server_;
};

}  // namespace sesame::server

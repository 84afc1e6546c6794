#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "net/blocking_pool.hpp"
#include "returns/intake.hpp"
#include "smtp/server_handler.hpp"
#include "storage/database.hpp"

namespace sesame::returns {

/// The SMTP service of the bounce domain. It accepts mail only for the addresses of ReturnAddresses, from
/// every sender: reports come from everywhere, mostly with the null sender. It never sends mail, so it can't
/// be abused to reach anybody. It replies 250 when a mail's evidence and effects are on disk. All references
/// outlive it. Thread: any.
class ReturnHandler final : public smtp::ServerHandler {
 public:
  struct Parts {
    const ReturnAddresses& addresses;
    const Intake& intake;
    storage::Database& database;
    net::BlockingPool& pool;
  };
  explicit ReturnHandler(const Parts& parts) : parts_(parts) {}

  std::unique_ptr<smtp::SessionHandler> new_session(const std::string& peer_address) override;

  /// Reports whose mail has no outcome yet are deferred from now on instead of waited for. For the end of the
  /// program: the sender brings them again.
  void stop_waiting() { stopping_ = true; }

 private:
  class Session;

  const Parts parts_;
  std::atomic<bool> stopping_ = false;
};

}  // namespace sesame::returns

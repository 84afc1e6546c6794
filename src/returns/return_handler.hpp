#pragma once

#include <memory>
#include <string>

#include "net/blocking_pool.hpp"
#include "returns/intake.hpp"
#include "smtp/server_handler.hpp"
#include "storage/database.hpp"

namespace sesame::returns {

/// Who answers at the SMTP server of the bounce domain. It takes mail for the addresses of ReturnAddresses
/// and nobody else's, whoever sends it: reports come from everywhere, mostly from the null sender. It never
/// sends anything, so nobody can be made to get mail through it. A mail is taken over (250) when its evidence
/// and its effects are on disk. From any loop; what it is given outlives it.
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

 private:
  const Parts parts_;
};

}  // namespace sesame::returns

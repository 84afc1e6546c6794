#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "bounces/reply_reader.hpp"
#include "delivery/connection_limit.hpp"
#include "delivery/site_clock.hpp"
#include "smtp/client.hpp"

namespace sesame::delivery {

/// How mail goes to a site: to a smarthost, or to the servers that a route names.
struct SiteOptions {
  smtp::ClientOptions client;
  unsigned connections = 20;                     // Limit over all event loops.
  std::uint64_t messages_per_connection = 1000;  // 0: no limit.
  std::chrono::milliseconds idle{5'000};  // RFC 5321 §4.5.3.2.7: servers may close after five minutes.
  // TLS is not tried again for this long after a failed opportunistic handshake with a target.
  std::chrono::milliseconds clear_text_memory{3'600'000};
  // A target that could not be used is passed over for this long while another one can.
  std::chrono::milliseconds failed_target_memory{300'000};
  std::chrono::milliseconds tick{100};  // Interval of the checks for idle connections and waiting mail.
  SitePolicy pauses;
  std::shared_ptr<ConnectionLimit> all_connections;  // Counts those of several sites; empty: no limit.
  /// Mail waits at the site while no target can be used; else it is reported with the failure as its attempt.
  bool keeps_mail = true;
  /// Reads the replies of servers, for the pace of the site and the next attempt of the mail; empty: only
  /// their codes count. Thread: any.
  std::function<bounces::Meaning(const bounces::ServerReply&)> read_reply;
  /// Takes a source address of a target that this machine does not have; may be empty. Thread: any.
  std::function<void(const net::Address&)> source_failed;
};

}  // namespace sesame::delivery

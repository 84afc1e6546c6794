#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "delivery/site_clock.hpp"
#include "smtp/client.hpp"
#include "smtp/target.hpp"

namespace sesame::delivery {

/// How mail goes to one site: a smarthost, or the servers that a route names.
struct SiteOptions {
  std::vector<smtp::Target> targets;  // In the order in which they are tried; not empty.
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
  /// While no target can be used, mail waits at the site; else it is reported with the failure as its attempt.
  bool keeps_mail = true;
};

}  // namespace sesame::delivery

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "delivery/outlet.hpp"
#include "delivery/site_clock.hpp"
#include "net/loops.hpp"
#include "smtp/client.hpp"

namespace sesame::delivery {

struct RelayOptions {
  smtp::ClientOptions client;
  unsigned connections = 20;                     // Limit over all event loops.
  std::uint64_t messages_per_connection = 1000;  // 0: no limit.
  std::chrono::milliseconds idle{5'000};  // RFC 5321 §4.5.3.2.7: servers may close after five minutes.
  // TLS is not tried again for this long after a failed opportunistic handshake.
  std::chrono::milliseconds clear_text_memory{3'600'000};
  std::chrono::milliseconds tick{100};  // Interval of the checks for idle connections and waiting mail.
  SitePolicy site;
};

/// Delivers mail to one SMTP server (a smarthost) over a pool of kept-open connections, spread over the event
/// loops. While the server can't be reached, parcels wait and it is probed with growing pauses. Thread: any,
/// except a loop's.
class RelayOutlet final : public Outlet {
 public:
  /// `loops` must run until stop() has returned; `clock` and `random` outlive the loops.
  RelayOutlet(RelayOptions options, net::Loops& loops, const Clock& clock, Random& random);
  ~RelayOutlet() override;

  void start(Deliver deliver) override;
  void submit(std::vector<Parcel> parcels) override;
  void stop(std::chrono::milliseconds patience) override;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace sesame::delivery

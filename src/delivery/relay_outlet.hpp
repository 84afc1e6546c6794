#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "delivery/outlet.hpp"
#include "delivery/site_options.hpp"
#include "net/loops.hpp"
#include "smtp/target.hpp"

namespace sesame::delivery {

/// The options of the smarthost's site, whose only target is `server`.
struct RelayOptions : SiteOptions {
  smtp::Target server;
  /// PEM for client.tls_context, which the caller makes; empty: the system's authorities.
  std::string ca_file;

  void visit(SettingVisitor& settings) {
    std::optional<HostPort> relay;
    if (!server.host.empty()) relay = {server.host, server.port};
    settings.address("delivery.relay", relay, "HOST:PORT of the smarthost; needed in delivery.mode relay");
    if (relay) {
      server.host = relay->host;
      server.port = relay->port;
    }
    settings.text("delivery.relay_username", client.user, "user name for AUTH at the smarthost");
    settings.secret("delivery.relay_password", client.password, "password for AUTH at the smarthost");
    settings.choice("delivery.relay_tls", server.tls,
                    {{"off", smtp::TlsPolicy::off},
                     {"opportunistic", smtp::TlsPolicy::opportunistic},
                     {"required", smtp::TlsPolicy::required}},
                    "STARTTLS at the smarthost");
    settings.file("delivery.relay_ca", ca_file,
                  "PEM file of certificates that sign the smarthost's; empty: the system's");
    settings.text(
        "delivery.helo", server.helo_name,
        "name given in EHLO; empty: the machine's host name; mode direct needs a fully qualified one");
    settings.number(
        "delivery.connections", connections, {1, 10'000},
        "open SMTP connections to the smarthost; in mode direct to all servers together, and 1000 "
        "by default");
    settings.number("delivery.messages_per_connection", messages_per_connection, {1, 1'000'000'000},
                    "mails before a connection to the smarthost is renewed");
  }
};

/// Delivers mail to one SMTP server (a smarthost) over a pool of kept-open connections, spread over the event
/// loops. While the server can't be reached, parcels wait and it is probed with growing pauses. Thread: any,
/// except a loop's.
class RelayOutlet final : public Outlet {
 public:
  /// `loops` must run until stop() has returned; `clock` and `random` outlive the loops.
  RelayOutlet(RelayOptions options, net::Loops& loops, const Clock& clock, Random& random);
  ~RelayOutlet() override;

  void start(Dispatch& engine) override;
  void submit(std::vector<DueDraft> drafts) override;
  void composed(std::vector<Parcel> parcels, std::vector<std::uint64_t> missing) override;
  void stop(std::chrono::milliseconds patience) override;
  std::optional<OutletTrouble> trouble() const override;
  std::optional<std::int64_t> slow_since_ms() const override;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

}  // namespace sesame::delivery

#pragma once

#include <cstdint>
#include <string>

#include "base/setting.hpp"
#include "delivery/mode.hpp"

namespace sesame::server {

/// How a sender domain is verified; `automatic` means trust in the sandbox and DNS elsewhere.
enum class DomainVerification : std::uint8_t { automatic, trust, dns };

/// The settings that belong to no single room.
struct ServerSettings {
  HostPort listen{"127.0.0.1", 8080};
  std::string public_url;
  std::string data_dir = "var";
  std::string database;
  unsigned threads = 0;
  DomainVerification verification = DomainVerification::automatic;
  delivery::Mode mode = delivery::Mode::sandbox;
  std::string time_zone;

  void visit(SettingVisitor& settings) {
    settings.address("listen", listen, "HOST:PORT where the API listens (port 0: chosen by the kernel)");
    settings.text("public_url", public_url,
                  "http(s)://HOST[/PATH] where recipients reach this server; empty: in the sandbox where it "
                  "listens, else nowhere: mails carry no links back");
    settings.path("data_dir", data_dir, "folder of the database and of the master key");
    settings.text("database", database, "sqlite:PATH; empty: sesame.db in data_dir");
    settings.number("http.threads", threads, {0, 256}, "event loops; 0: one per core");
    settings.choice("identity.verification", verification,
                    {{"auto", DomainVerification::automatic},
                     {"trust", DomainVerification::trust},
                     {"dns", DomainVerification::dns}},
                    "how a sender domain is verified: trust: at once; dns: when its records are found; auto: "
                    "trust in delivery.mode sandbox, else dns");
    settings.text("display.time_zone", time_zone,
                  "zone of the times that commands show, for example Europe/Berlin; empty: the machine's");
    settings.choice("delivery.mode", mode,
                    {{"sandbox", delivery::Mode::sandbox},
                     {"relay", delivery::Mode::relay},
                     {"direct", delivery::Mode::direct}},
                    "sandbox: every mail lands in the built-in inbox, none leaves; relay: to a smarthost; "
                    "direct: to the receiving servers");
  }
};

}  // namespace sesame::server

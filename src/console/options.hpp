#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/setting.hpp"

namespace sesame::console {

struct ConsoleOptions {
  bool enabled = true;
  std::optional<HostPort> listen;
  std::vector<std::string> hosts;
  bool plain_http = false;
  std::string url;
  std::chrono::hours idle{12};
  std::chrono::hours lifetime{7 * 24};

  void visit(SettingVisitor& settings) {
    settings.flag("console.enabled", enabled, "serve the web console at /console/");
    settings.address("console.listen", listen,
                     "HOST:PORT where the web console alone listens; empty: where the API listens");
    settings.list(
        "console.hosts", hosts,
        "host names under which browsers reach the web console, beside localhost and the hosts of listen, "
        "console.listen, console.url and public_url");
    settings.flag("console.plain_http", plain_http,
                  "take passwords for the web console also over plain HTTP from other machines");
    settings.text(
        "console.url", url,
        "http(s)://HOST[:PORT] where browsers reach the web console, for the links that are printed and "
        "answered; empty: where it listens");
    settings.hours("console.idle_hours", idle, {1, 24 * 365},
                   "hours without a request after which a session of the web console ends");
    settings.hours("console.session_hours", lifetime, {1, 24 * 365},
                   "hours after which a session of the web console ends in any case");
  }
};

}  // namespace sesame::console

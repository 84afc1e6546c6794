#pragma once

#include <string>

namespace sesame::campaigns {

/// The call of the API, or the login by SMTP, that asked for a task or a single send. A value.
struct CallOrigin {
  std::string request_id;  // Empty for SMTP, and for what came before this was kept.
  std::string credential;  // The SecretId, the name of the console's user, or the address that logged in.
  std::string client;      // "console", "cli", "smtp", or as the program calls itself.
};

}  // namespace sesame::campaigns

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/keyring.hpp"
#include "accounts/session_tokens.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/check.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_server.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// SES refuses more; give it to the HTTP server as its limit.
inline constexpr std::size_t kBodyBytesMax = 10 * 1024 * 1024;

struct GatewayOptions {
  std::vector<std::string> regions = {"ap-guangzhou", "ap-hongkong",
                                      "ap-singapore"};  // Those that are served.
  std::uint32_t requests_per_second = 20;               // Per account, region and action; 0: unlimited.
  std::chrono::seconds clock_window{300};  // How far a request's timestamp may lie from our clock.
  Language language = Language::en;        // Of messages when a request names none.
  std::vector<SettingBound> bounds;        // Settings that replace described limits. Names are literals.
};

/// What the gateway stands on. All of it outlives the gateway.
struct GatewayParts {
  const ActionTable& actions;
  const accounts::Keyring& keyring;
  const accounts::SessionTokens& tokens;
  storage::Database& database;
  net::BlockingPool& pool;
  const Clock& clock;
  Random& random;
};

/// Answers every Cloud API request: who is calling, is the signature right, which action, may they call it,
/// are its parameters what the description says; then the action's work in the database, and the envelope.
/// Safe from any event loop.
///
/// Every answer, refusals included, is HTTP 200 with content type exactly "application/json": the official
/// clients take anything else for a broken transport. Only what is not HTTP at all is answered 400.
class Gateway final : public net::HttpHandler {
 public:
  Gateway(GatewayParts parts, GatewayOptions options);
  ~Gateway() override;

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override;
  net::HttpResponse malformed(std::string_view why) override;
  net::HttpResponse overloaded() override;
  net::HttpResponse failed() override;

 private:
  class Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace sesame::cloudapi

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/audit_queue.hpp"
#include "accounts/keyring.hpp"
#include "accounts/session_tokens.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/setting.hpp"
#include "cloudapi/action.hpp"
#include "cloudapi/call.hpp"
#include "cloudapi/call_log.hpp"
#include "cloudapi/chaos_answer.hpp"
#include "cloudapi/check.hpp"
#include "cloudapi/replay_guard.hpp"
#include "net/blocking_pool.hpp"
#include "net/http_server.hpp"
#include "storage/database.hpp"

namespace sesame::cloudapi {

/// The largest body that SES accepts; the limit of the HTTP server.
inline constexpr std::size_t kBodyBytesMax = 10 * 1024 * 1024;

struct GatewayOptions {
  std::vector<std::string> regions = {"ap-guangzhou", "ap-hongkong", "ap-singapore"};  // The served regions.
  std::uint32_t requests_per_second = 20;  // Per account, region and action; 0: unlimited.
  std::chrono::seconds clock_window{300};  // Largest difference between a request's timestamp and our clock.
  Language language = Language::en;        // The language of messages when a request names none.
  Replays replays = Replays::accept;       // For requests that change something.
  std::vector<SettingBound> bounds;        // Settings that replace described limits. Names are literals.
  std::vector<std::string> own_hosts;      // Names of this server, to explain wrong signatures in the log.
  bool keep_refused_bodies = false;
  std::string call_page;  // The beginning of the address of a call's page in the console; empty: none.

  void visit(SettingVisitor& settings) {
    settings.list("api.regions", regions, "regions that are served");
    settings.choice("api.language", language, {{"en", Language::en}, {"zh", Language::zh}},
                    "language of messages when a request names none");
    settings.choice("api.replays", replays, {{"accept", Replays::accept}, {"refuse", Replays::refuse}},
                    "a signed request that changes something and comes again: accept, as the cloud does, or "
                    "refuse, which also refuses two equal calls signed within one second");
    settings.flag(
        "api.keep_refused_bodies", keep_refused_bodies,
        "keep the first 4 KiB of the parameters of refused calls for a day, without secret and personal "
        "ones");
    settings.number("limits.requests_per_second", requests_per_second, {0, 1'000'000'000},
                    "API requests per second of an account for one action; 0: no limit");
  }
};

/// The parts that the gateway uses. They outlive it.
struct GatewayParts {
  const ActionTable& actions;
  const accounts::Keyring& keyring;
  const accounts::SessionTokens& tokens;
  storage::Database& database;
  net::BlockingPool& pool;
  const Clock& clock;
  Random& random;
  CallLog* calls = nullptr;               // Null: no call is kept.
  accounts::AuditQueue* audit = nullptr;  // Null: calls are not recorded.
  CallChaos chaos;                        // Empty where mail leaves.
};

/// Answers every Cloud API request: verifies the signature, finds the action, checks the permission, the rate
/// and the parameters, runs the action's work in the database and writes the envelope. Thread: any (event
/// loops).
///
/// Every answer, refusals included, is HTTP 200 with content type exactly "application/json": the official
/// clients take anything else for a broken transport. Only malformed HTTP is answered 400.
class Gateway final : public net::HttpHandler {
 public:
  Gateway(GatewayParts parts, GatewayOptions options);
  ~Gateway() override;

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  /// Answers a call of a person, whose session the console has verified: the same checks, limits and
  /// answers as of a signed call but for the signature. The request is a POST with the headers X-TC-Action,
  /// X-TC-Version, X-TC-Region and the parameters as JSON.
  net::Task<net::HttpResponse> answer_session(std::shared_ptr<const SessionCaller> caller,
                                              net::HttpRequest request);
  net::BodyAllowance allow_body(const net::HttpRequest& head) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override;
  net::HttpResponse head_too_large(const net::HttpRequest& begin) override;
  net::HttpResponse malformed(std::string_view why) override;
  net::HttpResponse overloaded(const net::HttpRequest& head) override;
  net::HttpResponse failed(const net::HttpRequest& head) override;

 private:
  class Pipeline;
  std::unique_ptr<Pipeline> pipeline_;
};

}  // namespace sesame::cloudapi

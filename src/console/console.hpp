#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "accounts/console_sessions.hpp"
#include "accounts/keyring.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "cloudapi/call_log.hpp"
#include "cloudapi/gateway.hpp"
#include "console/content_parts.hpp"
#include "console/event_hub.hpp"
#include "console/explorer.hpp"
#include "console/sign_in.hpp"
#include "net/http_server.hpp"
#include "storage/database.hpp"

namespace sesame::console {

/// Facts about the server that the console gives its pages, and the rules for requests.
struct ConsoleFacts {
  std::vector<std::string> hosts;  // Names it is served under; lower case, without ports.
  bool plain_http = false;         // Passwords may come over plain HTTP from other machines.
  std::string mode;                // "sandbox", "relay" or "direct".
  std::vector<std::string> regions;
  std::chrono::seconds session_lifetime{0};
  std::string api_base;  // Where clients reach the API; empty: where the page's browser reaches the console.
  std::int64_t requests_per_second = 0;
};

/// The parts that the console uses. They outlive it.
struct ConsoleParts {
  SignIn& sign_in;
  Explorer& explorer;
  EventHub& events;
  cloudapi::Gateway& gateway;
  storage::Database& database;
  const accounts::SecretBox& secrets;
  const accounts::Keyring& keyring;
  const cloudapi::CallLog& calls;
  const Clock& clock;
  Random& random;
  accounts::AuditQueue& audit;
};

/// Answers everything below /console: the files of the front end, logins, and the calls of people with a
/// session, which go through the same dispatcher as signed calls. It takes no signed call, and the API
/// looks at no cookie. Thread: any (event loops).
class Console final : public net::HttpHandler {
 public:
  static constexpr std::string_view kPath = "/console";

  Console(const ConsoleParts& parts, ConsoleFacts facts) : parts_(parts), facts_(std::move(facts)) {}

  net::Task<net::HttpResponse> handle(net::HttpRequest request) override;
  /// Bodies above 64 KiB are taken with a session only.
  net::BodyAllowance allow_body(const net::HttpRequest& head) override;
  net::HttpResponse too_large(const net::HttpRequest& head) override;
  net::HttpResponse overloaded(const net::HttpRequest& head) override;
  net::HttpResponse failed(const net::HttpRequest& head) override;
  /// Frees content whose time is over. Call it every few seconds.
  void tick() { content_.drop_expired(parts_.clock.steady_now()); }

 private:
  using Answering = net::Task<net::HttpResponse> (Console::*)(net::HttpRequest);
  struct Route {
    std::string_view path;
    Answering answer;
  };
  static const Route kPosts[];
  static const Route kGets[];

  net::Task<net::HttpResponse> answer(net::HttpRequest request);
  net::Task<net::HttpResponse> answer_get(net::HttpRequest request);
  net::Task<net::HttpResponse> answer_post(net::HttpRequest request);
  net::HttpResponse document();

  net::Task<net::HttpResponse> set_up(net::HttpRequest request);
  net::Task<net::HttpResponse> log_in(net::HttpRequest request);
  net::Task<net::HttpResponse> log_out(net::HttpRequest request);
  net::Task<net::HttpResponse> step_up(net::HttpRequest request);
  net::Task<net::HttpResponse> call(net::HttpRequest request);
  net::Task<net::HttpResponse> show_session(net::HttpRequest request);
  // console_pages.cpp
  net::Task<net::HttpResponse> describe_api(net::HttpRequest request);
  net::Task<net::HttpResponse> explore(net::HttpRequest request);
  net::Task<net::HttpResponse> diagnose(net::HttpRequest request);
  net::Task<net::HttpResponse> keep_part(net::HttpRequest request);
  net::Task<net::HttpResponse> show_part(net::HttpRequest request);
  net::Task<net::HttpResponse> stream_events(net::HttpRequest request);

  // console_account.cpp
  net::Task<net::HttpResponse> set_second_factor(net::HttpRequest request);
  net::HttpResponse begin_second_factor(const net::HttpRequest& request,
                                        const accounts::ConsoleSession& session) const;
  /// Switches the factor on; its recovery codes. Errors: errors::kBadRequest, errors::kCodeWrong.
  net::Task<Result<std::vector<std::string>>> confirm_second_factor(accounts::ConsoleSession session,
                                                                    std::string ticket, std::string code,
                                                                    std::string peer);
  net::Task<Status> remove_second_factor(accounts::ConsoleSession session, std::string peer);
  net::Task<net::HttpResponse> show_sessions(net::HttpRequest request);
  net::Task<net::HttpResponse> end_sessions(net::HttpRequest request);

  Status check_scheme(const net::HttpRequest& request) const;
  /// The session of a request. Errors: errors::kNoSession, those of storage::Database.
  net::Task<Result<accounts::ConsoleSession>> find_session(std::string token);
  /// The session of a request that changes something. Errors: those of find_session, errors::kCsrf.
  net::Task<Result<accounts::ConsoleSession>> admit(const net::HttpRequest& request);
  bool recently_proven(const accounts::ConsoleSession& session) const;
  net::Task<bool> has_owner();
  net::HttpResponse opened(Result<OpenedSession> opened, bool secure) const;
  boost::json::object describe(const accounts::ConsoleSession& session, std::string_view token) const;

  const ConsoleParts parts_;
  const ConsoleFacts facts_;
  ContentParts content_;
};

/// Whether a call of the action needs a proof of the last minutes. Pure. Thread: any.
bool is_dangerous(std::string_view action);

/// The person of a session as the caller of actions. Pure. Thread: any.
std::shared_ptr<const cloudapi::SessionCaller> caller_of(const accounts::ConsoleSession& session);

}  // namespace sesame::console

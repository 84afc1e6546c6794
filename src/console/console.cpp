#include "console/console.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "base/earliest_time.hpp"
#include "base/log.hpp"
#include "base/secret.hpp"
#include "cloudapi/errors.hpp"
#include "console/answers.hpp"
#include "console/asset_answer.hpp"
#include "console/browser_request.hpp"
#include "console/console_entry.hpp"
#include "console/errors.hpp"
#include "console/request_body.hpp"
#include "jobs/await.hpp"
#include "net/body_share.hpp"
#include "net/errors.hpp"

namespace sesame::console {

namespace json = boost::json;

namespace {

constexpr std::int64_t kProofMs = 10LL * 60 * 1000;
constexpr std::int64_t kTouchMs = 60LL * 1000;
constexpr std::size_t kTokenBytesMax = 128;

// Acts that an open browser must not offer to everybody who passes by.
constexpr std::string_view kDangerous[] = {"CreateAccount",      "CreateCredential",
                                           "EnableCredential",   "DeleteCredential",
                                           "CreateSessionToken", "PutUser",
                                           "DeleteUser",         "DeleteEmailIdentity",
                                           "DeleteReceiver",     "UpdateEmailIdentitySandbox"};

bool is_get(const net::HttpRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

LoginOrigin origin_of(const net::HttpRequest& request) {
  return {request.peer_address, std::string(request.header("user-agent"))};
}

/// The name that the log has for a session's calls, and the limits of refused ones count by.
std::string rights_name(const accounts::User& user) { return "console:" + std::to_string(user.id); }

}  // namespace

bool is_dangerous(std::string_view action) {
  return std::ranges::find(kDangerous, action) != std::end(kDangerous) || action.starts_with("Export");
}

std::shared_ptr<const cloudapi::SessionCaller> caller_of(const accounts::ConsoleSession& session) {
  auto rights = std::make_shared<accounts::Credential>();
  rights->secret_id = rights_name(session.user);
  rights->account_id = session.user.account_id;
  rights->app_id = session.app_id;
  rights->administers = session.administers;
  rights->addresses_masked = !accounts::sees_addresses(session.user.role);
  rights->permissions = accounts::role_permissions(session.user.role);
  auto caller = std::make_shared<cloudapi::SessionCaller>();
  caller->rights = std::move(rights);
  caller->role = session.user.role;
  caller->user_id = session.user.id;
  caller->user = session.user.name;
  caller->session_digest = session.digest;
  return caller;
}

const Console::Route Console::kPosts[] = {{"/console/setup", &Console::set_up},
                                          {"/console/login", &Console::log_in},
                                          {"/console/logout", &Console::log_out},
                                          {"/console/step-up", &Console::step_up},
                                          {"/console/second-factor", &Console::set_second_factor},
                                          {"/console/sessions", &Console::end_sessions},
                                          {"/console/call", &Console::call},
                                          {"/console/explorer/call", &Console::explore},
                                          {"/console/explorer/doctor", &Console::diagnose},
                                          {"/console/part", &Console::keep_part}};

const Console::Route Console::kGets[] = {{"/console/session", &Console::show_session},
                                         {"/console/sessions", &Console::show_sessions},
                                         {"/console/api/description", &Console::describe_api},
                                         {"/console/events", &Console::stream_events}};

net::Task<net::HttpResponse> Console::handle(net::HttpRequest request) {
  const bool secure = request.secure;
  net::HttpResponse response;
  Status host = check_host(request, facts_.hosts);
  if (host) {
    response = co_await answer(std::move(request));
  } else {
    response = refusal(host.error());
  }
  add_security_headers(response, secure);
  co_return response;
}

net::Task<net::HttpResponse> Console::answer(net::HttpRequest request) {
  if (is_get(request)) return answer_get(std::move(request));
  return answer_post(std::move(request));
}

net::Task<net::HttpResponse> Console::answer_get(net::HttpRequest request) {
  const std::string_view path = request.path();
  if (path == "/" || path == kPath) co_return redirect(302, "/console/");
  if (!path.starts_with("/console/")) co_return refusal(Error(errors::kNotFound));
  constexpr std::string_view kAssets = "/console/assets/";
  if (path.starts_with(kAssets)) {
    const Asset* asset = find_asset(path.substr(std::string_view("/console/").size()));
    if (asset == nullptr) co_return refusal(Error(errors::kNotFound));
    co_return asset_answer(*asset, request.header("accept-encoding"));
  }
  constexpr std::string_view kParts = "/console/part/";
  for (const Route& route : kGets) {
    if (route.path != path) continue;
    if (Status read = check_not_foreign(request); !read) co_return refusal(read.error());
    const Answering answering = route.answer;
    co_return co_await (this->*answering)(std::move(request));
  }
  if (path.starts_with(kParts)) co_return co_await show_part(std::move(request));
  // The page of the signature doctor has the address of its call: a browser that opens it wants the page.
  const bool wants_page = request.header("accept").find("text/html") != std::string_view::npos;
  for (const Route& route : kPosts) {
    if (route.path == path && !wants_page) co_return refusal(Error(errors::kMethod));
  }
  co_return document();
}

net::Task<net::HttpResponse> Console::answer_post(net::HttpRequest request) {
  if (request.method != "POST") co_return refusal(Error(errors::kMethod));
  if (request.has_header("authorization")) co_return refusal(Error(errors::kSigned));
  if (Status own = check_same_origin(request); !own) co_return refusal(own.error());
  const std::string_view type = request.header("content-type");
  if (!ascii::iequals(ascii::trim(type.substr(0, type.find(';'))), "application/json")) {
    Error error(errors::kBadRequest);
    co_return refusal(std::move(error).with("rule", "its content type is not application/json"));
  }
  for (const Route& route : kPosts) {
    if (route.path != request.path()) continue;
    const Answering answering = route.answer;
    co_return co_await (this->*answering)(std::move(request));
  }
  co_return refusal(Error(errors::kNotFound));
}

net::HttpResponse Console::document() { return document_answer(accounts::make_link_token(parts_.random)); }

Status Console::check_scheme(const net::HttpRequest& request) const {
  if (request.secure || facts_.plain_http || is_local(request)) return Done{};
  return Error(errors::kPlainHttp);
}

net::Task<Result<accounts::ConsoleSession>> Console::find_session(std::string token) {
  if (token.empty() || token.size() > kTokenBytesMax) co_return Error(errors::kNoSession);
  const std::string digest = accounts::token_digest(token);
  const std::int64_t now_ms = parts_.clock.now_ms();
  jobs::ReadJob<accounts::ConsoleSession> find =
      [&](storage::Reader& reader) -> Result<accounts::ConsoleSession> {
    auto found = accounts::find_session(reader, digest, parts_.sign_in.limits(), now_ms);
    if (!found) return Error(errors::kNoSession);
    return std::move(*found);
  };
  auto session = co_await jobs::quick_read(parts_.database, std::move(find));
  if (!session) co_return std::move(session).error();
  if (!parts_.keyring.is_enabled(session->user.account_id)) co_return Error(errors::kNoSession);
  if (now_ms - session->seen_ms >= kTouchMs) {
    const auto touch = [digest, now_ms](storage::Writer& writer) -> Status {
      accounts::touch_session(writer, digest, now_ms);
      return Done{};
    };
    // The next request tries again.
    parts_.database.write(storage::Priority::bulk, touch, [](const Status&) {});
  }
  co_return session;
}

net::Task<Result<accounts::ConsoleSession>> Console::admit(const net::HttpRequest& request) {
  std::string token(session_token(request));
  const std::string csrf = accounts::csrf_token(token);
  auto session = co_await find_session(std::move(token));
  if (session && !constant_time_equal(csrf, request.header("x-sesame-csrf"))) co_return Error(errors::kCsrf);
  co_return session;
}

bool Console::recently_proven(const accounts::ConsoleSession& session) const {
  // A proof of the future was given by a clock that was ahead.
  const std::int64_t age_ms = parts_.clock.now_ms() - session.proven_ms;
  return age_ms < kProofMs && age_ms >= -kClockSlackMs;
}

net::Task<bool> Console::has_owner() {
  jobs::ReadJob<bool> find = [](storage::Reader& reader) -> Result<bool> {
    return accounts::has_owner(reader);
  };
  Result<bool> found = co_await jobs::quick_read(parts_.database, std::move(find));
  co_return !found || *found;
}

json::object Console::describe(const accounts::ConsoleSession& session, std::string_view token) const {
  json::array actions;
  for (const std::string_view pattern : accounts::role_actions(session.user.role))
    actions.emplace_back(pattern);
  json::array regions;
  for (const std::string& region : facts_.regions) regions.emplace_back(region);
  return {{"user", session.user.name},
          {"role", accounts::role_name(session.user.role)},
          {"account", session.app_id},
          {"account_name", session.account_name},
          {"administers", session.administers},
          {"csrf", accounts::csrf_token(token)},
          {"actions", std::move(actions)},
          {"addresses", accounts::sees_addresses(session.user.role) ? "clear" : "masked"},
          {"password", session.user.has_password},
          {"second_factor", session.user.has_second_factor},
          {"recovery_codes", session.user.recovery_codes},
          {"proven_until", (session.proven_ms + kProofMs) / 1000},
          {"mode", facts_.mode},
          {"regions", std::move(regions)},
          {"version", SESAME_VERSION},
          {"setup", false}};
}

net::HttpResponse Console::opened(Result<OpenedSession> opened, bool secure) const {
  if (!opened) {
    // Only what the caller cannot mend is news for the operator.
    if (opened.error().name().fault() == Fault::internal)
      log_error("console.login_failed",
                {{"reason", opened.error().reason()}, {"cause", std::string_view(opened.error().cause())}});
    return refusal(opened.error());
  }
  log_info("console.login", {{"user", opened->session.user.name}, {"account", opened->session.app_id}});
  net::HttpResponse response = json_answer(200, describe(opened->session, opened->token));
  response.headers.emplace_back("Set-Cookie", session_cookie(opened->token, secure, facts_.session_lifetime));
  return response;
}

net::Task<net::HttpResponse> Console::set_up(net::HttpRequest request) {
  if (Status scheme = check_scheme(request); !scheme) co_return refusal(scheme.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  std::string token = text_of(*body, "token");
  std::string name = text_of(*body, "name");
  std::string password = text_of(*body, "password");
  LoginOrigin origin = origin_of(request);
  auto made = co_await parts_.sign_in.set_up(std::move(token), std::move(name), std::move(password),
                                             std::move(origin));
  co_return opened(std::move(made), request.secure);
}

net::Task<net::HttpResponse> Console::log_in(net::HttpRequest request) {
  if (Status scheme = check_scheme(request); !scheme) co_return refusal(scheme.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  const bool owned = co_await has_owner();
  if (!owned) co_return refusal(Error(errors::kSetUpNeeded));
  LoginOrigin origin = origin_of(request);
  Credentials given{text_of(*body, "password"), text_of(*body, "code")};
  if (body->contains("token")) {
    std::string token = text_of(*body, "token");
    auto made =
        co_await parts_.sign_in.log_in_by_link(std::move(token), std::move(given.code), std::move(origin));
    co_return opened(std::move(made), request.secure);
  }
  std::string name = text_of(*body, "name");
  auto made = co_await parts_.sign_in.log_in(std::move(name), std::move(given), std::move(origin));
  co_return opened(std::move(made), request.secure);
}

net::Task<net::HttpResponse> Console::log_out(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  accounts::AuditEntry entry =
      console_entry(&session->user, request.peer_address, "Logout", parts_.clock.now_ms());
  jobs::WriteJob<Done> end = [digest = session->digest, entry = std::move(entry),
                              &log = parts_.audit.log()](storage::Writer& writer) -> Result<Done> {
    accounts::end_session(writer, digest);
    log.append(writer, entry);
    return Done{};
  };
  Result<Done> ended = co_await jobs::write(parts_.database, storage::Priority::interactive, std::move(end));
  if (!ended) co_return refusal(ended.error());
  net::HttpResponse response;
  response.status = 204;
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Set-Cookie", session_cookie({}, request.secure, {}));
  co_return response;
}

net::Task<net::HttpResponse> Console::step_up(net::HttpRequest request) {
  if (Status scheme = check_scheme(request); !scheme) co_return refusal(scheme.error());
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  Result<json::object> body = read_body(request);
  if (!body) co_return refusal(body.error());
  Credentials given{text_of(*body, "password"), text_of(*body, "code")};
  LoginOrigin origin = origin_of(request);
  Status proven = co_await parts_.sign_in.prove(*session, std::move(given), std::move(origin));
  if (!proven) co_return refusal(proven.error());
  session->proven_ms = parts_.clock.now_ms();
  co_return json_answer(200, describe(*session, session_token(request)));
}

net::Task<net::HttpResponse> Console::call(net::HttpRequest request) {
  auto session = co_await admit(request);
  if (!session) co_return refusal(session.error());
  if (is_dangerous(request.header("x-tc-action")) && !recently_proven(*session))
    co_return refusal(Error(errors::kProofNeeded));
  std::shared_ptr<const cloudapi::SessionCaller> caller = caller_of(*session);
  net::HttpResponse response = co_await parts_.gateway.answer_session(std::move(caller), std::move(request));
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

net::Task<net::HttpResponse> Console::show_session(net::HttpRequest request) {
  const std::string token(session_token(request));
  auto session = co_await find_session(token);
  if (session) co_return json_answer(200, describe(*session, token));
  if (!session.error().is(errors::kNoSession)) co_return refusal(session.error());
  const bool owned = co_await has_owner();
  net::HttpResponse none = refusal(session.error());
  none.body = "{\"setup\":" + std::string(owned ? "false" : "true") + "," + none.body.substr(1);
  co_return none;
}

net::BodyAllowance Console::allow_body(const net::HttpRequest& head) {
  const std::string_view token = session_token(head);
  const bool tried = !token.empty() && token.size() <= kTokenBytesMax;
  bool known = false;
  if (tried) {
    const storage::Database::ReadJob find = [&](storage::Reader& reader) -> Status {
      known = accounts::find_session(reader, accounts::token_digest(token), parts_.sign_in.limits(),
                                     parts_.clock.now_ms())
                  .has_value();
      return Done{};
    };
    // Without a free connection nobody knows: the request comes again.
    if (!parts_.database.read_here(find)) known = false;
  }
  if (known) return {};
  return {.bytes = net::BodyShare::kFreeBytes, .known_client = false};
}

net::HttpResponse Console::too_large(const net::HttpRequest& head) {
  Error error(errors::kBadRequest);
  net::HttpResponse response = refusal(std::move(error).with("rule", "the body is too large"));
  response.status = 413;
  add_security_headers(response, head.secure);
  return response;
}

net::HttpResponse Console::overloaded(const net::HttpRequest& head) {
  net::HttpResponse response = refusal(Error(net::errors::kOverloaded));
  add_security_headers(response, head.secure);
  return response;
}

net::HttpResponse Console::failed(const net::HttpRequest& head) {
  net::HttpResponse response = refusal(Error(cloudapi::errors::kHandlerFailed));
  add_security_headers(response, head.secure);
  return response;
}

}  // namespace sesame::console

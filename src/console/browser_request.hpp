#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http_server.hpp"

/// Readers of the headers of a browser's request. Pure. Thread: any.
namespace sesame::console {

/// The cookie that holds the session: only with HTTPS can a browser know that no other host of the domain
/// may set it.
inline constexpr std::string_view kSecureCookie = "__Host-sesame";
inline constexpr std::string_view kPlainCookie = "sesame";

/// The token in the session's cookie of the request's scheme; empty without one.
std::string_view session_token(const net::HttpRequest& request);
/// The value of Set-Cookie that gives the browser a session, or, with an empty token, takes it away.
std::string session_cookie(std::string_view token, bool secure, std::chrono::seconds lifetime);

/// The host of a Host header without its port and without brackets, in lower case.
std::string host_of(std::string_view authority);
/// Whether the request's Host is one of `hosts` (lower case, without ports). Error: errors::kHost.
Status check_host(const net::HttpRequest& request, std::span<const std::string> hosts);

/// Checks that a page of the console itself sent the request: Sec-Fetch-Site is same-origin, and Origin is
/// the scheme and the host of the request. One of them must be there, both must fit. Error:
/// errors::kOrigin.
Status check_same_origin(const net::HttpRequest& request);
/// Checks that no page of another site reads: Sec-Fetch-Site is absent, same-origin or none. Error:
/// errors::kOrigin.
Status check_not_foreign(const net::HttpRequest& request);

/// Whether the client is on this machine. A request with headers of a proxy that is not trusted could come
/// from anywhere.
bool is_local(const net::HttpRequest& request);

}  // namespace sesame::console

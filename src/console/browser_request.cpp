#include "console/browser_request.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "console/errors.hpp"

namespace sesame::console {
namespace {

constexpr std::size_t kShownHostBytes = 100;

std::string_view cookie_name(bool secure) { return secure ? kSecureCookie : kPlainCookie; }

}  // namespace

std::string_view session_token(const net::HttpRequest& request) {
  const std::string_view wanted = cookie_name(request.secure);
  for (const net::HttpHeader& header : request.headers) {
    if (!ascii::iequals(header.name, "cookie")) continue;
    for (const std::string_view part : ascii::split(header.value, ';')) {
      const std::string_view pair = ascii::trim(part);
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == wanted)
        return pair.substr(equals + 1);
    }
  }
  return {};
}

std::string session_cookie(std::string_view token, bool secure, std::chrono::seconds lifetime) {
  std::string cookie(cookie_name(secure));
  cookie.append("=").append(token);
  // RFC 6265bis §4.1.3.2: the prefix __Host- demands Secure and Path=/.
  cookie.append("; Path=/; HttpOnly; SameSite=Strict; Max-Age=");
  cookie.append(token.empty() ? "0" : std::to_string(lifetime.count()));
  if (secure) cookie.append("; Secure");
  return cookie;
}

std::string host_of(std::string_view authority) {
  if (authority.starts_with('[')) return ascii::lower(authority.substr(1, authority.find(']') - 1));
  return ascii::lower(authority.substr(0, authority.find(':')));
}

Status check_host(const net::HttpRequest& request, std::span<const std::string> hosts) {
  const std::string host = host_of(request.header("host"));
  if (!request.has_duplicate("host") && std::ranges::find(hosts, host) != hosts.end()) return Done{};
  return Error(errors::kHost).with("value", utf8::mended_to_store(host.substr(0, kShownHostBytes)));
}

Status check_same_origin(const net::HttpRequest& request) {
  const std::string_view site = request.header("sec-fetch-site");
  const std::string_view origin = request.header("origin");
  if (site.empty() && origin.empty()) return Error(errors::kOrigin);
  if (!site.empty() && site != "same-origin") return Error(errors::kOrigin);
  // A page without referrers says null in some modes; Sec-Fetch-Site says the same, and no script can set it.
  if (origin == "null" && site == "same-origin") return Done{};
  const std::string own = (request.secure ? "https://" : "http://") + std::string(request.header("host"));
  if (!origin.empty() && !ascii::iequals(origin, own)) return Error(errors::kOrigin);
  return Done{};
}

Status check_not_foreign(const net::HttpRequest& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (site.empty() || site == "same-origin" || site == "none") return Done{};
  return Error(errors::kOrigin);
}

bool is_local(const net::HttpRequest& request) {
  const bool loopback = request.peer_address.starts_with("127.") || request.peer_address == "::1";
  return loopback && !request.has_header("x-forwarded-for") && !request.has_header("forwarded") &&
         !request.has_header("x-real-ip");
}

}  // namespace sesame::console

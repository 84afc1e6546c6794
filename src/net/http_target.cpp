#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/ascii.hpp"
#include "net/errors.hpp"
#include "net/http_client.hpp"

namespace sesame::net {

namespace {

bool read_port(std::string_view digits, std::uint16_t& port) {
  const char* const end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, port);
  return result.ec == std::errc() && result.ptr == end && port != 0;
}

Error bad_url(std::string_view url, std::string cause) {
  return Error(errors::kBadUrl).with("value", std::string(url)).because(std::move(cause));
}

}  // namespace

std::string HttpTarget::host_header() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (https ? 443 : 80)) text.append(":").append(std::to_string(port));
  return text;
}

Result<HttpTarget> parse_http_target(std::string_view url) {
  std::string whole(url);
  if (url.find("://") == std::string_view::npos) whole.insert(0, "http://");
  const auto parsed = boost::urls::parse_uri(whole);
  if (!parsed) return bad_url(url, parsed.error().message());
  const boost::urls::url_view& view = *parsed;

  HttpTarget target;
  target.https = ascii::iequals(std::string_view(view.scheme()), "https");
  if (!target.https && !ascii::iequals(std::string_view(view.scheme()), "http"))
    return bad_url(url, "the scheme");
  if (view.has_userinfo() || view.has_fragment()) return bad_url(url, "user or fragment");
  target.host = view.host_address();
  if (target.host.empty()) return bad_url(url, "no host");
  target.port = target.https ? 443 : 80;
  if (view.has_port() && !read_port(std::string_view(view.port()), target.port))
    return bad_url(url, "the port");
  target.path = std::string(view.encoded_resource());
  if (!target.path.starts_with('/')) target.path.insert(0, 1, '/');
  return target;
}

}  // namespace sesame::net

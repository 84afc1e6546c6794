#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace sesame::net {

/// The server and the path of requests.
struct HttpTarget {
  bool https = false;
  std::string host;  // A name or an address literal (IPv6 without brackets).
  std::uint16_t port = 80;
  std::string path = "/";  // With the query.
  std::string ca_file;     // For https; empty: the system's authorities.
  bool verified = true;    // For https: the certificate must be the host's. False only on this machine.

  /// The value of the Host header: without the port when it is the scheme's own.
  std::string host_header() const;
};

/// "http://127.0.0.1:8080", "https://ses.example/path?x"; without a scheme, http. Otherwise errors::kBadUrl.
Result<HttpTarget> parse_http_target(std::string_view url);

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpAnswer {
  unsigned status = 0;
  HttpHeaders headers;
  std::string body;

  /// The first value of that name, in any case; "" when the answer lacks the header.
  std::string_view header(std::string_view name) const;
};

/// A blocking client for the command line, with one connection that is kept open between requests. A request
/// is sent again (once) only if the connection had served a request before and closed before a byte of this
/// answer arrived. Thread: one, not on an event loop.
class HttpClient {
 public:
  explicit HttpClient(HttpTarget target);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Host and Content-Length come by themselves unless given. An answer of any status is a value; the reasons
  /// are those of Stream, and errors::kBadAnswer (not HTTP, or a body above 64 MiB). No redirects are
  /// followed.
  Result<HttpAnswer> request(std::string_view method, std::string_view path, const HttpHeaders& headers,
                             std::string_view body, std::chrono::milliseconds timeout);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// One request on a connection of its own, to the target's path.
Result<HttpAnswer> http_post(const HttpTarget& target, const HttpHeaders& headers, std::string_view body,
                             std::chrono::milliseconds timeout);
Result<HttpAnswer> http_get(const HttpTarget& target, const HttpHeaders& headers,
                            std::chrono::milliseconds timeout);

}  // namespace sesame::net

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "base/setting.hpp"
#include "net/task.hpp"
#include "net/tls.hpp"

namespace sesame::net {

class Loops;

struct HttpHeader {
  std::string name;
  std::string value;
};

/// One request as received, except that the body is whole and without its transfer coding.
struct HttpRequest {
  std::string method;
  /// Path and query, byte for byte; for an absolute-form target the part behind the authority ("*" stays
  /// "*").
  std::string target;
  std::vector<HttpHeader> headers;  // In order, names as sent, values without surrounding blanks.
  std::string body;
  std::string peer_address;  // Without the port; behind a trusted proxy the client's (http.trusted_proxies).
  bool secure = false;       // The client speaks TLS, with us or with the proxy.

  /// The first value of that name, in any case; "" when the request lacks the header.
  std::string_view header(std::string_view name) const;
  bool has_header(std::string_view name) const;
  bool has_duplicate(std::string_view name) const;
  /// The target before and after the first '?'.
  std::string_view path() const;
  std::string_view query() const;
};

/// A body that is made while it is sent. The server destroys it when the client has gone, or reads too
/// slowly. Thread: loop.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// The next bytes, perhaps none; nullopt at the end. Returns after two seconds at the latest: between two
  /// calls the server notices that the client has gone, and that it is to stop.
  virtual Task<std::optional<std::string>> next() = 0;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type;  // Empty: no such header.
  std::string body;
  // Without Content-Length, Date and Connection, which the server adds.
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<BodySource> source = {};  // In place of `body`; the connection is closed at its end.
};

/// The part of a large body that is taken from a client whose body has not come yet.
struct BodyAllowance {
  std::uint64_t bytes = ~std::uint64_t{0};  // A larger body is answered with too_large().
  /// Bodies of clients that nobody knows are taken only while all bodies together fill a quarter of their
  /// memory.
  bool known_client = true;
};

/// Answers the requests of a server, which it must outlive. Thread: any (the server's loops).
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  /// Answers one request. An exception that leaves it is a bug: it is logged and answered with failed().
  virtual Task<HttpResponse> handle(HttpRequest request) = 0;

  /// Judges a request by its head, once its body is announced or found to be larger than
  /// BodyShare::kFreeBytes. By default every body is taken.
  virtual BodyAllowance allow_body(const HttpRequest& head);
  /// The answer to a body above the limit; `head` has no body. The connection is closed afterwards.
  virtual HttpResponse too_large(const HttpRequest& head);
  /// The answer to a head above the limit; `begin` has only the method and the beginning of the target. The
  /// connection is closed afterwards.
  virtual HttpResponse head_too_large(const HttpRequest& begin);
  /// The answer to bytes that are not an HTTP request; `why` is for people. The connection is closed
  /// afterwards.
  virtual HttpResponse malformed(std::string_view why);
  /// The answer to a connection above the limit (`head` has no target then), to a request above its peer's
  /// limit, and to a body or an answer for which there is no room now (`head` may then have only the method
  /// and the first 15 bytes of the path). The connection is closed afterwards. No client of that target may
  /// take the status for success.
  virtual HttpResponse overloaded(const HttpRequest& head);
  /// The answer when handle() threw; `head` has only the method and the first 15 bytes of the path.
  virtual HttpResponse failed(const HttpRequest& head);
};

struct HttpServerOptions {
  std::string host = "127.0.0.1";  // A name or an address literal; its first address is used.
  std::uint16_t port = 0;          // 0: the kernel chooses.
  std::size_t max_body_bytes = 10 * 1024 * 1024;
  /// Bytes of all bodies that are received or processed, beyond the first 64 KiB of each. Should not be less
  /// than max_body_bytes: larger bodies would always be refused.
  std::size_t max_bodies_bytes = 256 * 1024 * 1024;
  /// Bytes of all answers that wait for their clients to read them, beyond the first 64 KiB of each.
  std::size_t max_answers_bytes = 256 * 1024 * 1024;
  std::size_t max_header_bytes = 16 * 1024;
  /// One more is let in by closing the one that has been idle the longest.
  std::size_t max_connections = 4096;
  /// Connections of one peer (network_of); through a trusted proxy, requests under way. 0: no limit.
  std::size_t max_connections_per_peer = 1024;
  std::vector<std::string> trusted_proxies;              // AddressRanges::parse
  std::chrono::milliseconds first_byte_timeout{10'000};  // From the accepted connection; also the handshake.
  // From the first byte of a request to the end of its head.
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};   // For the whole body.
  std::chrono::milliseconds idle_timeout{75'000};   // Until the first byte of the next request.
  std::chrono::milliseconds write_timeout{30'000};  // For a whole answer.
  std::chrono::milliseconds stall_timeout{10'000};  // For each 256 KiB of it.
  std::chrono::milliseconds drain_timeout{10'000};  // For the requests in progress at stop().
  std::optional<TlsIdentity> tls;

  void visit(SettingVisitor& settings) {
    settings.number("http.connections", max_connections, {1, 1'000'000}, "open client connections");
    settings.number("http.connections_per_peer", max_connections_per_peer, {0, 1'000'000},
                    "open connections of one client address (an IPv6 /64); through http.trusted_proxies: "
                    "requests under way; 0: no limit of its own");
    settings.list(
        "http.trusted_proxies", trusted_proxies,
        "addresses and nets (10.0.0.0/8) of the proxies whose X-Forwarded-For and X-Forwarded-Proto "
        "name the client");
    settings.number("http.bodies_bytes", max_bodies_bytes,
                    {static_cast<std::int64_t>(max_body_bytes), 1'000'000'000'000},
                    "memory for all request bodies under way, beyond the first 64 KiB of each");
    settings.number("http.answers_bytes", max_answers_bytes, {1024 * 1024, 1'000'000'000'000},
                    "memory for all answers that clients have not read yet, beyond the first 64 KiB of each");
    settings.seconds("http.read_timeout_s", body_timeout, {1, 3600},
                     "seconds for a whole request to arrive once it began");
    settings.seconds("http.idle_timeout_s", idle_timeout, {1, 3600},
                     "seconds that a kept-alive connection may wait for its next request");
  }
};

/// An HTTP/1.1 server: keep-alive, pipelining, chunked bodies, Expect: 100-continue. It refuses requests that
/// two readers could understand differently (several lengths, a length beside a transfer coding), but accepts
/// any Host. Its connections are spread over the loops and stay on theirs.
class HttpServer {
 public:
  HttpServer(Loops& loops, HttpHandler& handler, HttpServerOptions options);
  ~HttpServer();  // stop()
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port it listens on. errors::kUnresolved; errors::kAddressInUse; errors::kTls; errors::kBadRange (of
  /// trusted_proxies); errors::kFailed.
  Result<std::uint16_t> start();
  /// Handshakes use these files from now on; no effect on a server without TLS. Thread: any.
  void renew_tls(const TlsContext& fresh);

  /// Stops accepting and closes idle connections; returns at once. The drain_timeout of the requests in
  /// progress begins, so servers that are closed together and then stopped share the time. May be called
  /// again. Thread: one, that of stop().
  void close();
  /// close(), lets requests in progress finish, then closes the rest. Returns when the last connection has
  /// ended or, when a handler does not return, a second later. The loops must run. May be called again.
  /// Thread: one, not a loop's.
  void stop();

  std::size_t connections() const;
  /// The parts of max_bodies_bytes and max_answers_bytes that are in use at this moment.
  std::size_t bodies_bytes() const;
  std::size_t answers_bytes() const;

 private:
  struct Parts;
  std::shared_ptr<Parts> parts_;
};

}  // namespace sesame::net

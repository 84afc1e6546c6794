#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace sesame::net {

/// A document that is asked for with GET.
struct HttpFetch {
  std::string url;                            // https.
  std::size_t bytes_max = 64 * 1024;          // A longer body is a problem.
  std::chrono::milliseconds timeout{60'000};  // For the whole fetch: look-up, connection, answer.
};

/// The answer to a fetch.
struct HttpFetched {
  unsigned status = 0;       // 0: no whole answer.
  std::string problem;       // The reason why there is none, for people.
  std::string content_type;  // As the server wrote it; empty when it did not.
  std::string body;
  bool stopped = false;  // The fetcher stopped first.
};

struct HttpFetcherOptions {
  /// Whether connections to private networks and to this machine are made. The connected address decides, not
  /// its name or spelling (net/public_address.hpp).
  bool allow_private = false;
  /// PEM; empty: the system's authorities as OpenSSL finds them, SSL_CERT_FILE and SSL_CERT_DIR included.
  std::string ca_file;
};

/// Fetches small documents from other people's servers by https only, many at a time, on a thread of its own.
/// The server's certificate must be valid for the host of the URL. Redirects are not followed, proxies,
/// cookies and caches not used. Thread: any.
class HttpFetcher {
 public:
  /// Called once for each fetch, on the fetcher's thread; quick, does not throw.
  using Done = std::function<void(HttpFetched)>;

  explicit HttpFetcher(const HttpFetcherOptions& options);
  ~HttpFetcher();  // stop()

  /// Starts a fetch and returns at once. The caller bounds the number of fetches under way. After stop() the
  /// fetch is dropped and its Done not called.
  void fetch(HttpFetch fetch, Done done);

  /// Stops: fetches under way end as `stopped`, and no Done is called after the return. May be called again.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::net

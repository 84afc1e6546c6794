#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sesame::net {

/// What is to be told to whom.
struct HttpPost {
  std::string url;  // http or https.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout{10'000};  // For all of it: name, connection, answer.
};

/// What came back.
struct HttpPosted {
  unsigned status = 0;  // 0: no answer came, and
  std::string problem;  // this is why, for people.

  bool accepted() const { return status / 100 == 2; }
};

struct HttpPosterOptions {
  /// Whether connections to private networks and to this machine are made. What counts is the address that is
  /// connected to, whatever name or spelling it had (net/public_address.hpp).
  bool allow_private = false;
  std::size_t idle_connections_max = 512;  // Kept open for the next post.
  // PEM; empty: the system's authorities. A certificate that does not check out is a problem.
  std::string ca_file;
};

/// Posts to other people's servers, many at a time, on a thread of its own (libcurl). Connections are kept
/// open and used again. Redirects are not followed, proxies and cookies not used, answers read to their end
/// (up to 1 MiB) and thrown away. Safe from any thread.
class HttpPoster {
 public:
  /// Called once for each post, on the poster's thread; quick, does not throw.
  using Done = std::function<void(HttpPosted)>;

  explicit HttpPoster(HttpPosterOptions options);
  ~HttpPoster();  // stop()

  /// Returns at once. How many are under way is the caller's to bound.
  void post(HttpPost post, Done done);

  /// Those under way end with the problem "stopped". No call of a Done after it returned. May be called
  /// again.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::net

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sesame::net {

/// A POST request to a server.
struct HttpPost {
  std::string url;  // http or https.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout{10'000};  // For the whole post: look-up, connection, answer.
};

/// The result of a post.
struct HttpPosted {
  unsigned status = 0;   // 0: no answer.
  std::string problem;   // The reason why there is no answer, for people.
  bool stopped = false;  // The poster stopped first: whether the post arrived is unknown.
  // The pause that the answer asks for (Retry-After, RFC 9110 §10.2.3), at most a day; 0: none.
  std::chrono::seconds retry_after{0};

  bool accepted() const { return status / 100 == 2; }
};

struct HttpPosterOptions {
  /// Whether connections to private networks and to this machine are made. The connected address decides, not
  /// its name or spelling (net/public_address.hpp).
  bool allow_private = false;
  std::size_t idle_connections_max = 512;  // Kept open for the next post.
  // PEM; empty: the system's authorities. An invalid certificate is a problem.
  std::string ca_file;
};

/// Posts to other people's servers, many at a time, on a thread of its own (libcurl). Connections are kept
/// open and used again. Redirects are not followed, proxies and cookies not used, answers read to their end
/// (up to 1 MiB) and discarded. Thread: any.
class HttpPoster {
 public:
  /// Called once for each post, on the poster's thread; quick, does not throw.
  using Done = std::function<void(HttpPosted)>;

  explicit HttpPoster(const HttpPosterOptions& options);
  ~HttpPoster();  // stop()

  /// Starts a post and returns at once. The caller bounds the number of posts under way. After stop() the
  /// post is dropped and its Done not called.
  void post(HttpPost post, Done done);

  /// Stops: posts under way end as `stopped`, and no Done is called after the return. May be called again.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sesame::net

#include "routing/sts_fetch.hpp"

#include <chrono>
#include <utility>

#include "base/ascii.hpp"

namespace sesame::routing {

StsFetched sts_body(net::HttpFetched fetched) {
  if (!fetched.problem.empty()) return {{}, std::move(fetched.problem)};
  if (fetched.status != 200) return {{}, "the answer has status " + std::to_string(fetched.status)};
  const std::string_view type = ascii::trim(ascii::split(fetched.content_type, ';').front());
  if (!ascii::iequals(type, "text/plain")) return {{}, "the answer is not text/plain"};
  return {std::move(fetched.body), {}};
}

StsPolicies::Fetch fetch_through(net::HttpFetcher& fetcher) {
  return [&fetcher](const std::string& url, std::function<void(StsFetched)> done) {
    constexpr std::chrono::seconds kPatience{60};  // RFC 8461 §3.3
    net::HttpFetch fetch{.url = url, .bytes_max = kStsPolicyBytesMax, .timeout = kPatience};
    fetcher.fetch(std::move(fetch),
                  [done = std::move(done)](net::HttpFetched fetched) { done(sts_body(std::move(fetched))); });
  };
}

}  // namespace sesame::routing

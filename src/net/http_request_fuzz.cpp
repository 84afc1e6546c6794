// The request parser must reach the same result for every division of the bytes, and within its limits.
#include <algorithm>
#include <cstdlib>

#include "net/http_request_parser.hpp"

namespace {

using sesame::net::RequestLimits;
using sesame::net::RequestParser;

RequestLimits small_limits() {
  RequestLimits limits;
  limits.header_bytes = 2048;
  limits.headers = 16;
  limits.body_bytes = 512;
  return limits;
}

void require(bool holds) {
  if (!holds) std::abort();
}

bool refuses_head(const RequestParser& parser) {
  return parser.state() == RequestParser::State::malformed ||
         parser.state() == RequestParser::State::head_too_large;
}

/// Feeds in steps as a socket would: bytes that were not consumed come again with more behind them.
void feed_in_steps(RequestParser& parser, std::string_view bytes, std::size_t step) {
  std::size_t begin = 0;
  for (std::size_t end = 0; end < bytes.size();) {
    end = std::min(end + step, bytes.size());
    for (;;) {
      const auto before = parser.state();
      const std::size_t taken = parser.feed(bytes.substr(begin, end - begin));
      require(taken <= end - begin);
      begin += taken;
      if (taken == 0 && parser.state() == before) break;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  RequestParser whole(small_limits());
  RequestParser cut(small_limits());
  feed_in_steps(whole, bytes, size + 1);
  feed_in_steps(cut, bytes, 1 + size % 7);
  // Beast waits for the end of a line that arrives in parts before it checks the line. A head that is
  // malformed and too large gets the reason that is found first.
  const bool waits = refuses_head(whole) && cut.state() < RequestParser::State::done;
  require(waits || (refuses_head(whole) && refuses_head(cut)) || whole.state() == cut.state());
  auto& request = whole.request();
  require(request.headers.size() <= small_limits().headers);
  require(request.body.size() <= small_limits().body_bytes);
  if (whole.state() != RequestParser::State::done) return 0;
  require(request.body == cut.request().body);
  require(request.target == "*" || request.target.starts_with('/'));
  require(!request.has_duplicate("Content-Length") && !request.has_duplicate("Host"));
  return 0;
}

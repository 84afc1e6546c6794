#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "net/address.hpp"
#include "net/errors.hpp"
#include "net/stream.hpp"
#include "net/stream_parts.hpp"

namespace sesame::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// Addresses tried per name; more would only divide the time further.
constexpr std::size_t kMaxAddresses = 8;

/// A look-up and its time limit; the first of them to end wakes the coroutine.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), timer(executor) {}

  tcp::resolver resolver;
  asio::steady_timer timer;
  std::vector<tcp::endpoint> found;
  std::string cause;
  bool done = false;
};

void start_lookup(const std::shared_ptr<Lookup>& lookup, const std::string& host, std::uint16_t port,
                  Deadline deadline, const std::function<void()>& wake) {
  // The system's resolver cannot be interrupted, so the coroutine does not wait for it beyond the deadline.
  lookup->timer.expires_at(deadline.at());
  lookup->timer.async_wait([lookup, wake](const error_code& code) {
    if (code || lookup->done) return;
    lookup->done = true;
    lookup->cause = "no answer in time";
    wake();
  });
  lookup->resolver.async_resolve(
      host, std::to_string(port), tcp::resolver::numeric_service,
      [lookup, wake](const error_code& code, const tcp::resolver::results_type& results) {
        if (lookup->done) return;
        lookup->done = true;
        if (code) lookup->cause = code.message();
        for (const auto& entry : results) {
          if (lookup->found.size() < kMaxAddresses) lookup->found.push_back(entry.endpoint());
        }
        lookup->timer.cancel();
        wake();
      });
}

Task<Result<std::vector<tcp::endpoint>>> resolve(std::string host, std::uint16_t port, Deadline deadline) {
  error_code not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  std::vector<tcp::endpoint> endpoints;
  if (!not_an_address) {
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto lookup = std::make_shared<Lookup>(executor);
  std::function<void(std::function<void()>)> start = [&](std::function<void()> wake) {
    start_lookup(lookup, host, port, deadline, wake);
  };
  co_await wait_for_wake(std::move(start));
  if (lookup->found.empty()) {
    Error error = Error(errors::kUnresolved).with("host", host).because(lookup->cause);
    co_return error;
  }
  co_return std::move(lookup->found);
}

asio::ip::address asio_address(const Address& address) {
  if (address.is_v4()) {
    asio::ip::address_v4::bytes_type bytes;
    std::ranges::copy(address.bytes(), bytes.begin());
    return asio::ip::make_address_v4(bytes);
  }
  asio::ip::address_v6::bytes_type bytes;
  std::ranges::copy(address.bytes(), bytes.begin());
  const asio::ip::address_v6 wide(bytes);
  if (!wide.is_v4_mapped()) return wide;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, wide);  // A socket of its own family reaches it.
}

/// Gives the socket its own address before it connects. The port is chosen by connect(), which can then use
/// one port for many peers (ip(7), IP_BIND_ADDRESS_NO_PORT); chosen here, each connection would need its own.
Status bind_source(Stream::Parts& parts, const tcp::endpoint& to, const Address& source) {
  error_code code;
  parts.socket.open(to.protocol(), code);
  if (code == asio::error::address_family_not_supported)
    return Error(errors::kSourceUnusable).with("source", source.text()).because(code.message());
  if (code) return parts.fail(code);
  const int on = 1;
  ::setsockopt(parts.socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
  parts.socket.bind(tcp::endpoint(asio_address(source), 0), code);
  if (!code) return Done();
  return Error(errors::kSourceUnusable).with("source", source.text()).because(code.message());
}

Task<Result<Stream>> connect_to(tcp::endpoint to, std::optional<Address> source, Deadline deadline) {
  const auto executor = co_await asio::this_coro::executor;
  const auto parts = std::make_shared<Stream::Parts>(tcp::socket(executor));
  if (source) {
    Status bound = bind_source(*parts, to, *source);
    if (!bound) co_return std::move(bound).error();
  }
  parts->watch(deadline);
  const auto result = co_await parts->socket.async_connect(to, kAwait);
  parts->unwatch();
  const error_code code = std::get<0>(result);
  if (code) co_return parts->fail(code);
  parts->settle();
  co_return Stream(parts);
}

}  // namespace

Task<Result<Stream>> Stream::connect(std::string host, std::uint16_t port, Deadline deadline) {
  const auto resolved = co_await resolve(host, port, deadline);
  if (!resolved) co_return resolved.error();
  const std::vector<tcp::endpoint>& endpoints = *resolved;
  Error last(errors::kUnresolved);
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    // An address that drops packets must leave time for the others.
    const Deadline share = deadline.share(static_cast<unsigned>(endpoints.size() - i));
    Result<Stream> stream = co_await connect_to(endpoints[i], std::nullopt, share);
    if (stream) co_return stream;
    last = std::move(stream).error();
  }
  co_return last;
}

Task<Result<Stream>> Stream::connect(Endpoint endpoint, std::optional<Address> source, Deadline deadline) {
  const tcp::endpoint to(asio_address(endpoint.address), endpoint.port);
  return connect_to(to, source, deadline);
}

}  // namespace sesame::net

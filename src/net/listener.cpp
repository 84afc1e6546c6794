#include "net/listener.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "net/errors.hpp"
#include "net/loops.hpp"
#include "net/stream_parts.hpp"

namespace sesame::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

/// The pause after a failed accept. Mostly the program is out of descriptors: trying again at once won't
/// help.
constexpr std::chrono::milliseconds kAcceptPause{50};

Stream stream_over(tcp::socket socket) {
  auto parts = std::make_shared<Stream::Parts>(std::move(socket));
  parts->settle();
  return Stream(std::move(parts));
}

}  // namespace

/// `acceptor` is only touched on the first loop once it accepts.
struct Listener::Parts {
  Parts(Loops& all, std::string where, std::uint16_t port_wanted)
      : loops(all), host(std::move(where)), port(port_wanted) {}

  Error cannot_listen(const error_code& code) const {
    const bool in_use = code == asio::error::address_in_use;
    return Error(in_use ? errors::kAddressInUse : errors::kFailed)
        .with("host", host)
        .with("port", std::to_string(port))
        .because(code.message());
  }

  Status open() {
    error_code code;
    tcp::resolver resolver(loops.executor(0));
    const auto addresses = resolver.resolve(host, std::to_string(port),
                                            tcp::resolver::passive | tcp::resolver::numeric_service, code);
    if (code) return Error(errors::kUnresolved).with("host", host).because(code.message());
    const tcp::endpoint address = addresses.begin()->endpoint();
    acceptor.emplace(loops.executor(0));
    acceptor->open(address.protocol(), code);
    // A restart must not wait for the previous program's connections in TIME_WAIT.
    if (!code) acceptor->set_option(tcp::acceptor::reuse_address(true), code);
    if (!code) acceptor->bind(address, code);
    if (!code) acceptor->listen(asio::socket_base::max_listen_connections, code);
    if (!code) return Done();
    acceptor.reset();
    return cannot_listen(code);
  }

  static Task<void> accept_until_closed(std::shared_ptr<Parts> self) {
    for (std::size_t next = 0; self->acceptor->is_open(); next = (next + 1) % self->loops.size()) {
      tcp::socket socket(self->loops.executor(next));
      const auto result = co_await self->acceptor->async_accept(socket, asio::as_tuple(asio::use_awaitable));
      const error_code code = std::get<0>(result);
      if (!code) {
        self->take(stream_over(std::move(socket)), next);
      } else if (self->acceptor->is_open() && code != asio::error::connection_aborted) {
        log_warning("net.accept_failed", {{"cause", code.message()}});
        co_await sleep_for(kAcceptPause);
      }
    }
  }

  Loops& loops;
  const std::string host;
  const std::uint16_t port;
  std::optional<tcp::acceptor> acceptor;
  Take take;
};

Listener::Listener(Loops& loops, std::string host, std::uint16_t port)
    : parts_(std::make_shared<Parts>(loops, std::move(host), port)) {}

Listener::~Listener() { close(); }

Result<std::uint16_t> Listener::start(Take take) {
  if (Status opened = parts_->open(); !opened) return std::move(opened).error();
  parts_->take = std::move(take);
  const std::uint16_t port = parts_->acceptor->local_endpoint().port();
  parts_->loops.spawn(0, [parts = parts_] { return Parts::accept_until_closed(parts); });
  return port;
}

void Listener::close() {
  if (!parts_->acceptor) return;
  parts_->loops.post(0, [parts = parts_] {
    error_code ignored;
    parts->acceptor->close(ignored);
  });
}

std::string network_of(std::string_view peer_address) {
  error_code code;
  const asio::ip::address address = asio::ip::make_address(std::string(peer_address), code);
  if (code || address.is_v4()) return std::string(peer_address);
  const asio::ip::address_v6 whole = address.to_v6();
  if (whole.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, whole).to_string();
  asio::ip::address_v6::bytes_type bytes = whole.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace sesame::net

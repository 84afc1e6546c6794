// Connections to one address, from a chosen address of this machine.
#include <gtest/gtest.h>

#include <array>

#include "net/errors.hpp"
#include "net/loops.hpp"
#include "net/stream.hpp"
#include "testkit/black_hole.hpp"
#include "testkit/eventually.hpp"
#include "testkit/tcp_peer.hpp"

namespace sesame::net {
namespace {

using testkit::TcpPeer;
using testkit::TcpServer;

constexpr std::chrono::seconds kLongEnough{10};

Address address_of(std::string_view text) { return Address::parse(text).value(); }

/// The result of an attempt to connect.
struct Connected {
  std::string reason;  // Empty when it succeeded.
  std::string cause;
  std::string told;  // The bytes that the server sent.
  std::string peer;
};

Task<void> try_to_connect(Endpoint to, std::optional<Address> source, Deadline deadline, Connected* made,
                          std::atomic<bool>* ended) {
  Result<Stream> stream = co_await Stream::connect(to, source, deadline);
  if (stream) {
    std::array<char, 100> into;
    const Result<std::size_t> read = co_await stream->read_some(into, kLongEnough);
    if (read) made->told.assign(into.data(), *read);
    made->peer = stream->peer_address();
  } else {
    made->reason = stream.error().reason();
    made->cause = stream.error().cause();
  }
  *ended = true;
}

class ConnectTest : public testing::Test {
 protected:
  ConnectTest() { loops_.start(); }
  ~ConnectTest() override { loops_.stop(); }

  Connected connect(std::string_view address, std::uint16_t port,
                    std::optional<Address> source = std::nullopt, Deadline deadline = kLongEnough) {
    Connected made;
    std::atomic<bool> ended{false};
    const Endpoint to{address_of(address), port};
    loops_.spawn(0, [&]() { return try_to_connect(to, source, deadline, &made, &ended); });
    EXPECT_TRUE(testkit::eventually([&] { return ended.load(); }));
    return made;
  }

  Loops loops_{1};
  TcpServer server_{[](TcpPeer& peer) { peer.send(peer.remote_address()); }};
};

TEST_F(ConnectTest, comes_from_the_address_that_was_asked_for) {
  for (const std::string_view source : {"127.0.0.2", "127.0.0.3"}) {
    const Connected made = connect("127.0.0.1", server_.port(), address_of(source));
    EXPECT_EQ(made.reason, "") << made.cause;
    EXPECT_EQ(made.told, source);
    EXPECT_EQ(made.peer, "127.0.0.1");
  }
  EXPECT_EQ(connect("127.0.0.1", server_.port()).told, "127.0.0.1") << "without a source";
}

TEST_F(ConnectTest, reaches_an_ipv4_address_in_ipv6_form) {
  const Connected made = connect("::ffff:127.0.0.1", server_.port(), address_of("::ffff:127.0.0.2"));
  EXPECT_EQ(made.told, "127.0.0.2") << made.reason << ' ' << made.cause;
}

TEST_F(ConnectTest, names_a_source_that_it_cannot_use) {
  // Documentation addresses (RFC 5737) belong to no machine; the other source is of another family.
  for (const std::string_view source : {"192.0.2.1", "::1"}) {
    const Connected made = connect("127.0.0.1", server_.port(), address_of(source));
    EXPECT_EQ(made.reason, "net.source_unusable") << source;
    EXPECT_NE(made.cause, "");
  }
  EXPECT_EQ(server_.accepted(), 0U);
}

TEST_F(ConnectTest, says_why_an_address_is_not_reached) {
  const Connected unreachable = connect("255.255.255.255", 25);
  EXPECT_EQ(unreachable.reason, "net.failed");
  EXPECT_EQ(unreachable.cause, "Network is unreachable");
  std::uint16_t unused = 0;
  {
    unused = TcpServer([](TcpPeer&) {}).port();
  }
  EXPECT_EQ(connect("127.0.0.1", unused, address_of("127.0.0.2")).reason, "net.refused");
}

TEST_F(ConnectTest, gives_up_on_an_address_that_drops_packets_when_the_deadline_passes) {
  const testkit::BlackHole silence;
  for (const auto& source : {std::optional<Address>(), std::optional<Address>(address_of("127.0.0.2"))}) {
    const Connected made = connect("127.0.0.1", silence.port(), source, std::chrono::milliseconds(50));
    EXPECT_EQ(made.reason, "net.timeout");
  }
}

}  // namespace
}  // namespace sesame::net

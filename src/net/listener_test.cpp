// The networks of peers, and errors of listening.
#include "net/listener.hpp"

#include <gtest/gtest.h>

#include "net/loops.hpp"

namespace sesame::net {
namespace {

TEST(NetworkOf, keeps_an_ipv4_address) {
  EXPECT_EQ(network_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(network_of("::ffff:192.0.2.7"), "192.0.2.7");
}

TEST(NetworkOf, takes_the_network_of_an_ipv6_address) {
  EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(network_of("2001:db8:1:2:ffff::1"), network_of("2001:db8:1:2:3:4:5:6"));
  EXPECT_EQ(network_of("::1"), "::/64");
}

TEST(NetworkOf, leaves_other_text_alone) {
  EXPECT_EQ(network_of(""), "");
  EXPECT_EQ(network_of("unknown"), "unknown");
}

TEST(Listener, says_that_a_port_is_taken) {
  Loops loops(1);
  loops.start();
  const auto leave = [](Stream, std::size_t) {};
  Listener first(loops, "127.0.0.1", 0);
  const auto port = first.start(leave);
  ASSERT_TRUE(port.ok());
  Listener second(loops, "127.0.0.1", *port);
  const auto taken = second.start(leave);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().reason(), "net.address_in_use");
  EXPECT_EQ(taken.error().facts().at(1).value, std::to_string(*port));
  first.close();
  second.close();
  loops.stop();
}

}  // namespace
}  // namespace sesame::net

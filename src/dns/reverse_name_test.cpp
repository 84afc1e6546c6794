#include "dns/reverse_name.hpp"

#include <gtest/gtest.h>

namespace sesame::dns {
namespace {

TEST(ReverseName, is_the_name_of_an_addresss_ptr_records) {
  EXPECT_EQ(reverse_name(net::Address::parse("192.0.2.10").value()), "10.2.0.192.in-addr.arpa");
  // RFC 3596 §2.5 has this one.
  EXPECT_EQ(reverse_name(net::Address::parse("4321:0:1:2:3:4:567:89ab").value()),
            "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.0.0.0.0.1.2.3.4.ip6.arpa");
}

}  // namespace
}  // namespace sesame::dns

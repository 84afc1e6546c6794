#include "net/address.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "net/own_addresses.hpp"
#include "net/public_address.hpp"

namespace sesame::net {
namespace {

TEST(Address, is_read_and_written_in_digits) {
  for (const char* text :
       {"192.0.2.7", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::", "::ffff:192.0.2.7"}) {
    const auto address = Address::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->text(), text);
    EXPECT_EQ(Address::from_bytes(address->bytes()), address);
  }
  EXPECT_EQ(Address::parse("2001:DB8:0:0::1")->text(), "2001:db8::1");
}

TEST(Address, is_refused_as_other_text) {
  for (const char* text : {"", "1.2.3", "1.2.3.256", "1.2.3.4.5", "[::1]", "fe80::1%eth0", "mx.shop.test",
                           "1:2", "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
  EXPECT_FALSE(Address::parse(std::string_view("1.2.3.4\0", 8)));
  EXPECT_FALSE(Address::from_bytes(std::vector<unsigned char>(5)));
}

TEST(Address, in_the_two_forms_of_ipv4_is_two_addresses) {
  const Address plain = *Address::parse("192.0.2.7");
  const Address mapped = *Address::parse("::ffff:192.0.2.7");
  EXPECT_NE(plain, mapped);
  EXPECT_TRUE(plain.is_v4());
  EXPECT_FALSE(mapped.is_v4());
  EXPECT_TRUE(mapped.is_mapped());
  EXPECT_FALSE(plain.is_mapped());
  EXPECT_FALSE(Address::parse("2001:db8::1")->is_mapped());
}

TEST(Address, is_public_or_special) {
  EXPECT_TRUE(is_public_address(*Address::parse("8.8.8.8")));
  EXPECT_TRUE(is_public_address(*Address::parse("2a00:1450::1")));
  EXPECT_FALSE(is_public_address(*Address::parse("10.0.0.1")));
  EXPECT_FALSE(is_public_address(*Address::parse("::1")));
  EXPECT_FALSE(is_public_address(*Address::parse("::ffff:10.0.0.1")));
}

TEST(OwnAddresses, hold_the_loopback_address_once) {
  EXPECT_EQ(std::ranges::count(own_addresses(), *Address::parse("127.0.0.1")), 1);
}

TEST(Endpoint, is_written_as_programs_take_it) {
  EXPECT_EQ((Endpoint{Address::parse("192.0.2.7").value(), 25}).text(), "192.0.2.7:25");
  EXPECT_EQ((Endpoint{Address::parse("2001:db8::7").value(), 25}).text(), "[2001:db8::7]:25");
  EXPECT_NE((Endpoint{Address(), 25}), (Endpoint{Address(), 26}));
}

}  // namespace
}  // namespace sesame::net
